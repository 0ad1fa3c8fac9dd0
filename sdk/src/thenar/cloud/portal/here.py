"""Where a request to the portal stands: which tenant, who is signed in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from thenar.cloud.access import To
from thenar.cloud.service import Service
from thenar.cloud.tables import Tenant
from thenar.cloud.web.forms import TenantPart, Text, check_token, from_here, pages_route
from thenar.cloud.web.rendering import Pages
from thenar.cloud.web.sessions import Sessions, SignedIn
from thenar.errors import AccessRefused, UnknownObject

PAGES = Pages(Path(__file__).parent / "templates")
SESSIONS = Sessions("portal")


def router() -> APIRouter:
    """A part of the portal."""
    return APIRouter(
        prefix="/portal",
        include_in_schema=False,
        dependencies=[Depends(from_here)],
        route_class=pages_route(PAGES),
    )


def _customer(request: Request, to: To, tenant: TenantPart) -> SignedIn | None:
    return SESSIONS.of(to, request, tenant)


def _signed_in(who: Annotated[SignedIn | None, Depends(_customer)]) -> SignedIn:
    if who is None:
        raise AccessRefused("Nobody is signed in.", remedy="sign in again.")
    return who


def _confirmed(who: Annotated[SignedIn, Depends(_signed_in)], csrf: Text) -> SignedIn:
    check_token(csrf, who.csrf)
    return who


Visitor = Annotated[SignedIn | None, Depends(_customer)]
"""Whoever looks, signed in or not."""
Customer = Annotated[SignedIn, Depends(_signed_in)]
"""Somebody signed in."""
Confirmed = Annotated[SignedIn, Depends(_confirmed)]
"""Somebody signed in who sent one of our forms."""


def page(
    service: Service, request: Request, tenant: str, name: str, status: int = 200, **shown: Any
) -> Response:
    """A page of a tenant's. Raises UnknownObject."""
    with service.store.reading() as session:
        found = session.get(Tenant, tenant)
    if found is None:
        raise UnknownObject("No such tenant.")
    root = f"/portal/{tenant}/"
    return PAGES.render(request, name, status, root=root, tenant_name=found.name, **shown)
