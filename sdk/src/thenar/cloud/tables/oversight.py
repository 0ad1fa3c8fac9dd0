"""Who looks after a tenant, how its devices do, when people came last, and tenants that leave."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from thenar.cloud.tables._base import Blob, Id, Tables, TenantId, Time


class Role(StrEnum):
    """What a member of a tenant's staff may do; each may do what those before may."""

    VIEWER = "viewer"
    """Look."""
    MANAGER = "manager"
    """Make sites and devices, revoke devices, forget a person on request."""
    OWNER = "owner"
    """Say who the staff are, and close the tenant."""

    def may(self, needed: Role) -> bool:
        """Whether this role is enough."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Staff(Tables):
    """A member of a tenant's staff; ``contact`` is encrypted, ``contact_index`` finds it."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("tenant_id", "contact_index"),)
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    contact: Mapped[Blob]
    contact_index: Mapped[str] = mapped_column(String(64), index=True)
    role: Mapped[str] = mapped_column(String(10))
    created: Mapped[Time]


class Standing(Tables):
    """How a device does, by its own word and by what was seen of it."""

    __tablename__ = "device_standing"
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"), primary_key=True)
    seen: Mapped[float] = mapped_column(default=0.0)
    reported: Mapped[float] = mapped_column(default=0.0)
    version: Mapped[str] = mapped_column(String(40), default="")
    camera: Mapped[str] = mapped_column(String(100), default="")
    trouble: Mapped[str] = mapped_column(String(200), default="")


class DeviceHour(Tables):
    """What a device asked within one hour, and what became of it."""

    __tablename__ = "device_hour"
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"), primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True, index=True)
    asked: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)


class Visit(Tables):
    """When a person was recognised last, and when they were told that they will be forgotten."""

    __tablename__ = "visit"
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    seen: Mapped[float] = mapped_column(index=True)
    told: Mapped[float | None]


class Closing(Tables):
    """A tenant that leaves: everybody enrolled with it is forgotten, and nobody enrolled."""

    __tablename__ = "closing"
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    since: Mapped[float]
    done: Mapped[float | None]
