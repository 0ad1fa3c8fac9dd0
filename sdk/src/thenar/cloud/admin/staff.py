"""Who looks after a tenant, and what each may do."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thenar.cloud import audit, people
from thenar.cloud.service import Service
from thenar.cloud.tables import Role, Staff, Tenant, identifier
from thenar.errors import InvalidRecord, RequestConflict, UnknownObject
from thenar.vault.protection import protect, reveal


@attrs.frozen
class Member:
    """A member of staff.

    Attributes:
        name: 32 hex digits; how the audit log names them.
        contact: where their sign-in codes go.
        role: what they may do.
        since: seconds since the epoch, UTC.
    """

    name: str
    contact: str = attrs.field(repr=False)
    role: Role
    since: float


def index(service: Service, tenant: str, contact: str) -> str:
    """A keyed hash of a contact, unlike that of a customer with the same contact."""
    return people.contact_index(service.keys, f"staff {tenant}", contact)


def known(session: Session, tenant: str, index: str) -> bool:
    """Whether a member of staff has the contact."""
    return _row(session, tenant, index) is not None


def member(service: Service, tenant: str, index: str) -> Member | None:
    """Who signed in; None when they are staff no more."""
    with service.store.reading() as session:
        row = _row(session, tenant, index)
    return None if row is None else _member(service, row)


def everyone(service: Service, tenant: str) -> Sequence[Member]:
    """The staff, oldest first."""
    with service.store.reading() as session:
        rows = session.scalars(
            select(Staff).where(Staff.tenant_id == tenant).order_by(Staff.created)
        ).all()
    return [_member(service, row) for row in rows]


def add(
    service: Service, tenant: str, contact: str, role: Role, *, actor: str, request_id: str
) -> Member:
    """Make somebody staff, or give a member another role.

    Raises:
        InvalidRecord: no contact.
        UnknownObject: no such tenant.
        RequestConflict: the tenant would be left without an owner.
    """
    contact, found = contact.strip(), index(service, tenant, contact)
    if not found or len(contact) > 200:
        raise InvalidRecord("contact: expected an e-mail address or phone number.")
    with service.store.writing() as session:
        if session.get(Tenant, tenant) is None:
            raise UnknownObject("No such tenant.")
        row = _row(session, tenant, found)
        if row is None:
            name = identifier()
            row = Staff(
                id=name,
                tenant_id=tenant,
                contact=protect(contact.encode("utf-8"), _key(service), bound=f"staff {name}"),
                contact_index=found,
                created=service.clock(),
            )
            session.add(row)
        elif role is not Role.OWNER:
            _keep_an_owner(session, row)
        row.role = role
        session.flush()
        _note(session, service, row, "staff.added", actor, request_id)
    return _member(service, row)


def remove(service: Service, tenant: str, name: str, *, actor: str, request_id: str) -> None:
    """Let somebody be staff no more; their session ends with it.

    Raises:
        UnknownObject: no such member of this tenant's staff.
        RequestConflict: the last owner.
    """
    with service.store.writing() as session:
        row = session.get(Staff, name)
        if row is None or row.tenant_id != tenant:
            raise UnknownObject("No such member of staff.")
        _keep_an_owner(session, row)
        session.delete(row)
        _note(session, service, row, "staff.removed", actor, request_id)
    service.store.purge()


def _row(session: Session, tenant: str, index: str) -> Staff | None:
    return session.scalar(
        select(Staff).where(Staff.tenant_id == tenant, Staff.contact_index == index)
    )


def _keep_an_owner(session: Session, row: Staff) -> None:
    owners = select(func.count()).where(
        Staff.tenant_id == row.tenant_id, Staff.role == Role.OWNER, Staff.id != row.id
    )
    if row.role == Role.OWNER and not session.scalar(owners):
        raise RequestConflict("This is the last owner.", remedy="make another owner first.")


def _member(service: Service, row: Staff) -> Member:
    contact = reveal(row.contact, _key(service), bound=f"staff {row.id}").decode("utf-8")
    return Member(row.id, contact, Role(row.role), row.created)


def _note(
    session: Session, service: Service, row: Staff, action: str, actor: str, request_id: str
) -> None:
    audit.append(
        session,
        time=service.clock(),
        tenant=row.tenant_id,
        actor=actor,
        action=action,
        about=row.id,
        request_id=request_id,
        role=row.role,
    )


def _key(service: Service) -> bytes:
    return service.keys.derive("staff contacts")
