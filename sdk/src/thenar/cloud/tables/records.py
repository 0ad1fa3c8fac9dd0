"""Nonces, the audit log, and the portal's codes and sessions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from thenar.cloud.tables._base import Blob, Id, Tables, TenantId


class NonceRow(Tables):
    """An envelope's nonce, kept until the envelope would be stale anyhow."""

    __tablename__ = "nonce"
    nonce: Mapped[Blob] = mapped_column(primary_key=True)
    until: Mapped[float] = mapped_column(index=True)


class AuditLine(Tables):
    """One line of the audit log; ``digest`` covers the line and the digest before it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_tenant_time", "tenant", "time"),
        {"sqlite_autoincrement": True},
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    time: Mapped[float]
    tenant: Mapped[str] = mapped_column(String(32), index=True)
    actor: Mapped[str]
    action: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    request_id: Mapped[str]
    digest: Mapped[Blob]


class SignInCode(Tables):
    """A one-time code that was sent to a contact; ``code`` is a keyed hash."""

    __tablename__ = "sign_in_code"
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    contact_index: Mapped[str] = mapped_column(String(64), index=True)
    code: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    created: Mapped[float]
    expires: Mapped[float]


class PortalSession(Tables):
    """A customer signed in; ``id`` is the SHA-256 of the cookie's token."""

    __tablename__ = "portal_session"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[TenantId]
    contact_index: Mapped[str] = mapped_column(String(64), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    expires: Mapped[float]
