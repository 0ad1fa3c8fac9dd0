"""Person > palms, links. What could name or describe a person is encrypted under their own key."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thenar.cloud.tables._base import Blob, Id, Once, Tables, TenantId, Time


class PersonState(StrEnum):
    """Where a person stands."""

    ACTIVE = "active"
    CLOSING = "closing"
    """Found no more; erased as soon as their open payments are settled."""


class Person(Once, Tables):
    """Somebody enrolled with one tenant.

    ``key_name`` names their data key; ``subject`` is what the tenant knows them by.
    ``contact`` is encrypted, ``contact_index`` a keyed hash to find it by, empty
    where none was given.
    """

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("tenant_id", "key"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[TenantId]
    subject: Mapped[str] = mapped_column(String(26), unique=True)
    key_name: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=PersonState.ACTIVE)
    consent_text: Mapped[str]
    consent_purposes: Mapped[list[str]] = mapped_column(JSON)
    contact: Mapped[Blob]
    contact_index: Mapped[str] = mapped_column(String(64), index=True)
    created: Mapped[Time]
    palms: Mapped[list[Palm]] = relationship(order_by="Palm.id")
    links: Mapped[list[LinkRow]] = relationship(order_by="LinkRow.created.desc()")


class Palm(Tables):
    """One palm's template, encrypted; ``id`` is its reference in the gallery, never used again."""

    __tablename__ = "palm"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(32))
    hand: Mapped[str] = mapped_column(String(7))
    algorithm: Mapped[str]
    version: Mapped[int]
    template: Mapped[Blob]
    created: Mapped[Time]


class LinkRow(Once, Tables):
    """A thing tied to a person's palms; value and label are encrypted together."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    provider: Mapped[str]
    content: Mapped[Blob]
    created: Mapped[Time]
