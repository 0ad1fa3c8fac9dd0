"""Payments: what was asked is written down before the processor is asked.

A payment is a row and its steps (charge, capture, cancel, refund). A step is
``open`` from before the processor is called until its answer is kept; whatever
happens in between, it is settled by the step's identifier, which is the
processor's idempotency key. Nothing is ever charged again to find out.
"""

from __future__ import annotations

import attrs
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from thenar.cloud import audit, cards, limits, people
from thenar.cloud.fingerprint import fingerprint, same
from thenar.cloud.processor import carry_out
from thenar.cloud.service import Caller, Service
from thenar.cloud.shown import vouched
from thenar.cloud.tables import (
    PaymentRow,
    PaymentStep,
    Person,
    StepKind,
    StepState,
    identifier,
)
from thenar.errors import KeyUnavailable, RequestConflict, UnknownObject
from thenar.messages import Amount, Capture, Charge, Payment, Purpose
from thenar.records import PaymentState


@attrs.frozen
class Order:
    """What is to be charged.

    Attributes:
        person: who pays.
        card: which payment link; None: their default, else the newest.
        amount: how much.
        assertion: name of what allowed it; it pays once.
        key: idempotency key of the charge.
        printed: fingerprint of what was asked with the key.
        request_id: of who asked, for the audit log.
    """

    person: Person
    card: str | None
    amount: Amount
    assertion: str
    key: str
    printed: str
    request_id: str


def charge(service: Service, caller: Caller, asked: Charge, key: str, request_id: str) -> Payment:
    """Charge the recognised person, once per idempotency key and once per assertion.

    Raises:
        AccessRefused: the assertion does not hold for this.
        UnknownObject: the person was forgotten, or has no such payment link.
        RequestConflict: the key or the assertion was used for another payment.
        PaymentDeclined: more than the person may spend.
    """
    printed = fingerprint(asked)
    with service.store.writing() as session:
        done = _asked_before(session, caller, key, printed)
        if done is None:
            person, assertion = recognised(session, service, caller, asked.assertion)
            order = Order(person, asked.link, asked.amount, assertion, key, printed, request_id)
            step, token = write_charge(session, service, caller, order)
    if done is None:
        carry_out(service, step.id, token=token, capture=asked.capture)
    return standing(service, caller, done or step.payment_id, request_id)


def recognised(
    session: Session, service: Service, caller: Caller, token: str
) -> tuple[Person, str]:
    """Who showed their palm to pay, and the assertion's name, which has paid nothing yet.

    Raises:
        AccessRefused: the assertion does not hold for this.
        UnknownObject: the person was forgotten.
        RequestConflict: the assertion has paid already.
    """
    assertion = vouched(service, caller, token, Purpose.PAY)
    if (used := _with_assertion(session, caller, assertion.name)) is not None:
        raise RequestConflict(
            f"This assertion has paid already (payment {used}).",
            remedy="let the customer show their palm again for another payment.",
        )
    return people.find(session, caller.tenant, assertion.subject), assertion.name


def write_charge(
    session: Session, service: Service, caller: Caller, order: Order
) -> tuple[PaymentStep, str]:
    """Write a payment and its charge down; nothing is asked of the processor yet.

    Returns:
        The step, and the card's token to ask with.

    Raises:
        UnknownObject: the person has no such card for the processor in use.
        PaymentDeclined: more than they may spend.
    """
    person, amount = order.person, order.amount
    link = cards.chosen(session, service, person, order.card)
    limits.check(session, service, person, caller.device, amount)
    data_key, name = service.person_keys.get(person.key_name), identifier()
    row = PaymentRow(
        id=name,
        tenant_id=caller.tenant,
        device_id=caller.device,
        person_id=person.id,
        assertion=order.assertion,
        processor=link.provider,
        state=PaymentState.UNKNOWN,
        minor=amount.minor,
        currency=amount.currency,
        label=people.protect_label(people.link_label(link, data_key), data_key, name),
        created=service.clock(),
    )
    session.add(row)
    session.flush()
    step = write_step(
        session, service, row, StepKind.CHARGE, amount.minor, order.key, order.printed
    )
    _note(session, service, caller, row, "payment.asked", person.subject, order.request_id)
    return step, people.link_value(link, data_key)


def capture(
    service: Service, caller: Caller, payment: str, asked: Capture, key: str, request_id: str
) -> Payment:
    """Capture up to what was authorised. Raises UnknownObject, RequestConflict."""
    return further(service, caller, payment, StepKind.CAPTURE, asked.amount, key, request_id)


def cancel(service: Service, caller: Caller, payment: str, key: str, request_id: str) -> Payment:
    """Give up an authorisation. Raises UnknownObject, RequestConflict."""
    return further(service, caller, payment, StepKind.CANCEL, None, key, request_id)


def standing(service: Service, caller: Caller, payment: str, request_id: str) -> Payment:
    """A payment as it stands. Raises UnknownObject."""
    with service.store.reading() as session:
        row = find(session, caller, payment)
    return Payment(
        payment=row.id,
        state=PaymentState(row.state),
        amount=Amount(minor=row.minor, currency=row.currency),
        refunded=Amount(minor=row.refunded, currency=row.currency),
        pending=any(step.state == StepState.OPEN for step in row.steps),
        reason=row.reason,
        label=_label(service, row),
        request_id=request_id,
    )


def _label(service: Service, row: PaymentRow) -> str:
    """The card as its owner knows it; empty once they are forgotten."""
    with service.store.reading() as session:
        person = session.get(Person, row.person_id) if row.person_id else None
    try:
        key = service.person_keys.get(person.key_name) if person and row.label else None
    except KeyUnavailable:
        return ""
    return people.label_of(row, key) if key else ""


def further(
    service: Service,
    caller: Caller,
    payment: str,
    kind: StepKind,
    amount: Amount | None,
    key: str,
    request_id: str,
) -> Payment:
    """A step after the charge. Raises UnknownObject, RequestConflict."""
    printed = fingerprint(amount or Amount(minor=0, currency="XXX"), kind, payment)
    with service.store.writing() as session:
        done = _asked_before(session, caller, key, printed)
        if done is None:
            row = find(session, caller, payment)
            _refuse_what_cannot_be(row, kind, amount)
            minor = row.minor if amount is None else amount.minor
            step = write_step(session, service, row, kind, minor, key, printed)
            _note(session, service, caller, row, f"payment.{kind}", "", request_id)
    if done is None:
        carry_out(service, step.id)
    return standing(service, caller, payment, request_id)


_ALLOWED_IN = {
    StepKind.CAPTURE: (PaymentState.AUTHORISED,),
    StepKind.CANCEL: (PaymentState.AUTHORISED,),
    StepKind.REFUND: (PaymentState.CAPTURED, PaymentState.REFUNDED),
}


def _refuse_what_cannot_be(row: PaymentRow, kind: StepKind, amount: Amount | None) -> None:
    if any(step.state == StepState.OPEN for step in row.steps):
        raise RequestConflict(
            "The payment waits for an answer of its processor.", remedy="ask for it again later."
        )
    if row.state not in _ALLOWED_IN[kind]:
        raise RequestConflict(f"A payment that is {row.state} cannot have a {kind}.")
    if amount is None:
        return
    most = row.minor - (row.refunded if kind is StepKind.REFUND else 0)
    if amount.currency != row.currency or not 0 < amount.minor <= most:
        raise RequestConflict(
            f"Expected a {kind} of 1 to {most} {row.currency}, "
            f"got {amount.minor} {amount.currency}."
        )


def _asked_before(session: Session, caller: Caller, key: str, printed: str) -> str | None:
    """The payment that this key has asked for, if it has. Raises RequestConflict."""
    step = session.scalar(
        select(PaymentStep).where(PaymentStep.tenant_id == caller.tenant, PaymentStep.key == key)
    )
    if step is None:
        return None
    same(step, printed)
    return step.payment_id


def _with_assertion(session: Session, caller: Caller, assertion: str) -> str | None:
    return session.scalar(
        select(PaymentRow.id).where(
            PaymentRow.tenant_id == caller.tenant, PaymentRow.assertion == assertion
        )
    )


def find(session: Session, caller: Caller, payment: str) -> PaymentRow:
    """A payment of the caller's tenant, with its steps. Raises UnknownObject."""
    row = session.scalar(
        select(PaymentRow)
        .where(PaymentRow.id == payment, PaymentRow.tenant_id == caller.tenant)
        .options(selectinload(PaymentRow.steps))
    )
    if row is None:
        raise UnknownObject("No such payment of this tenant.")
    return row


def write_step(
    session: Session,
    service: Service,
    row: PaymentRow,
    kind: StepKind,
    minor: int,
    key: str,
    printed: str,
) -> PaymentStep:
    """Write down what the processor will be asked; the step's name is its idempotency key."""
    step = PaymentStep(
        id=identifier(),
        key=key,
        fingerprint=printed,
        tenant_id=row.tenant_id,
        payment_id=row.id,
        kind=kind,
        minor=minor,
        created=service.clock(),
    )
    session.add(step)
    session.flush()
    return step


def _note(
    session: Session,
    service: Service,
    caller: Caller,
    row: PaymentRow,
    action: str,
    subject: str,
    request_id: str,
) -> None:
    audit.append(
        session,
        time=service.clock(),
        tenant=caller.tenant,
        actor=caller.actor,
        action=action,
        about=subject or row.id,
        request_id=request_id,
        payment=row.id,
        minor=row.minor,
        currency=row.currency,
    )
