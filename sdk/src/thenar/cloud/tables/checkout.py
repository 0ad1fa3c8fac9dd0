"""Checkouts, the card that a person prefers, and how much may be spent."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from thenar.cloud.tables._base import Blob, DeviceId, Id, Once, PersonId, Tables, TenantId, Time
from thenar.cloud.tables.people import Person


class CheckoutStage(StrEnum):
    """Where a checkout stands."""

    OPEN = "open"
    """A tab: money is held, and the basket is still to come."""
    UNDER_WAY = "under way"
    PAID = "paid"
    PART_PAID = "part paid"
    """What was held is captured; what the basket cost above it is owed."""
    DECLINED = "declined"
    GIVEN_UP = "given up"
    """Nothing was charged."""


class CheckoutRow(Once, Tables):
    """A basket and what becomes of it; its payment and loyalty events are rows of their own.

    ``basket`` is encrypted under the person's key, empty for a tab. ``discount`` is what
    the points were good for, None until the programme was asked; ``points_due`` is set
    while the programme still owes an answer. Until a tab has its basket, ``minor`` is the
    most that the basket may cost.
    """

    __tablename__ = "checkout"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    device_id: Mapped[DeviceId]
    person_id: Mapped[PersonId]
    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"), unique=True)
    stage: Mapped[str] = mapped_column(String(10), index=True)
    settle_key: Mapped[str] = mapped_column(String(200), default="")
    settle_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    basket: Mapped[Blob] = mapped_column(default=b"")
    minor: Mapped[int] = mapped_column(BigInteger)
    tip: Mapped[int] = mapped_column(BigInteger, default=0)
    redeem: Mapped[int] = mapped_column(BigInteger, default=0)
    discount: Mapped[int | None] = mapped_column(BigInteger)
    programme: Mapped[str] = mapped_column(default="")
    points_due: Mapped[bool] = mapped_column(default=False, index=True)
    receipt: Mapped[bool] = mapped_column(default=False)
    created: Mapped[Time]


class PreferredCard(Tables):
    """The payment link that a person's payments take where none is named."""

    __tablename__ = "preferred_card"
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    link_id: Mapped[str] = mapped_column(String(32))


class SpendingLimit(Tables):
    """The most that a person may spend: at one payment, or within so many seconds.

    Without ``person_id`` it holds for everybody, without ``site_id`` at every site.
    """

    __tablename__ = "spending_limit"
    id: Mapped[Id]
    tenant_id: Mapped[TenantId]
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"))
    minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    seconds: Mapped[float]
    created: Mapped[Time]
    person: Mapped[Person | None] = relationship(lazy="joined")
