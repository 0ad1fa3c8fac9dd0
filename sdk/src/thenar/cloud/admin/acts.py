"""What staff do."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from thenar.cloud import administration, closing, forgetting
from thenar.cloud.access import RequestId, To
from thenar.cloud.admin import staff
from thenar.cloud.admin.here import ADMIN, Acting, page
from thenar.cloud.admin.overview import devices
from thenar.cloud.admin.pages import Named
from thenar.cloud.tables import Role, Tenant
from thenar.cloud.web.forms import TenantPart, Text
from thenar.errors import UnknownObject
from thenar.messages import NewDevice, NewSite

routes = ADMIN.router()
Once = Annotated[str, Form(min_length=8, max_length=100)]
Name = Annotated[str, Form(min_length=1, max_length=100)]
SubjectText = Annotated[str, Form(pattern=r"^\s*[a-z2-7]{26}\s*$")]


@routes.post("/{tenant}/sites")
def new_site(
    to: To, tenant: TenantPart, by: Acting, name: Name, once: Once, request_id: RequestId
) -> Response:
    """A new site."""
    by.need(Role.MANAGER)
    asked = NewSite(tenant=tenant, name=name)
    administration.create_site(to, by.authority, asked, once, request_id)
    return RedirectResponse(f"/admin/{tenant}/sites", 303)


@routes.post("/{tenant}/devices")
def new_device(
    request: Request,
    to: To,
    tenant: TenantPart,
    by: Acting,
    site: Text,
    name: Name,
    once: Once,
    request_id: RequestId,
) -> Response:
    """A new device; its activation code is shown here once."""
    by.need(Role.MANAGER)
    asked = NewDevice(site=site, name=name)
    made = administration.create_device(to, by.authority, asked, once, request_id)
    (found,) = devices(to, tenant, only=made.device)
    return page(to, request, by, "device.html", one=found, lately=[], code=made)


@routes.post("/{tenant}/devices/{device}/revoke")
def revoke_device(
    to: To, tenant: TenantPart, device: Named, by: Acting, request_id: RequestId
) -> Response:
    """Refuse a device from now on."""
    by.need(Role.MANAGER)
    administration.revoke_device(to, by.authority, device, request_id)
    return RedirectResponse(f"/admin/{tenant}/devices/{device}", 303)


@routes.post("/{tenant}/forget")
def forget(
    request: Request,
    to: To,
    tenant: TenantPart,
    by: Acting,
    subject: SubjectText,
    request_id: RequestId,
) -> Response:
    """Forget somebody who asked for it in another way, e.g. by letter."""
    by.need(Role.MANAGER)
    told = forgetting.forget(to, tenant, subject.strip(), actor=by.actor, request_id=request_id)
    return page(to, request, by, "forgotten.html", told=told, subject=subject.strip())


@routes.post("/{tenant}/staff")
def add_staff(
    to: To,
    tenant: TenantPart,
    by: Acting,
    contact: Text,
    role: Annotated[Role, Form()],
    request_id: RequestId,
) -> Response:
    """Make somebody staff, or give them another role."""
    by.need(Role.OWNER)
    staff.add(to, tenant, contact, role, actor=by.actor, request_id=request_id)
    return RedirectResponse(f"/admin/{tenant}/staff", 303)


@routes.post("/{tenant}/staff/{name}/remove")
def remove_staff(
    to: To, tenant: TenantPart, name: Named, by: Acting, request_id: RequestId
) -> Response:
    """Let somebody be staff no more."""
    by.need(Role.OWNER)
    staff.remove(to, tenant, name, actor=by.actor, request_id=request_id)
    return RedirectResponse(f"/admin/{tenant}/staff", 303)


@routes.post("/{tenant}/close")
def close(
    request: Request,
    to: To,
    tenant: TenantPart,
    by: Acting,
    request_id: RequestId,
    confirmation: Text = "",
) -> Response:
    """Close the tenant, once its name was typed."""
    by.need(Role.OWNER)
    with to.store.reading() as session:
        found = session.get(Tenant, tenant)
    if found is None:
        raise UnknownObject("No such tenant.")
    if confirmation.strip() != found.name.strip():
        return page(to, request, by, "close.html", 422, unsure=True)
    left = closing.close(to, tenant, actor=by.actor, request_id=request_id)
    return ADMIN.page(to, request, tenant, "closed.html", left=left)
