"""Creating, replacing, changing and removing users and groups."""

from __future__ import annotations

from typing import Any

from scim2_models import (
    Group,
    InvalidValueException,
    NotFoundException,
    PatchOp,
    Resource,
    UniquenessException,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.cloud import audit, forgetting
from thenar.cloud.authority import Authority
from thenar.cloud.scim import entries
from thenar.cloud.scim.resources import POLICY
from thenar.cloud.service import Service
from thenar.cloud.tables import DirectoryRow, identifier
from thenar.parameters import ACCESS


def create(
    service: Service, by: Authority, kind: str, resource: Resource[Any], request_id: str
) -> Resource[Any]:
    """A new user or group. Raises SCIMException: the name is taken, a member is unknown."""
    with service.directing:
        row = DirectoryRow(
            id=identifier(), tenant_id=by.of(None), kind=kind, created=service.clock()
        )
        _check_members(service, resource)
        with service.store.writing() as session:
            _write(session, service, row, resource)
            session.add(row)
            _note(session, service, by, row, "created", request_id)
        entries.note(service, row, resource)
        return entries.read(service, row)


def replace(
    service: Service,
    by: Authority,
    kind: str,
    identifier: str,
    resource: Resource[Any],
    request_id: str,
) -> Resource[Any]:
    """PUT. Raises SCIMException."""

    def change(known: Resource[Any]) -> Resource[Any]:
        resource.replace(known)
        return resource

    return _change(service, by, kind, identifier, change, request_id)


def patch(
    service: Service,
    by: Authority,
    kind: str,
    identifier: str,
    operations: PatchOp[Any],
    request_id: str,
) -> Resource[Any]:
    """PATCH, all of it or nothing. Raises SCIMException."""

    def change(known: Resource[Any]) -> Resource[Any]:
        operations.patch(known, scim_policy=POLICY)
        return known

    return _change(service, by, kind, identifier, change, request_id)


def remove(service: Service, by: Authority, kind: str, identifier: str, request_id: str) -> None:
    """Remove a user, whose palms are forgotten, or a group. Raises SCIMException.

    A palm is forgotten before its user is removed, so that whatever fails in between
    leaves somebody who is found no more.
    """
    with service.directing:
        tenant = by.of(None)
        with service.store.reading() as session:
            _known(session, tenant, kind, identifier)
        for subject in service.roll.alone(identifier):
            forgetting.forget(service, tenant, subject, actor=by.actor, request_id=request_id)
        with service.store.writing() as session:
            row = _known(session, tenant, kind, identifier)
            session.delete(row)
            _note(session, service, by, row, "removed", request_id)
        service.store.purge()
        service.roll.drop_group(identifier)
        service.roll.drop_user(identifier)


def _change(
    service: Service, by: Authority, kind: str, identifier: str, change: Any, request_id: str
) -> Resource[Any]:
    with service.directing:
        with service.store.writing() as session:
            row = _known(session, by.of(None), kind, identifier)
            resource = change(entries.read(service, row))
            resource.id = identifier
            _check_members(service, resource)
            _write(session, service, row, resource)
            _note(session, service, by, row, "changed", request_id, resource)
        entries.note(service, row, resource)
        return entries.read(service, row)


def _known(session: Session, tenant: str, kind: str, identifier: str) -> DirectoryRow:
    row = entries.find(session, tenant, kind, identifier)
    if row is None:
        raise NotFoundException(detail=f"There is no {kind.lower()} {identifier!r} here.")
    return row


def _write(session: Session, service: Service, row: DirectoryRow, resource: Resource[Any]) -> None:
    entries.keep(service, row, resource)
    taken = session.scalar(
        select(DirectoryRow.id).where(
            DirectoryRow.tenant_id == row.tenant_id,
            DirectoryRow.kind == row.kind,
            DirectoryRow.name_index == row.name_index,
            DirectoryRow.id != row.id,
        )
    )
    if taken is not None:
        raise UniquenessException(detail="There is another user with this userName.")
    if row.kind == "User" and service.roll.is_anothers(entries.user(service, row, resource)):
        raise UniquenessException(detail="There is another user with this badge.")


def _check_members(service: Service, resource: Resource[Any]) -> None:
    if not isinstance(resource, Group):
        return
    members = resource.members or []
    if len(members) > ACCESS.members:
        raise InvalidValueException(detail=f"members: at most {ACCESS.members}.")
    for member in members:
        if member.value and not service.roll.has(member.value):
            raise InvalidValueException(detail=f"members: there is no {member.value!r} here.")


def _note(
    session: Session,
    service: Service,
    by: Authority,
    row: DirectoryRow,
    what: str,
    request_id: str,
    resource: Any = None,
) -> None:
    active = getattr(resource, "active", None)
    audit.append(
        session,
        time=service.clock(),
        tenant=row.tenant_id,
        actor=by.actor,
        action=f"directory.{row.kind.lower()}-{what}",
        about=row.id,
        request_id=request_id,
        **({} if active is None else {"active": active}),
    )
