"""What other programs of a tenant have to do with the service: API keys, webhooks, deliveries."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from thenar.cloud.tables._base import Blob, Id, Once, Tables, TenantId, Time


class ApiKeyRow(Tables):
    """A tenant's API key; ``digest`` is the SHA-256 of its secret, which is kept nowhere."""

    __tablename__ = "api_key"
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created: Mapped[Time]
    expires: Mapped[float | None]
    revoked: Mapped[float | None]


class KeptReply(Once, Tables):
    """The answer that an idempotency key was given, encrypted, kept for a day.

    ``actor`` is who asked, as the audit log names them.
    """

    __tablename__ = "kept_reply"
    __table_args__ = (UniqueConstraint("actor", "key"),)
    id: Mapped[Id]
    actor: Mapped[str] = mapped_column(String(80))
    body: Mapped[Blob]
    until: Mapped[float] = mapped_column(index=True)


class WebhookRow(Tables):
    """Where a tenant is told of events, or asked for decisions; the secret is encrypted."""

    __tablename__ = "webhook"
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    kind: Mapped[str] = mapped_column(String(10))
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(JSON)
    secret: Mapped[Blob]
    created: Mapped[Time]


class DeliveryState(StrEnum):
    """Where a message to a webhook stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Tried often enough; waits for somebody to ask for another delivery."""


class DeliveryRow(Tables):
    """One message to one webhook, written in the transaction of what it tells of.

    ``id`` is the message's identifier, the same at every try.
    """

    __tablename__ = "delivery"
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhook.id"), index=True)
    event: Mapped[str]
    body: Mapped[Blob]
    state: Mapped[str] = mapped_column(String(10), default=DeliveryState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    due: Mapped[float] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(default="")
    created: Mapped[Time]
