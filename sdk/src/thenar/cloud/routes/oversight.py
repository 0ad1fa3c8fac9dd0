"""Staff of a tenant, forgetting on request, closing a tenant, and reconciling payments."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from thenar.cloud import closing, forgetting, reconciling
from thenar.cloud.access import Id, RequestId, TenantOf, To, needs
from thenar.cloud.admin import staff
from thenar.cloud.authority import Authority
from thenar.cloud.openapi import PROBLEMS
from thenar.cloud.tables import Role
from thenar.messages import (
    Forgotten,
    NewReconciliation,
    NewStaff,
    Reconciliation,
    Scope,
    StaffMember,
    TenantClosed,
)

router = APIRouter(prefix="/v1", tags=["administration"], responses=PROBLEMS)
Administrator = Annotated[Authority, needs(None)]


@router.post("/staff", status_code=201)
def add_staff(to: To, by: Administrator, asked: NewStaff, request_id: RequestId) -> StaffMember:
    """Make somebody staff of a tenant, or give a member another role."""
    made = staff.add(
        *(to, asked.tenant, asked.contact, Role(asked.role)), actor=by.actor, request_id=request_id
    )
    page = f"/admin/{asked.tenant}/"
    return StaffMember(staff=made.name, tenant=asked.tenant, role=asked.role, page=page)


@router.post("/tenants/{tenant}/close")
def close_tenant(
    to: To, by: Administrator, tenant: Id, request_id: RequestId, reply: Response
) -> TenantClosed:
    """Close a tenant and forget everybody enrolled with it; 202 while payments are open."""
    left = closing.close(to, tenant, actor=by.actor, request_id=request_id)
    reply.status_code = 202 if left else 200
    return TenantClosed(
        tenant=tenant, state="closing" if left else "closed", people=left, request_id=request_id
    )


@router.post("/people/{subject}/forget")
def forget_person(
    to: To,
    by: Annotated[Authority, needs(Scope.PEOPLE_FORGET)],
    subject: Annotated[str, Path(pattern=r"^[a-z2-7]{26}$")],
    request_id: RequestId,
    reply: Response,
    tenant: TenantOf = None,
) -> Forgotten:
    """Forget somebody who asked for it in another way, e.g. by letter; 202 while payments are open.

    Devices forget with the person's palm instead: ``DELETE /v1/people/{subject}``.
    """
    told = forgetting.forget(*(to, by.of(tenant), subject), actor=by.actor, request_id=request_id)
    reply.status_code = 202 if told.state == "closing" else 200
    return told


@router.post("/reconciliations")
def reconcile(
    to: To,
    by: Administrator,  # noqa: ARG001
    asked: NewReconciliation,
    request_id: RequestId,
) -> Reconciliation:
    """Find payments without an answer, and settle them; may be repeated."""
    return reconciling.reconcile(to, asked, request_id)
