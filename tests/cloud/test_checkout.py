"""From a basket to a receipt, over HTTP, and what a failing programme does to it."""

from uuid import uuid4

import pytest

from thenar.cloud.housekeeping import tidy
from thenar.cloud.portal.export import export
from thenar.cloud.tables import Person
from thenar.errors import CloudRefused
from thenar.messages import Basket, CheckoutState, Line, Purpose
from thenar.parameters import CHECKOUT
from thenar.records import Link, LinkKind, Money, PaymentState
from thenar.testing.simulated import DECLINED, Fault

BASKET = Basket(
    currency="EUR",
    lines=(Line(name="Coffee", each=320, quantity=2), Line(name="Sandwich", each=600)),
)


def key():
    return uuid4().hex


@pytest.fixture
def customer(running, device):
    running.loyalty.join("M-1", points=300)
    points = Link(LinkKind.LOYALTY, "simulated", "M-1")
    return device.enrol_person(1, running.card(), points, contact="ada@example.org")


def hover(device, purpose=Purpose.PAY):
    return device.show(1, purpose).assertion


def balance(running):
    return running.loyalty.look_up("M-1").points


def test_basket_palm_authorise_loyalty_capture_receipt(running, device, customer):
    done = device.check_out(hover(device), BASKET, tip=60, redeem=200, idempotency_key=key())
    assert done.state is CheckoutState.PAID
    assert done.payment.state is PaymentState.CAPTURED
    assert done.payment.label == "visa •••• 4242"
    assert (done.discount.minor, done.total.minor) == (200, 1240 + 60 - 200)
    assert running.processor.captured("EUR") == Money(1100, "EUR")
    earned = (1100 - 60) // CHECKOUT.earn_every
    assert (done.redeemed, done.earned, done.points) == (200, earned, 100 + earned)
    assert balance(running) == 100 + earned
    assert not done.points_due
    receipt = done.text.splitlines()
    assert receipt[0] == "first site"
    assert receipt[4].split() == ["2", "x", "Coffee", "EUR", "6.40"]
    assert receipt[-2].split() == ["Total", "EUR", "11.00"]
    assert receipt[-1] == "Paid by palm, visa •••• 4242"


def test_the_same_key_pays_once_and_tells_it_again(running, device, customer):
    assertion, once = hover(device), key()
    first = device.check_out(assertion, BASKET, redeem=100, idempotency_key=once)
    again = device.check_out(assertion, BASKET, redeem=100, idempotency_key=once)
    assert again == first.model_copy(
        update={
            "request_id": again.request_id,
            "payment": first.payment.model_copy(update={"request_id": again.request_id}),
        }
    )
    with pytest.raises(CloudRefused) as refused:
        device.check_out(assertion, BASKET, idempotency_key=once)
    assert refused.value.problem == "request-conflict"
    with pytest.raises(CloudRefused) as refused:
        device.check_out(assertion, BASKET, idempotency_key=key())
    assert refused.value.problem == "request-conflict"
    assert running.processor.captured("EUR").minor == 1140


def test_a_receipt_is_sent_where_it_is_asked_for(running, device, customer):
    device.check_out(hover(device), BASKET, receipt=True, idempotency_key=key())
    tidy(running.service)
    tidy(running.service)
    (sent,) = running.notifier.delivered("ada@example.org")
    assert "Coffee" in sent.body
    assert "EUR 12.40" in sent.body


def test_points_pay_for_all_of_it(running, device, customer):
    tea = Basket(currency="EUR", lines=(Line(name="Tea", each=250),))
    done = device.check_out(hover(device), tea, redeem=300, idempotency_key=key())
    assert (done.state, done.total.minor, done.redeemed) == (CheckoutState.PAID, 0, 250)
    assert done.payment.state is PaymentState.CANCELLED
    assert running.processor.captured("EUR").minor == 0
    assert balance(running) == 50


def test_too_few_points_are_not_spent(running, device, customer):
    done = device.check_out(hover(device), BASKET, redeem=301, idempotency_key=key())
    assert (done.discount.minor, done.state) == (0, CheckoutState.PAID)
    assert balance(running) == 300 + 12


def test_a_declined_card_spends_no_points(running, device):
    running.loyalty.join("M-1", points=300)
    points = Link(LinkKind.LOYALTY, "simulated", "M-1")
    device.enrol_person(1, running.card(DECLINED), points)
    done = device.check_out(hover(device), BASKET, redeem=200, idempotency_key=key())
    assert (done.state, done.text) == (CheckoutState.DECLINED, "")
    assert "do not honour" in done.payment.reason
    assert balance(running) == 300


def test_without_a_membership_it_is_only_paid(running, device):
    device.enrol_person(1, running.card())
    done = device.check_out(hover(device), BASKET, redeem=200, idempotency_key=key())
    assert (done.state, done.total.minor, done.programme) == (CheckoutState.PAID, 1240, "")


@pytest.mark.parametrize("call", ["look_up", "redeem", "accrue"])
@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_REPLY])
def test_a_failing_programme_never_stops_a_payment(running, device, customer, call, fault):
    with running.loyalty.faults.every(fault, call):
        done = device.check_out(hover(device), BASKET, redeem=200, idempotency_key=key())
        assert (done.state, done.payment.state) == (CheckoutState.PAID, PaymentState.CAPTURED)
        tidy(running.service)
    tidy(running.service)
    after = device.checkout(done.checkout)
    assert not after.points_due
    discount = 200 if call == "accrue" else 0
    assert running.processor.captured("EUR").minor == 1240 - discount == after.total.minor
    assert balance(running) == 300 - discount + (1240 - discount) // 100


def test_a_programme_that_never_answers_is_given_up_in_the_end(running, device, customer):
    with running.loyalty.faults.every(Fault.LOST_REQUEST):
        done = device.check_out(hover(device), BASKET, idempotency_key=key())
        assert done.points_due
        running.ahead = CHECKOUT.points_life + 1
        tidy(running.service)
    running.ahead = 0.0
    assert not device.checkout(done.checkout).points_due


def test_a_lost_authorisation_is_found_and_captured(running, device, customer):
    running.processor.faults.plan("charge", Fault.LOST_REPLY)
    with running.processor.faults.every(Fault.LOST_REQUEST, "settle"):
        done = device.check_out(hover(device), BASKET, idempotency_key=key())
        assert (done.state, done.payment.state) == (
            CheckoutState.UNDER_WAY,
            PaymentState.UNKNOWN,
        )
    tidy(running.service)
    assert device.checkout(done.checkout).state is CheckoutState.PAID
    assert running.processor.captured("EUR").minor == 1240


def test_the_service_is_restarted_in_between(running, device, customer):
    with running.processor.faults.every(Fault.LOST_REQUEST, "capture", "settle"):
        done = device.check_out(hover(device), BASKET, redeem=100, idempotency_key=key())
        assert done.state is CheckoutState.UNDER_WAY
        running.ahead = 700.0
    running.restart()
    again = running.client(device.identity)
    for _ in range(2):
        tidy(running.service)
    running.ahead = 0.0
    after = again.checkout(done.checkout)
    assert (after.state, after.total.minor) == (CheckoutState.PAID, 1140)
    assert running.processor.captured("EUR").minor == 1140


def test_a_basket_is_unreadable_once_its_buyer_is_forgotten(running, device, customer):
    done = device.check_out(hover(device), BASKET, idempotency_key=key())
    device.forget(customer.subject, assertion=hover(device, Purpose.FORGET))
    after = device.checkout(done.checkout)
    assert (after.basket, after.text, after.payment.label) == (None, "", "")
    assert after.total.minor == 1240


def test_a_basket_costs_something(device, customer):
    with pytest.raises(ValueError, match="lines"):
        Basket(currency="EUR", lines=())
    free = Basket(currency="EUR", lines=(Line(name="Water", each=0),))
    assertion = hover(device)
    with pytest.raises(CloudRefused, match="1 to") as refused:
        device.check_out(assertion, free, idempotency_key=key())
    assert refused.value.problem == "request-conflict"
    assert device.check_out(assertion, free, tip=50, idempotency_key=key()).total.minor == 50


def test_nobody_elses_checkout_is_shown(running, device, customer):
    done = device.check_out(hover(device), BASKET, idempotency_key=key())
    other = running.tenant("another")
    with pytest.raises(CloudRefused) as refused:
        other.checkout(done.checkout)
    assert refused.value.problem == "unknown-object"


def test_what_was_bought_is_in_what_a_customer_takes_along(running, device, customer):
    device.check_out(hover(device), BASKET, tip=60, idempotency_key=key())
    with running.service.store.reading() as session:
        kept = export(running.service, session.query(Person).one())
    (bought,) = kept["checkouts"]
    assert [line["name"] for line in bought["lines"]] == ["Coffee", "Sandwich"]
    assert (bought["state"], bought["tip_minor"]) == ("paid", 60)
