"""Whose card, how much at most, back to whom, and old enough."""

from datetime import date
from uuid import uuid4

import pytest

from thenar.client import AdminClient, activate
from thenar.cloud.age import proves
from thenar.cloud.housekeeping import tidy
from thenar.cloud.processor import open_steps
from thenar.errors import CloudRefused
from thenar.messages import Basket, Consent, Line, Purpose, Scope
from thenar.records import Link, LinkKind, Money, PaymentState
from thenar.testing.simulated import MASTERCARD, Fault

from .conftest import ADMIN_KEY

TEN = Money(1000, "EUR")


def key():
    return uuid4().hex


def hover(device, purpose=Purpose.PAY, seed=1):
    return device.show(seed, purpose).assertion


def pay(device, amount=TEN, seed=1, **how):
    return device.pay(hover(device, seed=seed), amount, idempotency_key=key(), **how)


@pytest.fixture
def admin(running):
    with AdminClient(running.url, ADMIN_KEY) as client:
        yield client


def test_the_newest_card_pays_until_another_is_the_default(running, device):
    first = device.enrol_person(1, running.card()).links[0]
    new = running.card(MASTERCARD)
    second = device.link(hover(device, Purpose.LINK), new, idempotency_key=key())
    assert pay(device).label == second.label
    assert pay(device, link=first.link).label == first.label
    told = device.prefer_card(hover(device, Purpose.LINK), first.link)
    assert told.preferred
    assert pay(device).label == first.label
    assert pay(device, link=second.link).label == second.label
    links = {link.link: link.preferred for link in device.show(1, Purpose.PAY).links}
    assert links == {first.link: True, second.link: False}


def test_nobody_elses_card_is_made_the_default(running, device):
    device.enrol_person(1, running.card())
    other = device.enrol_person(2, running.card()).links[0]
    with pytest.raises(CloudRefused) as refused:
        device.prefer_card(hover(device, Purpose.LINK), other.link)
    assert refused.value.problem == "unknown-object"


def test_one_payment_is_at_most_so_much(running, device, admin):
    device.enrol_person(1, running.card())
    limit = admin.limit_spending(Money(999, "EUR"), tenant=device.identity.tenant)
    with pytest.raises(CloudRefused, match=r"leaves EUR 9\.99") as refused:
        pay(device)
    assert (refused.value.problem, refused.value.status) == ("payment-declined", 402)
    assert pay(device, Money(999, "EUR")).state is PaymentState.CAPTURED
    assert pay(device, Money(1000, "CHF")).state is PaymentState.CAPTURED
    admin.lift_spending_limit(limit.limit)
    assert pay(device).state is PaymentState.CAPTURED
    assert admin.spending_limits(device.identity.tenant).items == ()


def test_a_day_at_a_site_is_at_most_so_much_for_one_person(running, device, admin):
    tenant, site = device.identity.tenant, device.identity.site
    ada = device.enrol_person(1, running.card())
    device.enrol_person(2, running.card())
    admin.limit_spending(
        Money(2500, "EUR"), seconds=86_400, subject=ada.subject, site=site, tenant=tenant
    )
    first = pay(device)
    pay(device)
    with pytest.raises(CloudRefused, match=r"leaves EUR 5\.00"):
        pay(device)
    assert pay(device, seed=2).state is PaymentState.CAPTURED
    elsewhere = admin.create_site(tenant, "second site").site
    other = running.client(activate(running.url, admin.create_device(elsewhere, "till 2").code))
    assert pay(other).state is PaymentState.CAPTURED
    device.refund(first.payment, TEN, idempotency_key=key())
    assert pay(device).state is PaymentState.CAPTURED
    (shown,) = admin.spending_limits(tenant).items
    assert (shown.subject, shown.site, shown.amount.minor) == (ada.subject, site, 2500)


def test_what_is_not_known_yet_counts_as_spent(running, device, admin):
    device.enrol_person(1, running.card())
    admin.limit_spending(Money(1500, "EUR"), seconds=60, tenant=device.identity.tenant)
    with running.processor.faults.every(Fault.LOST_REQUEST):
        assert pay(device).state is PaymentState.UNKNOWN
        with pytest.raises(CloudRefused, match=r"leaves EUR 5\.00"):
            pay(device)


def test_a_tenants_program_sets_limits_of_its_own_tenant(running, device, admin):
    tenant = device.identity.tenant
    secret = admin.create_api_key(tenant, "till system", [Scope.LIMITS_WRITE]).secret
    other = running.tenant("another").identity
    with AdminClient(running.url, secret) as program:
        assert program.limit_spending(TEN).tenant == tenant
        with pytest.raises(CloudRefused) as refused:
            program.limit_spending(TEN, site=other.site)
        assert refused.value.problem == "unknown-object"
        with pytest.raises(CloudRefused) as refused:
            program.limit_spending(TEN, tenant=other.tenant)
        assert refused.value.problem == "scope-missing"
    theirs = admin.limit_spending(TEN, tenant=other.tenant)
    with AdminClient(running.url, secret) as program:
        with pytest.raises(CloudRefused) as refused:
            program.lift_spending_limit(theirs.limit)
        assert refused.value.problem == "unknown-object"


def test_a_limit_goes_with_the_person(running, device, admin):
    ada = device.enrol_person(1, running.card())
    admin.limit_spending(TEN, subject=ada.subject, tenant=device.identity.tenant)
    device.prefer_card(hover(device, Purpose.LINK), ada.links[0].link)
    device.forget(ada.subject, assertion=hover(device, Purpose.FORGET))
    assert admin.spending_limits(device.identity.tenant).items == ()


def test_money_goes_back_to_the_palm_that_paid(running, device):
    device.enrol_person(1, running.card())
    device.enrol_person(2, running.card())
    paid = pay(device)
    with pytest.raises(CloudRefused, match="Another palm") as refused:
        device.refund(paid.payment, TEN, assertion=hover(device, seed=2), idempotency_key=key())
    assert refused.value.problem == "access-refused"
    assert device.refundable(hover(device, seed=2)).payments == ()
    (mine,) = device.refundable(hover(device)).payments
    assert mine.payment == paid.payment
    back = device.refund(paid.payment, TEN, assertion=hover(device), idempotency_key=key())
    assert (back.state, back.refunded.money()) == (PaymentState.REFUNDED, TEN)
    assert device.refundable(hover(device)).payments == ()


BEER = Basket(currency="EUR", lines=(Line(name="Beer", each=450, age=18),))


@pytest.mark.parametrize(
    ("proof", "years", "old_enough"),
    [("1990-05-01", 18, True), ("2020-05-01", 18, False), ("18+", 18, True), ("18+", 21, False)],
)
def test_an_age_check_says_yes_or_no_and_nothing_else(running, device, proof, years, old_enough):
    device.enrol_person(1, running.card(), Link(LinkKind.AGE, "id desk", proof))
    for purpose in (Purpose.AGE, Purpose.PAY):
        shown = device.show(1, purpose)
        assert proof not in shown.model_dump_json()
        told = device.check_age(shown.assertion, years)
        assert told.model_dump(exclude={"request_id"}) == {"old_enough": old_enough}


def test_beer_is_for_those_who_are_old_enough(running, device):
    device.enrol_person(1, running.card(), Link(LinkKind.AGE, "id desk", "18+"))
    device.enrol_person(2, running.card(), Link(LinkKind.AGE, "id desk", "16+"))
    device.enrol_person(3, running.card())
    willing = Consent(text="terms 1 en", purposes=(Purpose.PAY,))
    device.enrol_person(4, running.card(), Link(LinkKind.AGE, "id desk", "18+"), consent=willing)
    for seed in (2, 3, 4):
        with pytest.raises(CloudRefused, match="18 years") as refused:
            device.check_out(hover(device, seed=seed), BEER, idempotency_key=key())
        assert refused.value.problem == "payment-declined"
    assert running.processor.captured("EUR").minor == 0
    assert device.check_out(hover(device), BEER, idempotency_key=key()).state == "paid"


@pytest.mark.parametrize(
    ("born", "today", "old_enough"),
    [
        ("2008-02-29", date(2026, 2, 28), False),
        ("2008-02-29", date(2026, 3, 1), True),
        ("2008-11-23", date(2026, 11, 23), True),
        ("2008-11-24", date(2026, 11, 23), False),
        ("", date(2026, 1, 1), False),
        ("yes", date(2026, 1, 1), False),
        ("+18", date(2026, 1, 1), False),
    ],
)
def test_birthdays(born, today, old_enough):
    assert proves(born, 18, today) is old_enough


def test_unknowns_are_found_and_settled_on_request(running, device, admin):
    device.enrol_person(1, running.card())
    running.processor.faults.plan("charge", Fault.LOST_REPLY)
    with running.processor.faults.every(Fault.LOST_REQUEST, "settle"):
        paid = pay(device)
        told = admin.reconcile()
        assert (told.looked_at, told.unknown) == (1, 1)
    told = admin.reconcile()
    (found,) = told.found
    assert (found.payment, found.before, found.after, found.state) == (
        *(paid.payment, "open", "done"),
        "captured",
    )
    assert told.unknown == 0
    assert admin.reconcile().looked_at == 0


def test_a_payment_that_was_given_up_and_charged_after_all_is_found(running, device, admin):
    device.enrol_person(1, running.card())
    running.processor.faults.plan("charge", Fault.LOST_REPLY)
    settle = running.processor.settle
    running.processor.settle = lambda key: None
    paid = pay(device)
    running.ahead = 700.0
    tidy(running.service)
    running.ahead = 0.0
    assert device.payment(paid.payment).state is PaymentState.CANCELLED
    running.processor.settle = settle
    (found,) = admin.reconcile(86_400).found
    assert (found.before, found.after, found.state) == ("lost", "done", "captured")
    assert device.payment(paid.payment).state is PaymentState.CAPTURED


def test_what_the_processor_tells_of_is_looked_up(running, device, admin):
    device.enrol_person(1, running.card())
    tenant = device.identity.tenant
    secret = admin.create_api_key(tenant, "webhooks", [Scope.PAYMENTS_SETTLE]).secret
    running.processor.faults.plan("charge", Fault.LOST_REPLY)
    with running.processor.faults.every(Fault.LOST_REQUEST, "settle"):
        paid = pay(device)
        (step,) = open_steps(running.service)
        with AdminClient(running.url, secret) as program:
            told = program.settle([step, "0" * 32])
            assert (told.settled, told.unknown) == (0, 1)
    with AdminClient(running.url, secret) as program:
        assert program.settle([step]).settled == 1
        assert program.settle([step]).settled == 0
    assert device.payment(paid.payment).state is PaymentState.CAPTURED
    other = running.tenant("another").identity.tenant
    assert admin.settle([step], tenant=other).unknown == 0
