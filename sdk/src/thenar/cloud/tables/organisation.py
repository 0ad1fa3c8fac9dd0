"""Tenant > site > device."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from thenar.cloud.tables._base import Blob, Id, Tables, TenantId, Time


class Tenant(Tables):
    """A retailer, a stadium, an office: knows people by subjects that no other tenant knows."""

    __tablename__ = "tenant"
    id: Mapped[Id]
    name: Mapped[str]
    created: Mapped[Time]


class Site(Tables):
    """A place of a tenant's."""

    __tablename__ = "site"
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    name: Mapped[str]


class DeviceState(StrEnum):
    """Where a device stands."""

    WAITING = "waiting"
    """For its one-time code."""
    ACTIVE = "active"
    REVOKED = "revoked"


class Device(Tables):
    """A terminal at a site.

    ``code`` is the SHA-256 of the one-time activation code, empty once it was used.
    """

    __tablename__ = "device"
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), default=DeviceState.WAITING)
    code: Mapped[str] = mapped_column(String(64), index=True)
    code_expires: Mapped[float]
    public_key: Mapped[Blob] = mapped_column(default=b"")
