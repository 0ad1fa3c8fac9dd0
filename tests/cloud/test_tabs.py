"""Just walk out: money is held at the gate, and the basket is paid when somebody is out."""

from uuid import uuid4

import pytest

from thenar.client import AdminClient
from thenar.cloud import linking
from thenar.cloud.housekeeping import tidy
from thenar.errors import CloudRefused
from thenar.messages import Basket, CheckoutState, Line, Purpose
from thenar.parameters import CHECKOUT, SERVICE
from thenar.records import Money, PaymentState, PaymentToken
from thenar.testing.simulated import DECLINED, NO_FUNDS, Fault

from .conftest import ADMIN_KEY

HOLD = Money(5000, "EUR")
TAKEN = Basket(currency="EUR", lines=(Line(name="Juice", each=290, quantity=3),))


def key():
    return uuid4().hex


@pytest.fixture
def tab(running, device):
    device.enrol_person(1, running.card())
    return device.open_tab(device.show(1, Purpose.PAY).assertion, HOLD, idempotency_key=key())


def test_the_hold_is_captured_in_part(running, device, tab):
    assert (tab.state, tab.payment.state) == (CheckoutState.OPEN, PaymentState.AUTHORISED)
    once = key()
    for _ in range(2):
        done = device.settle_tab(tab.checkout, TAKEN, tip=30, idempotency_key=once)
        assert (done.state, done.total.minor) == (CheckoutState.PAID, 900)
    assert running.processor.captured("EUR").minor == 900
    assert "Juice" in done.text
    with pytest.raises(CloudRefused) as refused:
        device.settle_tab(tab.checkout, TAKEN, idempotency_key=key())
    assert refused.value.problem == "request-conflict"
    with pytest.raises(CloudRefused, match="settled already"):
        device.leave_tab(tab.checkout)


def test_who_takes_nothing_pays_nothing(running, device, tab):
    for _ in range(2):
        done = device.leave_tab(tab.checkout)
        assert (done.state, done.payment.state) == (CheckoutState.GIVEN_UP, PaymentState.CANCELLED)
    assert running.processor.captured("EUR").minor == 0


def test_no_basket_is_over_the_hold(running, device, tab):
    dear = Basket(currency="EUR", lines=(Line(name="Television", each=5001),))
    with pytest.raises(CloudRefused, match=r"at most EUR 50\.00"):
        device.settle_tab(tab.checkout, dear, idempotency_key=key())
    assert device.checkout(tab.checkout).state is CheckoutState.OPEN


@pytest.fixture
def wide(running, device):
    """A tab whose basket may cost more than is held."""
    running.linked = running.card()
    device.enrol_person(1, running.linked)
    assertion = device.show(1, Purpose.PAY).assertion
    return device.open_tab(assertion, HOLD, most=8000, idempotency_key=key())


DEAR = Basket(currency="EUR", lines=(Line(name="Coat", each=6200),))


def test_what_is_above_the_hold_is_charged_to_the_same_card(running, device, wide):
    assert (wide.total.minor, wide.payment.amount.minor) == (8000, 5000)
    once = key()
    for _ in range(2):
        done = device.settle_tab(wide.checkout, DEAR, tip=100, idempotency_key=once)
        assert (done.state, done.total.minor, done.owed) == (CheckoutState.PAID, 6300, None)
    assert (done.payment.amount.minor, done.above.amount.minor) == (5000, 1300)
    assert done.above.label == done.payment.label
    assert running.processor.captured("EUR").minor == 6300
    assertion = device.show(1, Purpose.PAY).assertion
    paid = {one.payment: one.amount for one in device.refundable(assertion).payments}
    for name, amount in paid.items():
        device.refund(name, amount.money(), assertion=assertion, idempotency_key=key())
    assert running.processor.captured("EUR").minor == 0
    after = device.checkout(wide.checkout)
    assert after.text.splitlines()[-1].split() == ["Given", "back", "-EUR", "63.00"]


def test_no_basket_is_above_what_was_agreed_on(running, device, wide):
    with pytest.raises(CloudRefused, match=r"at most EUR 80\.00"):
        device.settle_tab(wide.checkout, DEAR, tip=1900, idempotency_key=key())
    assertion = device.show(1, Purpose.PAY).assertion
    with pytest.raises(CloudRefused, match="5000 to"):
        device.open_tab(assertion, HOLD, most=4999, idempotency_key=key())


def test_what_is_declined_above_the_hold_stays_owed(running, device, wide):
    gone = PaymentToken("simulated", running.linked.value, "visa", "4242")
    running.processor.detokenise(gone, idempotency_key=key())  # its issuer closed the card
    done = device.settle_tab(wide.checkout, DEAR, idempotency_key=key())
    assert (done.state, done.owed.minor) == (CheckoutState.PART_PAID, 1200)
    assert done.above.state is PaymentState.DECLINED
    assert running.processor.captured("EUR").minor == 5000
    assert "Still owed" in done.text
    tidy(running.service)
    assert device.checkout(wide.checkout).above.payment == done.above.payment, "asked for once"


def test_no_other_card_is_charged_for_it(running, device, wide):
    """The card that the hold is on was unlinked; another one is there."""
    assertion = device.show(1, Purpose.LINK)
    other = running.card(NO_FUNDS)
    device.link(assertion.assertion, other, idempotency_key=key())
    linking.unlink(
        running.service, device.identity.tenant, assertion.subject, assertion.links[0].link, ""
    )
    done = device.settle_tab(wide.checkout, DEAR, idempotency_key=key())
    assert (done.state, done.owed.minor, done.above) == (CheckoutState.PART_PAID, 1200, None)


def test_a_charge_above_the_hold_that_was_lost_is_asked_for_again(running, device, wide):
    running.processor.faults.plan("charge", Fault.LOST_REQUEST)
    told = device.settle_tab(wide.checkout, DEAR, idempotency_key=key())
    assert told.state is CheckoutState.UNDER_WAY
    running.ahead = SERVICE.payment_given_up + 1
    tidy(running.service)
    running.ahead = 0.0
    done = device.checkout(wide.checkout)
    assert (done.state, done.owed) == (CheckoutState.PAID, None)
    assert running.processor.captured("EUR").minor == 6200


def test_a_limit_counts_what_may_be_charged(running, device):
    device.enrol_person(1, running.card())
    with AdminClient(running.url, ADMIN_KEY) as admin:
        admin.limit_spending(Money(6000, "EUR"), tenant=device.identity.tenant)
    assertion = device.show(1, Purpose.PAY).assertion
    with pytest.raises(CloudRefused, match="spending limit"):
        device.open_tab(assertion, HOLD, most=8000, idempotency_key=key())


def test_a_declined_card_opens_no_tab(running, device):
    device.enrol_person(1, running.card(DECLINED))
    told = device.open_tab(device.show(1, Purpose.PAY).assertion, HOLD, idempotency_key=key())
    assert (told.state, told.payment.state) == (CheckoutState.DECLINED, PaymentState.DECLINED)
    with pytest.raises(CloudRefused, match="declined"):
        device.settle_tab(told.checkout, TAKEN, idempotency_key=key())


def test_a_forgotten_tab_is_released(running, device, tab):
    running.ahead = CHECKOUT.tab_life + 1
    tidy(running.service)
    running.ahead = 0.0
    assert device.checkout(tab.checkout).state is CheckoutState.GIVEN_UP
    assert device.payment(tab.payment.payment).state is PaymentState.CANCELLED


def test_a_hold_without_an_answer_is_found(running, device):
    device.enrol_person(1, running.card())
    running.processor.faults.plan("charge", Fault.LOST_REPLY)
    assertion = device.show(1, Purpose.PAY).assertion
    with running.processor.faults.every(Fault.LOST_REQUEST, "settle"):
        told = device.open_tab(assertion, HOLD, idempotency_key=key())
    assert (told.state, told.payment.state) == (CheckoutState.OPEN, PaymentState.UNKNOWN)
    tidy(running.service)
    assert device.checkout(told.checkout).payment.state is PaymentState.AUTHORISED
    assert device.settle_tab(told.checkout, TAKEN, idempotency_key=key()).state == "paid"


def test_forgetting_waits_for_a_tab(running, device, tab):
    assertion = device.show(1, Purpose.FORGET)
    told = device.forget(assertion.subject, assertion=assertion.assertion)
    assert (told.state, told.open_payments) == ("closing", 1)
    assert device.settle_tab(tab.checkout, TAKEN, idempotency_key=key()).state == "paid"
    tidy(running.service)
    assert device.forget(assertion.subject, assertion=assertion.assertion).state == "forgotten"
    assert running.processor.captured("EUR").minor == 870
