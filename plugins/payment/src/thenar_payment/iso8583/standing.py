"""How a payment stands, from the requests in the journal."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from thenar.errors import PaymentError
from thenar.records import Money, PaymentState, Receipt
from thenar_payment.iso8583.journal import Kind, Request, State

_MAY_HOLD = (State.ASKED, State.FORWARDING, State.APPROVED, State.REVERSING)


@attrs.frozen
class Standing:
    """One payment.

    Attributes:
        charge: what began it.
        captured: minor units that were captured; None where none were.
        refunded: minor units that were refunded.
        promised: minor units of refunds that were, or may yet turn out to be.
        claimed: whether a capture or cancellation was asked for, declined ones aside.
        cancelled: whether it was given up.
    """

    charge: Request
    captured: int | None
    refunded: int
    promised: int
    claimed: bool
    cancelled: bool

    @classmethod
    def of(cls, requests: Sequence[Request]) -> Standing:
        """Add up the requests of one payment, its charge first."""
        charge = requests[0]
        captured = charge.amount.minor if charge.capture else None
        done = [request for request in requests if request.state is State.APPROVED]
        for request in done:
            if request.kind is Kind.CAPTURE:
                captured = request.amount.minor
        holding = [request for request in requests if request.state in _MAY_HOLD]
        return cls(
            charge=charge,
            captured=captured if charge.state is State.APPROVED else None,
            refunded=sum(one.amount.minor for one in done if one.kind is Kind.REFUND),
            promised=sum(one.amount.minor for one in holding if one.kind is Kind.REFUND),
            claimed=any(one.kind in (Kind.CAPTURE, Kind.CANCEL) for one in holding),
            cancelled=any(one.kind is Kind.CANCEL for one in done),
        )

    def check(self, kind: Kind, amount: Money) -> None:
        """May this be asked now? Raises PaymentError."""
        if self.charge.state is not State.APPROVED:
            raise PaymentError(f"Expected an approved payment, it is {self.charge.state}.")
        if amount.currency != self.charge.amount.currency:
            raise PaymentError(f"The payment is in {self.charge.amount.currency}.")
        if kind is Kind.REFUND:
            most = (self.captured or 0) - self.promised
        elif self.claimed or self.captured is not None:
            raise PaymentError("The payment was captured or given up already.")
        else:
            most = self.charge.amount.minor
        if not 0 < amount.minor <= most:
            raise PaymentError(f"Expected a {kind} of 1 to {most}, got {amount.minor}.")

    def receipt(self, request: Request) -> Receipt:
        """The receipt of an approved request, as the payment stands now."""
        if self.cancelled:
            state = PaymentState.CANCELLED
        elif self.refunded:
            state = PaymentState.REFUNDED
        elif self.captured is not None:
            state = PaymentState.CAPTURED
        else:
            state = PaymentState.AUTHORISED
        currency = self.charge.amount.currency
        amount = self.charge.amount.minor if self.captured is None else self.captured
        return Receipt(
            payment=request.payment,
            state=state,
            amount=Money(amount, currency),
            idempotency_key=request.key,
            refunded=Money(self.refunded, currency),
        )

    def declined(self, request: Request, reason: str) -> Receipt:
        """The receipt of a request that moved no money."""
        return Receipt(
            payment=request.payment,
            state=PaymentState.DECLINED,
            amount=request.amount,
            idempotency_key=request.key,
            reason=reason,
        )
