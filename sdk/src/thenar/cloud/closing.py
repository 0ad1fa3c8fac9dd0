"""Closing a tenant: nobody may come in from now on, and everybody is forgotten.

What was decided is written down first, so that a crash leaves a tenant whose
closing goes on at the next turn of the housekeeping. The books and the audit log
stay, and point at nobody.
"""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from thenar.cloud import audit, forgetting
from thenar.cloud.service import Service
from thenar.cloud.tables import (
    ApiKeyRow,
    Closing,
    Device,
    DeviceState,
    DirectoryRow,
    Person,
    PortalSession,
    SignInCode,
    Staff,
    Tenant,
)
from thenar.errors import UnknownObject

_AT_ONCE = 500


def close(service: Service, tenant: str, *, actor: str, request_id: str) -> int:
    """Close a tenant; closing it twice is allowed.

    Returns:
        How many people are still to be forgotten: those whose payments are open.

    Raises:
        UnknownObject: no such tenant.
    """
    with service.store.writing() as session:
        if session.get(Tenant, tenant) is None:
            raise UnknownObject("No such tenant.")
        if session.get(Closing, tenant) is None:
            session.add(Closing(tenant_id=tenant, since=service.clock(), done=None))
            _note(session, service, tenant, "tenant.closing", actor, request_id)
        _lock_out(session, service, tenant)
    return _forget(service, tenant, actor, request_id)


def go_on(service: Service) -> None:
    """Go on with what a crash or an open payment held up."""
    with service.store.reading() as session:
        tenants = session.scalars(select(Closing.tenant_id).where(Closing.done.is_(None))).all()
    for tenant in tenants:
        _forget(service, tenant, "service", "")


def _lock_out(session: Session, service: Service, tenant: str) -> None:
    """No device, no program and no member of staff of the tenant may ask anything any more."""
    session.execute(
        update(Device)
        .where(Device.tenant_id == tenant)
        .values(state=DeviceState.REVOKED, code="", code_expires=0.0)
    )
    session.execute(
        update(ApiKeyRow)
        .where(ApiKeyRow.tenant_id == tenant, ApiKeyRow.revoked.is_(None))
        .values(revoked=service.clock())
    )
    for table in (Staff, PortalSession, SignInCode, DirectoryRow):
        session.execute(delete(table).where(table.tenant_id == tenant))


def _forget(service: Service, tenant: str, actor: str, request_id: str) -> int:
    last = 0
    while True:
        with service.store.reading() as session:
            people = session.scalars(
                select(Person)
                .where(Person.tenant_id == tenant, Person.id > last)
                .order_by(Person.id)
                .limit(_AT_ONCE)
            ).all()
        if not people:
            break
        forgetting.forget_all(service, people, actor=actor, request_id=request_id)
        last = people[-1].id
    with service.store.writing() as session:
        left = session.scalar(select(func.count()).where(Person.tenant_id == tenant)) or 0
        row = session.get_one(Closing, tenant)
        if not left and row.done is None:
            row.done = service.clock()
            _lock_out(session, service, tenant)
            _note(session, service, tenant, "tenant.closed", actor, request_id)
    return left


def _note(
    session: Session, service: Service, tenant: str, action: str, actor: str, request_id: str
) -> None:
    audit.append(
        session,
        time=service.clock(),
        tenant=tenant,
        actor=actor,
        action=action,
        about=tenant,
        request_id=request_id,
    )
