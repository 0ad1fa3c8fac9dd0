"""Payments, loyalty and passages: what follows a recognition."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from thenar.messages._base import Identifier, Reply, Request, Word
from thenar.messages.people import Assertion
from thenar.records import Money, OfflinePolicy, PaymentState


class Amount(Request):
    """Money on the wire: integer minor units and an ISO 4217 code."""

    minor: Annotated[int, Field(ge=0, le=10**12, strict=True)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

    def money(self) -> Money:
        """As a record."""
        return Money(self.minor, self.currency)

    @classmethod
    def of(cls, money: Money) -> Amount:
        """From a record."""
        return cls(minor=money.minor, currency=money.currency)


class Charge(Request):
    """``POST /v1/payments``, with an ``Idempotency-Key`` and an assertion for ``pay``.

    Attributes:
        capture: False only authorises; capture or cancel it later.
        link: which payment link to charge; None: the person's default, else the newest.
    """

    assertion: Assertion = Field(repr=False)
    amount: Amount
    capture: bool = True
    link: Identifier | None = None


class Capture(Request):
    """``POST /v1/payments/{payment}/capture``, with an ``Idempotency-Key``."""

    amount: Amount


class Refund(Request):
    """``POST /v1/payments/{payment}/refund``, with an ``Idempotency-Key``.

    Attributes:
        assertion: for ``pay``, of the person who paid: refused where it is somebody else.
            None: the palm was not shown.
    """

    amount: Amount
    assertion: Assertion | None = Field(default=None, repr=False)


class Payment(Reply):
    """A payment as it stands; ``GET /v1/payments/{payment}`` gives it again.

    Attributes:
        state: ``unknown`` is settled by the service; ask again, never charge again.
        pending: True while a capture, cancellation or refund waits to be settled.
        reason: the processor's code for a decline.
        label: the card as the customer knows it, e.g. ``"visa •••• 4242"``.
    """

    payment: Identifier
    state: PaymentState
    amount: Amount
    refunded: Amount
    pending: bool = False
    reason: str = ""
    label: str = ""
    request_id: str


class LoyaltyAction(StrEnum):
    """What to do at the loyalty programme."""

    LOOK_UP = "look up"
    ACCRUE = "accrue"
    REDEEM = "redeem"


class Loyalty(Request):
    """``POST /v1/loyalty``, with an ``Idempotency-Key``.

    Attributes:
        assertion: for ``loyalty`` or for ``pay``.
        programme: name of the loyalty offer; empty: the person's newest loyalty link.
        points: 1 or more to accrue or redeem; 0 to look up.
    """

    assertion: Assertion = Field(repr=False)
    action: LoyaltyAction
    programme: Annotated[str, StringConstraints(max_length=200)] = ""
    points: Annotated[int, Field(ge=0, le=10**9, strict=True)] = 0


class LoyaltyStanding(Reply):
    """The member's standing after the action."""

    programme: Word
    points: int
    tier: str = ""
    request_id: str


class PassageRecord(Request):
    """``POST /v1/passages``, with an ``Idempotency-Key``: what a door decided, for the record.

    Attributes:
        door: name of the door in the device's settings.
        assertion: for ``enter`` or ``badge``; None where nobody was recognised or the
            service could not be reached.
        allow: whether the door let somebody through.
        reason: the door's own words.
        offline: the policy that decided when nobody could be asked.
        time: seconds since the epoch, UTC, of the decision.
    """

    door: Word
    assertion: Assertion | None = Field(default=None, repr=False)
    allow: bool
    reason: Word
    offline: OfflinePolicy | None = None
    time: Annotated[float, Field(ge=0)]


class PassageAnnulment(Request):
    """``POST /v1/passages/annulments``: somebody was let in and did not go through.

    It may be repeated, and may come ahead of the passage itself.

    Attributes:
        passage: idempotency key of the passage.
        door: name of the door in the device's settings.
        reason: the door's own words.
        time: seconds since the epoch, UTC, of when it was seen.
    """

    passage: Word
    door: Word
    reason: Word
    time: Annotated[float, Field(ge=0)]


class PassageRecorded(Reply):
    """The passage is in the log."""

    passage: Identifier
    request_id: str
