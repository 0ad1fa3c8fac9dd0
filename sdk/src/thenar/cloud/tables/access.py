"""Who works here, by the word of the identity provider; and where people were let in.

What an identity provider says of somebody is encrypted under a key of the tenant's;
what they are found by is a keyed hash.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from thenar.cloud.tables._base import Blob, Id, Tables, TenantId, Time


class DirectoryRow(Tables):
    """A user or a group of a tenant's directory (RFC 7643).

    ``kind`` is ``"User"`` or ``"Group"``; ``name_index`` is the keyed hash of the
    user's name, or of the group's; ``content`` the resource as JSON, encrypted.
    """

    __tablename__ = "directory"
    __table_args__ = (UniqueConstraint("tenant_id", "kind", "name_index"),)
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    kind: Mapped[str] = mapped_column(String(10))
    name_index: Mapped[str] = mapped_column(String(64))
    content: Mapped[Blob]
    created: Mapped[Time]
    changed: Mapped[Time]


class LinkName(Tables):
    """The keyed hash of a badge link's value, by which the directory's users are found."""

    __tablename__ = "link_name"
    link_id: Mapped[str] = mapped_column(
        ForeignKey("link.id", ondelete="CASCADE"), primary_key=True
    )
    name_index: Mapped[str] = mapped_column(String(64), index=True)


class PlaceRow(Tables):
    """The area that somebody was last let into at a site.

    ``passage`` is the idempotency key of that passage, and ``area_before`` with
    ``since_before`` where they were until then, for when it is annulled.
    """

    __tablename__ = "place"
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    area: Mapped[str] = mapped_column(String(200))
    since: Mapped[float]
    passage: Mapped[str | None] = mapped_column(String(200))
    area_before: Mapped[str | None] = mapped_column(String(200))
    since_before: Mapped[float | None]


class GrantRow(Tables):
    """A door was told that somebody may pass, and has not told yet whether they did.

    ``key`` is the idempotency key of the passage; two people who pass together have one.
    """

    __tablename__ = "passage_grant"
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    area: Mapped[str] = mapped_column(String(200))
    since: Mapped[float] = mapped_column(index=True)


class WaitRow(Tables):
    """The first of two, who waits at a door for the second."""

    __tablename__ = "door_wait"
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), primary_key=True)
    door: Mapped[str] = mapped_column(String(200), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    since: Mapped[float]
