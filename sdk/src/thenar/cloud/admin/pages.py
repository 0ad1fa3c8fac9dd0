"""What staff see."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path as PathPart
from fastapi import Query, Request
from fastapi.responses import Response
from sqlalchemy import select

from thenar.cloud.access import To
from thenar.cloud.admin import staff
from thenar.cloud.admin.events import Wanted, events
from thenar.cloud.admin.here import ADMIN, Looking, Visitor, page, present
from thenar.cloud.admin.overview import devices, health_of, overview
from thenar.cloud.tables import Site
from thenar.cloud.web.entering import first_page
from thenar.cloud.web.forms import TenantPart
from thenar.cloud.web.rendering import style
from thenar.errors import UnknownObject

routes = ADMIN.router()
_style = style(Path(__file__).parent / "static" / "admin.css")
Named = Annotated[str, PathPart(pattern=r"^[0-9a-f]{32}$")]
Filter = Annotated[str, Query(max_length=100)]


@routes.get("/admin.css")
def css() -> Response:
    """The only style sheet."""
    return Response(_style(), media_type="text/css")


@routes.get("/{tenant}/")
def home(request: Request, to: To, tenant: TenantPart, who: Visitor) -> Response:
    """The tenant at a glance; or the first page, to sign in."""
    if who is None or (by := present(to, who)) is None:
        return first_page(ADMIN, to, request, tenant)
    seen = devices(to, tenant)
    return page(
        *(to, request, by, "overview.html"),
        told=overview(to, tenant),
        health=health_of(seen),
        troubled=[one for one in seen if one.health in ("trouble", "silent")],
    )


@routes.get("/{tenant}/sites")
def sites(request: Request, to: To, tenant: TenantPart, by: Looking) -> Response:
    """Sites, their devices, and how they do."""
    with to.store.reading() as session:
        places = session.scalars(
            select(Site).where(Site.tenant_id == tenant).order_by(Site.name)
        ).all()
    return page(to, request, by, "sites.html", places=places, seen=devices(to, tenant))


@routes.get("/{tenant}/devices/{device}")
def device(request: Request, to: To, tenant: TenantPart, device: Named, by: Looking) -> Response:
    """One device, and what it did lately."""
    found = devices(to, tenant, only=device)
    if not found:
        raise UnknownObject("No such device.")
    lately, _ = events(to, tenant, Wanted(actor=f"device {device}"))
    return page(to, request, by, "device.html", one=found[0], lately=lately[:20], code=None)


@routes.get("/{tenant}/events")
def event_log(
    request: Request,
    to: To,
    tenant: TenantPart,
    by: Looking,
    action: Filter = "",
    actor: Filter = "",
    about: Filter = "",
    since: Filter = "",
    until: Filter = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The event log."""
    wanted = Wanted(action, actor, about, since, until)
    found, more = events(to, tenant, wanted, before)
    return page(
        *(to, request, by, "events.html"),
        found=found,
        wanted=wanted,
        older=urlencode(wanted.query(more)) if more else "",
        newest=urlencode(wanted.query()) if before else None,
    )


@routes.get("/{tenant}/staff")
def staff_page(request: Request, to: To, tenant: TenantPart, by: Looking) -> Response:
    """Who the staff are."""
    return page(to, request, by, "staff.html", everyone=staff.everyone(to, tenant))


@routes.get("/{tenant}/close")
def ask_to_close(request: Request, to: To, by: Looking) -> Response:
    """Say what closing the tenant does, and ask."""
    return page(to, request, by, "close.html", unsure=False)
