"""Users and groups as rows: encrypted, and found by keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from scim2_models import Group as ScimGroup
from scim2_models import (
    GroupMembership,
    Meta,
    Reference,
    Resource,
    SearchRequest,
)
from scim2_models import User as ScimUser
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from thenar.cloud.scim.resources import MODELS, PalmPass
from thenar.cloud.scim.roll import Group, Name, User, set_name
from thenar.cloud.service import Service
from thenar.cloud.tables import DirectoryRow
from thenar.parameters import ACCESS
from thenar.vault.keys import KeyProvider
from thenar.vault.protection import protect, reveal

_BY_NAME = re.compile(r'\s*userName\s+eq\s+"([^"\\]*)"\s*', re.IGNORECASE)
"""How identity providers look for a user before they create one."""


Kind = Literal["user", "badge"]
DIRECTORY = "directory"
"""Provider of badge links that hold a user's name; those of others hold badge numbers."""


def name_of(keys: KeyProvider, tenant: str, kind: Kind, told: str) -> Name:
    """The keyed hash of a user's name or a badge number.

    The two are kept apart, so that nobody becomes somebody else whose name is their number.
    """
    plain = unicodedata.normalize("NFKC", told).strip().casefold()
    key = keys.derive(f"directory name {tenant}")
    return tenant, hmac.new(key, f"{kind} {plain}".encode(), hashlib.sha256).hexdigest()


def keep(service: Service, row: DirectoryRow, resource: Resource[Any]) -> None:
    """Write a resource into its row, without what is told of it elsewhere."""
    told = resource.model_copy(deep=True)
    told.meta = None
    if isinstance(told, ScimUser):
        told.groups, told.password = None, None
        if (palm := told[PalmPass]) is not None:
            palm.enrolled = None
        row.name_index = name_of(service.keys, row.tenant_id, "user", told.user_name or "")[1]
    else:
        row.name_index = row.id
    row.content = protect(
        told.model_dump_json(scim_ctx=None, by_alias=True, exclude_none=True).encode("utf-8"),
        _key(service, row.tenant_id),
        bound=f"directory {row.id}",
    )
    row.changed = service.clock()


def read(service: Service, row: DirectoryRow) -> Resource[Any]:
    """The resource of a row, with what the service itself knows of it."""
    plain = reveal(row.content, _key(service, row.tenant_id), bound=f"directory {row.id}")
    resource = MODELS[row.kind].model_validate_json(plain, scim_ctx=None)
    resource.id = row.id
    resource.meta = Meta(
        resource_type=row.kind,
        created=datetime.fromtimestamp(row.created, UTC),
        last_modified=datetime.fromtimestamp(row.changed, UTC),
        location=f"{service.settings.base_url}/scim/v2/{row.kind}s/{row.id}",
    )
    if isinstance(resource, ScimUser):
        _tell_groups(service, resource)
    return resource


def find(session: Session, tenant: str, kind: str, identifier: str) -> DirectoryRow | None:
    """One row of a tenant's."""
    row = session.get(DirectoryRow, identifier)
    return row if row is not None and (row.tenant_id, row.kind) == (tenant, kind) else None


def search(
    service: Service, tenant: str, kind: str, asked: SearchRequest[Any]
) -> tuple[int, list[Resource[Any]]]:
    """How many there are, and those of the page asked for."""
    rows = select(DirectoryRow).where(DirectoryRow.tenant_id == tenant, DirectoryRow.kind == kind)
    first = asked.start_index_0 or 0
    count = _count(asked)
    by_name = _BY_NAME.fullmatch(str(asked.filter)) if asked.filter is not None else None
    if kind == "User" and by_name is not None:
        rows = rows.where(
            DirectoryRow.name_index == name_of(service.keys, tenant, "user", by_name[1])[1]
        )
    elif asked.filter is not None or asked.sort_by is not None:
        every = _read_all(service, rows)
        found = [one for one in every if asked.filter is None or asked.filter.match(one)]
        return len(found), asked.sort(found)[first : first + count]
    with service.store.reading() as session:
        total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
        order = rows.order_by(DirectoryRow.created, DirectoryRow.id)
        page = session.scalars(order.offset(first).limit(count)).all()
    return total, [read(service, row) for row in page]


def search_all(
    service: Service, tenant: str, asked: SearchRequest[Any]
) -> tuple[int, list[Resource[Any]]]:
    """As :func:`search`, for users and groups together."""
    rows = select(DirectoryRow).where(DirectoryRow.tenant_id == tenant)
    found = [
        one for one in _read_all(service, rows) if asked.filter is None or asked.filter.match(one)
    ]
    first, count = asked.start_index_0 or 0, _count(asked)
    return len(found), asked.sort(found)[first : first + count]


def user(service: Service, row: DirectoryRow, resource: Any) -> User:
    """What must be known of a user at a door."""
    palm = resource[PalmPass] or PalmPass()
    names = {name_of(service.keys, row.tenant_id, "user", resource.user_name or "")}
    if palm.badge:
        names.add(name_of(service.keys, row.tenant_id, "badge", palm.badge))
    return User(
        id=row.id,
        names=frozenset(names),
        active=resource.active is not False,
        begins=_seconds(palm.valid_from),
        ends=_seconds(palm.valid_until),
        kind=resource.user_type or "",
    )


def group(row: DirectoryRow, resource: ScimGroup) -> Group:
    """What must be known of a group at a door."""
    members = frozenset(one.value for one in resource.members or () if one.value)
    return Group(row.id, set_name("group", resource.display_name or ""), members)


def load(service: Service, rows: Iterable[DirectoryRow]) -> None:
    """Bring rows into memory."""
    for row in rows:
        note(service, row, read(service, row))


def note(service: Service, row: DirectoryRow, resource: Resource[Any]) -> None:
    """Let the doors know of a resource."""
    if isinstance(resource, ScimGroup):
        service.roll.put_group(group(row, resource))
    else:
        service.roll.put_user(user(service, row, resource))


def _count(asked: SearchRequest[Any]) -> int:
    most = ACCESS.entries_in_page
    return most if asked.count is None else min(asked.count, most)


def _read_all(service: Service, rows: Select[DirectoryRow]) -> Iterator[Resource[Any]]:
    with service.store.reading() as session:
        found = session.scalars(rows.order_by(DirectoryRow.created, DirectoryRow.id)).all()
    return (read(service, row) for row in found)


def _tell_groups(service: Service, resource: Any) -> None:
    """A user's groups and whether a palm is theirs, which nobody may write."""
    within = service.roll.groups_of(resource.id)
    base = f"{service.settings.base_url}/scim/v2/Groups"
    resource.groups = [
        GroupMembership(value=one, ref=Reference(f"{base}/{one}"), type="direct") for one in within
    ] or None
    if (palm := resource[PalmPass]) is not None:
        palm.enrolled = bool(service.roll.subjects(resource.id))


def _seconds(moment: datetime | None) -> float | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _key(service: Service, tenant: str) -> bytes:
    return service.keys.derive(f"directory {tenant}")
