"""Money back: to the palm that paid, where it is shown."""

from __future__ import annotations

from sqlalchemy import select

from thenar.cloud import payment as payments
from thenar.cloud.service import Caller, Service
from thenar.cloud.shown import shown
from thenar.cloud.tables import PaymentRow, StepKind
from thenar.errors import AccessRefused
from thenar.messages import Payment, Purpose, Refund, Refundable
from thenar.parameters import CHECKOUT
from thenar.records import PaymentState


def refund(
    service: Service, caller: Caller, payment: str, asked: Refund, key: str, request_id: str
) -> Payment:
    """Give back up to what was captured, to the palm that paid where it was shown.

    Raises:
        UnknownObject: no such payment.
        RequestConflict: it cannot be given back, or not so much.
        AccessRefused: another palm was shown than the one that paid.
    """
    if asked.assertion is not None:
        _refuse_others(service, caller, payment, asked.assertion)
    return payments.further(
        service, caller, payment, StepKind.REFUND, asked.amount, key, request_id
    )


def own(service: Service, caller: Caller, token: str, request_id: str) -> Refundable:
    """The recognised person's payments that can be given back, newest first.

    Raises:
        AccessRefused: the assertion does not hold for this.
        UnknownObject: the person was forgotten.
    """
    with service.store.reading() as session:
        person = shown(session, service, caller, token, Purpose.PAY)
        rows = session.scalars(
            select(PaymentRow.id)
            .where(
                PaymentRow.person_id == person.id,
                PaymentRow.state.in_((PaymentState.CAPTURED, PaymentState.REFUNDED)),
                PaymentRow.refunded < PaymentRow.minor,
            )
            .order_by(PaymentRow.created.desc())
            .limit(CHECKOUT.refundable)
        ).all()
    found = tuple(payments.standing(service, caller, row, request_id) for row in rows)
    return Refundable(payments=found, request_id=request_id)


def _refuse_others(service: Service, caller: Caller, payment: str, token: str) -> None:
    """Raises AccessRefused where somebody else showed their palm."""
    with service.store.reading() as session:
        if payments.find(session, caller, payment).person_id != (
            shown(session, service, caller, token, Purpose.PAY).id
        ):
            raise AccessRefused(
                "Another palm paid this.", remedy="let the person who paid show their palm."
            )
