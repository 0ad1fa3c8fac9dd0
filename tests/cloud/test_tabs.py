"""Just walk out: money is held at the gate, and the basket is paid when somebody is out."""

from uuid import uuid4

import pytest

from thenar.cloud.housekeeping import tidy
from thenar.errors import CloudRefused
from thenar.messages import Basket, CheckoutState, Line, Purpose
from thenar.parameters import CHECKOUT
from thenar.records import Money, PaymentState
from thenar.testing.simulated import DECLINED, Fault

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
