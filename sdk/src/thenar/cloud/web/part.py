"""A part of the service that people visit: the portal, the admin page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from thenar.cloud.access import To
from thenar.cloud.service import Service
from thenar.cloud.tables import Tenant
from thenar.cloud.web.forms import TenantPart, Text, check_token, from_here, pages_route
from thenar.cloud.web.rendering import Pages
from thenar.cloud.web.sessions import Sessions, SignedIn
from thenar.errors import AccessRefused, UnknownObject


@attrs.frozen(eq=False)
class Part:
    """Who may come in, and what they are shown.

    Attributes:
        name: first part of its paths, e.g. ``"portal"``.
        pages: its templates; among them ``address.html``.
        index: keyed hash of a contact with a tenant, empty for an empty one.
        known: whether anybody may sign in with an index.
    """

    name: str
    pages: Pages
    index: Callable[[Service, str, str], str]
    known: Callable[[Session, str, str], bool]

    @property
    def sessions(self) -> Sessions:
        """Whose cookies go to its paths."""
        return Sessions(self.name)

    def router(self) -> APIRouter:
        """Routes that refuse forms from elsewhere, and whose errors are pages."""
        return APIRouter(
            prefix=f"/{self.name}",
            include_in_schema=False,
            dependencies=[Depends(from_here)],
            route_class=pages_route(self.pages),
        )

    def visitor(self, request: Request, to: To, tenant: TenantPart) -> SignedIn | None:
        """Whoever looks, signed in or not."""
        return self.sessions.of(to, request, tenant)

    def signed_in(self, request: Request, to: To, tenant: TenantPart) -> SignedIn:
        """Somebody signed in. Raises AccessRefused."""
        who = self.visitor(request, to, tenant)
        if who is None:
            raise AccessRefused("Nobody is signed in.", remedy="sign in again.")
        return who

    def confirmed(self, request: Request, to: To, tenant: TenantPart, csrf: Text) -> SignedIn:
        """Somebody signed in who sent one of our forms. Raises AccessRefused."""
        who = self.signed_in(request, to, tenant)
        check_token(csrf, who.csrf)
        return who

    def page(
        self,
        service: Service,
        request: Request,
        tenant: str,
        name: str,
        status: int = 200,
        **shown: Any,
    ) -> HTMLResponse:
        """A page of a tenant's. Raises UnknownObject."""
        with service.store.reading() as session:
            found = session.get(Tenant, tenant)
        if found is None:
            raise UnknownObject("No such tenant.")
        root = f"/{self.name}/{tenant}/"
        return self.pages.render(
            *(request, name, status), root=root, tenant_name=found.name, **shown
        )
