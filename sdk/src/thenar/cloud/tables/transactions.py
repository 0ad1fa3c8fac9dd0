"""Payments, loyalty and passages. They outlive the person, without pointing at one."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thenar.cloud.tables._base import Blob, DeviceId, Id, Once, PersonId, Tables, TenantId, Time


class StepKind(StrEnum):
    """What is asked of the processor."""

    CHARGE = "charge"
    CAPTURE = "capture"
    CANCEL = "cancel"
    REFUND = "refund"


class StepState(StrEnum):
    """What became of it."""

    OPEN = "open"
    """Asked, or about to be; no answer is known."""
    DONE = "done"
    DECLINED = "declined"
    LOST = "lost"
    """It never reached the processor."""


class PaymentRow(Tables):
    """A payment; ``reference`` is the processor's own name for it, empty until it answered.

    ``assertion`` is the identifier of the assertion that allowed it: one pays once.
    ``label`` is the card's, encrypted under the person's key: unreadable once they are
    forgotten.
    """

    __tablename__ = "payment"
    __table_args__ = (UniqueConstraint("tenant_id", "assertion"),)
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    device_id: Mapped[DeviceId]
    person_id: Mapped[PersonId]
    assertion: Mapped[str] = mapped_column(String(64))
    processor: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(10))
    minor: Mapped[int] = mapped_column(BigInteger)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(default="")
    label: Mapped[Blob] = mapped_column(default=b"")
    created: Mapped[Time]
    steps: Mapped[list[PaymentStep]] = relationship(order_by="PaymentStep.created")


class PaymentStep(Once, Tables):
    """One request to the processor, written before it is made; ``id`` is its idempotency key."""

    __tablename__ = "payment_step"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    minor: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10), default=StepState.OPEN, index=True)
    created: Mapped[Time]


class LoyaltyRow(Once, Tables):
    """One action at a loyalty programme; ``id`` is its idempotency key there."""

    __tablename__ = "loyalty_event"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    device_id: Mapped[DeviceId]
    person_id: Mapped[PersonId]
    programme: Mapped[str]
    action: Mapped[str] = mapped_column(String(10))
    points: Mapped[int] = mapped_column(BigInteger)
    balance: Mapped[int | None] = mapped_column(BigInteger)
    tier: Mapped[str] = mapped_column(default="")
    created: Mapped[Time]


class PassageRow(Once, Tables):
    """What a door decided."""

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    device_id: Mapped[DeviceId]
    person_id: Mapped[PersonId]
    door: Mapped[str]
    allow: Mapped[bool]
    reason: Mapped[str]
    offline: Mapped[str] = mapped_column(String(20), default="")
    time: Mapped[float]
