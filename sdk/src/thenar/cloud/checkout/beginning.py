"""Writing a checkout down: at the counter, at the gate of a shop, and when its basket comes."""

from __future__ import annotations

import attrs
from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.cloud import age, limits, payment
from thenar.cloud.checkout import contents, points, steps
from thenar.cloud.checkout.alone import alone
from thenar.cloud.checkout.telling import standing
from thenar.cloud.fingerprint import fingerprint, same
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import CheckoutRow, CheckoutStage, PaymentRow, Person, identifier
from thenar.errors import PaymentDeclined, RequestConflict, UnknownObject
from thenar.messages import Amount, Basket, Bill, Checkout, NewCheckout, NewTab

_MOST = 10**12
"""Minor units."""


def check_out(
    service: Service, caller: Caller, asked: NewCheckout, key: str, request_id: str
) -> Checkout:
    """Authorise, spend points, capture, earn points: once per idempotency key and assertion.

    Raises:
        AccessRefused: the assertion does not hold for this.
        UnknownObject: the person was forgotten, or has no such card.
        PaymentDeclined: too young for what is in the basket, or over a spending limit.
        RequestConflict: the key or the assertion was used for another payment, or the
            basket costs nothing.
    """
    total = _total(asked)
    with service.store.writing() as session:
        row = _asked_before(session, caller, key, fingerprint(asked))
        if row is not None:
            return standing(service, caller, row.id, request_id)
        person, assertion = payment.recognised(session, service, caller, asked.assertion)
        _refuse_the_young(service, person, asked.basket)
        amount = Amount(minor=total, currency=asked.basket.currency)
        order = payment.Order(
            person, asked.card, amount, assertion, key, fingerprint(asked), request_id
        )
        row, charge, token = _write_down(session, service, caller, order)
        _keep_bill(service, row, person, asked)
    with alone(row.id):
        steps.authorise(service, charge, token)
        steps.go_on(service, row.id)
    return standing(service, caller, row.id, request_id)


def open_tab(
    service: Service, caller: Caller, asked: NewTab, key: str, request_id: str
) -> Checkout:
    """Hold money for somebody who goes in. Raises as :func:`check_out`."""
    with service.store.writing() as session:
        row = _asked_before(session, caller, key, fingerprint(asked))
        if row is not None:
            return standing(service, caller, row.id, request_id)
        person, assertion = payment.recognised(session, service, caller, asked.assertion)
        most = _most(asked)
        limits.check(session, service, person, caller.device, most)
        order = payment.Order(
            person, asked.card, asked.hold, assertion, key, fingerprint(asked), request_id
        )
        row, charge, token = _write_down(session, service, caller, order)
        row.stage, row.minor = CheckoutStage.OPEN, most.minor
    with alone(row.id):
        steps.authorise(service, charge, token)
        steps.look_after_tab(service, row.id)
    return standing(service, caller, row.id, request_id)


def settle_tab(
    service: Service, caller: Caller, tab: str, asked: Bill, key: str, request_id: str
) -> Checkout:
    """Somebody is out again: what they took is paid of what is held, and above it.

    Raises:
        UnknownObject: no such tab of this tenant.
        RequestConflict: it is settled already, its hold did not come about, or the basket
            costs more than was agreed on.
        PaymentDeclined: too young for what is in the basket.
    """
    printed, _ = fingerprint(asked, tab), _total(asked)
    with service.store.writing() as session:
        row = find(session, caller, tab)
        if row.settle_key == key:
            if row.settle_fingerprint != printed:
                raise RequestConflict("This Idempotency-Key was used for another basket.")
            return standing(service, caller, row.id, request_id)
        held = session.get_one(PaymentRow, row.payment_id)
        _refuse_what_cannot_be(row, held, asked)
        person = session.get(Person, row.person_id) if row.person_id else None
        if person is None:
            raise UnknownObject("The person was forgotten.")
        _refuse_the_young(service, person, asked.basket)
        row.settle_key, row.settle_fingerprint = key, printed
        row.stage = CheckoutStage.UNDER_WAY
        _keep_bill(service, row, person, asked)
    with alone(row.id):
        steps.go_on(service, row.id)
    return standing(service, caller, row.id, request_id)


def leave_tab(service: Service, caller: Caller, tab: str, request_id: str) -> Checkout:
    """Somebody is out again and took nothing: what is held is released. May be repeated.

    Raises:
        UnknownObject: no such tab of this tenant.
        RequestConflict: it is settled already.
    """
    with service.store.writing() as session:
        row = find(session, caller, tab)
        if row.stage == CheckoutStage.OPEN:
            row.stage, row.minor, row.discount = CheckoutStage.UNDER_WAY, 0, 0
        elif row.settle_key:
            raise RequestConflict("The tab is settled already.")
    with alone(row.id):
        steps.go_on(service, row.id)
    return standing(service, caller, row.id, request_id)


def find(session: Session, caller: Caller, name: str) -> CheckoutRow:
    """A checkout of the caller's tenant. Raises UnknownObject."""
    row = session.get(CheckoutRow, name)
    if row is None or row.tenant_id != caller.tenant:
        raise UnknownObject("No such checkout of this tenant.")
    return row


def _asked_before(session: Session, caller: Caller, key: str, printed: str) -> CheckoutRow | None:
    row = session.scalar(
        select(CheckoutRow).where(CheckoutRow.tenant_id == caller.tenant, CheckoutRow.key == key)
    )
    if row is not None:
        same(row, printed)
    return row


def _write_down(
    session: Session, service: Service, caller: Caller, order: payment.Order
) -> tuple[CheckoutRow, str, str]:
    """The checkout with its payment and charge; the charge's name, and the card's token."""
    name = identifier()
    of_checkout = attrs.evolve(order, key=f"{name} charge", printed="")
    charge, token = payment.write_charge(session, service, caller, of_checkout)
    row = CheckoutRow(
        id=name,
        key=order.key,
        fingerprint=order.printed,
        tenant_id=caller.tenant,
        device_id=caller.device,
        person_id=order.person.id,
        payment_id=charge.payment_id,
        stage=CheckoutStage.UNDER_WAY,
        minor=order.amount.minor,
        created=service.clock(),
    )
    session.add(row)
    return row, charge.id, token


def _keep_bill(service: Service, row: CheckoutRow, person: Person, asked: Bill) -> None:
    key = service.person_keys.get(person.key_name)
    row.basket = contents.protect(asked.basket, key, row.id)
    row.minor, row.tip = asked.basket.minor + asked.tip, asked.tip
    row.redeem, row.receipt = asked.redeem, asked.receipt
    row.programme = points.programme_of(person, asked.programme)
    row.discount = None if asked.redeem and row.programme else 0


def _total(asked: Bill) -> int:
    """What is to be paid, before points. Raises RequestConflict: nothing, or too much."""
    total = asked.basket.minor + asked.tip
    if not 0 < total <= _MOST:
        raise RequestConflict(
            f"Expected a basket of 1 to {_MOST} minor units, got {total}.",
            remedy="give away what costs nothing without a checkout.",
        )
    return total


def _most(asked: NewTab) -> Amount:
    """What the basket may cost. Raises RequestConflict: less than is held, or too much."""
    most = asked.hold.minor if asked.most is None else asked.most
    if not asked.hold.minor <= most <= _MOST:
        raise RequestConflict(f"Expected at most {asked.hold.minor} to {_MOST}, got {most}.")
    return Amount(minor=most, currency=asked.hold.currency)


def _refuse_the_young(service: Service, person: Person, basket: Basket) -> None:
    years = max(line.age for line in basket.lines)
    if years and not age.is_old_enough(service, person, years):
        raise PaymentDeclined(
            f"The basket is for customers of {years} years or more, and no linked proof of "
            "age says so.",
            remedy="take it out of the basket, or let a member of staff check.",
        )


def _refuse_what_cannot_be(row: CheckoutRow, held: PaymentRow, asked: Bill) -> None:
    if row.stage != CheckoutStage.OPEN:
        raise RequestConflict(f"The tab is {row.stage} and takes no basket.")
    most = Amount(minor=row.minor, currency=held.currency).money()
    total = asked.basket.minor + asked.tip
    if asked.basket.currency != held.currency or total > row.minor:
        raise RequestConflict(
            f"Expected a basket of at most {most}, as was agreed at the gate; got "
            f"{Amount(minor=total, currency=asked.basket.currency).money()}.",
            remedy="open tabs with a hold, or a most, that no basket is over.",
        )
