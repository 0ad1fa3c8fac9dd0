"""Checkouts, tabs, age checks, cards and spending limits."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from thenar.messages._base import Identifier, Reply, Request, Subject, Word
from thenar.messages.integration import Page
from thenar.messages.people import Assertion
from thenar.messages.transactions import Amount, Payment

Minor = Annotated[int, Field(ge=0, le=10**12, strict=True)]
"""Minor units of a currency that is said beside it."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Years = Annotated[int, Field(ge=1, le=120, strict=True)]


class Line(Request):
    """One line of a basket.

    Attributes:
        name: as the receipt has it.
        each: price of one.
        quantity: how many.
        age: years that the customer must have to buy it; 0: anybody may.
    """

    name: Word
    each: Minor
    quantity: Annotated[int, Field(ge=1, le=10_000, strict=True)] = 1
    age: Annotated[int, Field(ge=0, le=120, strict=True)] = 0

    @property
    def minor(self) -> int:
        """The line's price."""
        return self.each * self.quantity


class Basket(Request):
    """What is bought."""

    currency: Currency
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=200)]

    @property
    def minor(self) -> int:
        """All lines together, in minor units."""
        return sum(line.minor for line in self.lines)


class Bill(Request):
    """A basket and how it is paid.

    Attributes:
        tip: on top, in the basket's currency.
        redeem: points to spend on it; what the programme does not give is paid with the card.
        programme: name of the loyalty offer; empty: the person's newest membership.
        receipt: whether the receipt is sent to the person's contact.
    """

    basket: Basket
    tip: Minor = 0
    redeem: Annotated[int, Field(ge=0, le=10**9, strict=True)] = 0
    programme: Annotated[str, StringConstraints(max_length=200)] = ""
    receipt: bool = False


class NewCheckout(Bill):
    """``POST /v1/checkouts``, with an ``Idempotency-Key`` and an assertion for ``pay``.

    Attributes:
        card: which payment link; None: the person's default, else the newest.
    """

    assertion: Assertion = Field(repr=False)
    card: Identifier | None = None


class NewTab(Request):
    """``POST /v1/tabs``: somebody goes in and pays when they are out, with what they took.

    Attributes:
        assertion: for ``pay``.
        hold: what is authorised at the gate.
        most: minor units that the basket may cost; what it costs above the hold is charged
            to the same card when the tab is settled. None: as much as is held.
        card: which payment link; None: the person's default, else the newest.
    """

    assertion: Assertion = Field(repr=False)
    hold: Amount
    most: Minor | None = Field(default=None, exclude_if=lambda most: most is None)
    card: Identifier | None = None


class CheckoutState(StrEnum):
    """Where a checkout stands."""

    OPEN = "open"
    """A tab that waits for its basket."""
    UNDER_WAY = "under way"
    """The service brings it to its end; ask again, never charge again."""
    PAID = "paid"
    PART_PAID = "part paid"
    """A tab: what was held is paid; what the basket cost above it is owed."""
    DECLINED = "declined"
    GIVEN_UP = "given up"
    """Nothing was charged."""


class Checkout(Reply):
    """A checkout as it stands; ``GET /v1/checkouts/{checkout}`` gives it again.

    Attributes:
        payment: how it is paid; its ``amount`` is what was held until it is captured.
        basket: None for a tab without one, and once the person is forgotten.
        tip: on top of the basket.
        discount: what the redeemed points were good for.
        total: what the customer pays: basket and tip without the discount; for a tab
            without a basket, the most that it may cost.
        above: the payment of what a tab's basket cost above the hold; None where nothing did.
        owed: what could not be charged above the hold; None where nothing is owed.
        programme: the loyalty offer; empty where none takes part.
        redeemed: points spent.
        earned: points that the purchase was good for.
        points: balance afterwards; None where it is not known.
        points_due: True while the programme owes an answer: points follow later.
        text: the receipt, in plain text; empty until it is paid.
    """

    checkout: Identifier
    state: CheckoutState
    payment: Payment
    basket: Basket | None = None
    tip: Amount
    discount: Amount
    total: Amount
    above: Payment | None = None
    owed: Amount | None = None
    programme: str = ""
    redeemed: int = 0
    earned: int = 0
    points: int | None = None
    points_due: bool = False
    text: str = ""
    request_id: str


class AgeCheck(Request):
    """``POST /v1/age-checks``, with an assertion for ``age`` or ``pay``."""

    assertion: Assertion = Field(repr=False)
    years: Years


class AgeChecked(Reply):
    """Yes or no, and nothing else: ``False`` also where no proof of age is linked."""

    old_enough: bool
    request_id: str


class OwnPayments(Request):
    """``POST /v1/refundable-payments``, with an assertion for ``pay``: what may be given back."""

    assertion: Assertion = Field(repr=False)


class Refundable(Reply):
    """The recognised person's latest payments with this tenant, newest first."""

    payments: tuple[Payment, ...]
    request_id: str


class DefaultCard(Request):
    """``PUT /v1/cards/default``, with an assertion for ``link``."""

    assertion: Assertion = Field(repr=False)
    link: Identifier


class NewSpendingLimit(Request):
    """``POST /v1/spending-limits``: the most that one person may spend.

    Attributes:
        tenant: needed with the administrator's key alone; an API key has its own.
        amount: the most.
        seconds: within that time; 0: at one payment.
        subject: whose limit; None: everybody's.
        site: at which site; None: at all sites together.
    """

    tenant: Identifier | None = None
    amount: Amount
    seconds: Annotated[float, Field(ge=0, le=366 * 86_400)] = 0.0
    subject: Subject | None = None
    site: Identifier | None = None


class SpendingLimitView(Reply):
    """A spending limit."""

    limit: Identifier
    tenant: Identifier
    amount: Amount
    seconds: float
    subject: Subject | None = None
    site: Identifier | None = None


class SpendingLimits(Page[SpendingLimitView]):
    """``GET /v1/spending-limits``."""


class Settling(Request):
    """``POST /v1/settlements``: the processor has told that something became of requests.

    Attributes:
        keys: idempotency keys that the processor named; unknown ones are ignored.
    """

    keys: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=100)]


class Settled(Reply):
    """What was found out.

    Attributes:
        settled: how many of the requests had no answer, and have one now.
        unknown: how many have none still.
    """

    settled: int
    unknown: int
    request_id: str


class NewReconciliation(Request):
    """``POST /v1/reconciliations``, with the administrator's key.

    Attributes:
        seconds: how far back answers are compared with the processor's books as well.
    """

    seconds: Annotated[float, Field(ge=0, le=366 * 86_400)] = 0.0


class Reconciled(Reply):
    """One request to the processor that was open, or that its books tell otherwise.

    Attributes:
        step: its idempotency key at the processor.
        kind: ``charge``, ``capture``, ``cancel`` or ``refund``.
        before, after: how the step stood, and stands now.
        state: how the payment stands now.
    """

    payment: Identifier
    step: Identifier
    kind: str
    before: str
    after: str
    state: str
    amount: Amount


class Reconciliation(Reply):
    """What was found and settled.

    Attributes:
        looked_at: how many requests the processor was asked about.
        found: those that were open, or that its books told otherwise.
        unknown: how many are open still.
        checkouts: how many checkouts are not at their end.
    """

    looked_at: int
    found: tuple[Reconciled, ...]
    unknown: int
    checkouts: int
    request_id: str
