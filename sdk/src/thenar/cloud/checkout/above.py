"""What a basket costs above its hold: a second charge to the same card, once the hold is captured.

It is a payment of its own, with a key of its own. Where it surely never reached the processor it
is asked for again, a few times; what is declined stays owed, and the checkout is paid in part.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from thenar.cloud import payment, people, processor
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import CheckoutRow, PaymentRow, PaymentStep, Person, StepState
from thenar.errors import KeyUnavailable, PaymentDeclined, UnknownObject
from thenar.messages import Amount
from thenar.parameters import CHECKOUT
from thenar.records import LinkKind, PaymentState

_PAID = (PaymentState.CAPTURED, PaymentState.REFUNDED)


def payments(session: Session, row: CheckoutRow) -> Sequence[PaymentRow]:
    """The charges above the hold, oldest first; there is more than one where one was lost."""
    keys = [_key(row.id, number) for number in range(CHECKOUT.capture_tries)]
    return session.scalars(
        select(PaymentRow)
        .join(PaymentStep)
        .where(PaymentStep.tenant_id == row.tenant_id, PaymentStep.key.in_(keys))
        .order_by(PaymentRow.created, PaymentStep.key)
        .options(selectinload(PaymentRow.steps))
    ).all()


def captured(session: Session, row: CheckoutRow) -> int:
    """Minor units that were captured for a checkout, by the hold and above it."""
    rows = [session.get_one(PaymentRow, row.payment_id), *payments(session, row)]
    return sum(one.minor for one in rows if one.state in _PAID)


def owed(session: Session, row: CheckoutRow) -> int:
    """Minor units of a settled tab that were not captured; 0 for what is no tab."""
    return row.minor - (row.discount or 0) - captured(session, row) if row.settle_key else 0


def is_done(service: Service, name: str) -> bool:
    """Charge what the captured hold left to pay; whether nothing is left to find out."""
    for _ in range(2 * CHECKOUT.capture_tries):
        with service.store.reading() as session:
            row = session.get_one(CheckoutRow, name)
            left = owed(session, row)
            asked = payments(session, row)
        if left <= 0:
            return True
        last = asked[-1] if asked else None
        if last is not None and (waiting := _open(last)):
            if not all(processor.settle(service, step) for step in waiting):
                return False
        elif last is None or (
            last.state == PaymentState.CANCELLED and len(asked) < CHECKOUT.capture_tries
        ):
            if (written := _write_down(service, row, left, len(asked))) is None:
                return True
            processor.carry_out(service, written[0], token=written[1])
        else:
            return True
    return True


def _open(row: PaymentRow) -> list[str]:
    return [step.id for step in row.steps if step.state == StepState.OPEN]


def _write_down(
    service: Service, row: CheckoutRow, left: int, number: int
) -> tuple[str, str] | None:
    """The step and the card's token; None where nobody or no such card is there to be charged."""
    caller = Caller(row.device_id, row.tenant_id, "service")
    try:
        with service.store.writing() as session:
            held = session.get_one(PaymentRow, row.payment_id)
            person = session.get(Person, row.person_id) if row.person_id else None
            if person is None:
                return None
            key = _key(row.id, number)
            order = payment.Order(
                person=person,
                card=_same_card(service, person, held),
                amount=Amount(minor=left, currency=held.currency),
                assertion=key,
                key=key,
                printed="",
                request_id="",
            )
            step, token = payment.write_charge(session, service, caller, order)
            return step.id, token
    except (KeyUnavailable, PaymentDeclined, UnknownObject):
        return None


def _same_card(service: Service, person: Person, held: PaymentRow) -> str:
    """The link of the card that the hold is on. Raises UnknownObject: unlinked since."""
    key = service.person_keys.get(person.key_name)
    label = people.label_of(held, key)
    for link in person.links:
        if link.kind == LinkKind.PAYMENT and people.link_label(link, key) == label:
            return link.id
    raise UnknownObject("The card that the hold is on is not linked any more.")


def _key(name: str, number: int) -> str:
    return f"{name} above {number}"
