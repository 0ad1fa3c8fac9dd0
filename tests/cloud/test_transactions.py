"""Payments, loyalty and passages over HTTP, and what lost answers do to them."""

import threading
from uuid import uuid4

import pytest

from thenar.cloud.housekeeping import tidy
from thenar.errors import CloudRefused
from thenar.messages import LoyaltyAction, Purpose
from thenar.records import Decision, Link, LinkKind, Money, OfflinePolicy, PaymentState
from thenar.testing.simulated import DECLINED, Fault

PRICE = Money(1240, "EUR")


def key():
    return uuid4().hex


@pytest.fixture
def customer(running, device):
    """Enrolled with a card and a loyalty number."""
    running.loyalty.join("M-1", points=100)
    loyalty = Link(LinkKind.LOYALTY, "simulated", "M-1")
    return device.enrol_person(1, running.card(), loyalty)


def hover(device, purpose=Purpose.PAY):
    return device.show(1, purpose).assertion


def test_a_palm_pays_once(running, device, customer):
    links = device.show(1, Purpose.PAY).links
    assert {link.kind: link.value for link in links} == {"payment": "", "loyalty": ""}
    assertion, once = hover(device), key()
    paid = device.pay(assertion, PRICE, idempotency_key=once)
    assert (paid.state, paid.amount.money(), paid.pending) == (PaymentState.CAPTURED, PRICE, False)
    again = device.pay(assertion, PRICE, idempotency_key=once)
    assert again.payment == paid.payment
    assert running.processor.captured("EUR") == PRICE


def test_one_assertion_pays_one_payment(running, device, customer):
    assertion = hover(device)
    device.pay(assertion, PRICE, idempotency_key=key())
    with pytest.raises(CloudRefused) as refused:
        device.pay(assertion, PRICE, idempotency_key=key())
    assert refused.value.problem == "request-conflict"
    assert running.processor.captured("EUR") == PRICE


def test_one_key_is_one_request(device, customer):
    once, assertion = key(), hover(device)
    device.pay(assertion, PRICE, idempotency_key=once)
    with pytest.raises(CloudRefused) as refused:
        device.pay(assertion, Money(1, "EUR"), idempotency_key=once)
    assert refused.value.problem == "request-conflict"


def test_an_assertion_for_something_else_does_not_pay(running, device, customer):
    for purpose in (Purpose.LOYALTY, Purpose.LINK, Purpose.FORGET):
        with pytest.raises(CloudRefused) as refused:
            device.pay(hover(device, purpose), PRICE, idempotency_key=key())
        assert refused.value.problem == "access-refused"
    assert running.processor.captured("EUR").minor == 0


def test_an_old_assertion_does_not_pay_but_its_payment_is_told_again(running, device, customer):
    assertion, once = hover(device), key()
    unused = hover(device)
    paid = device.pay(assertion, PRICE, idempotency_key=once)
    assertions = running.service.assertions
    claims = {"tenant": device.identity.tenant, "device": device.identity.device}
    assert assertions.check(unused, **claims, purposes=(Purpose.PAY,), now=running.clock()).subject
    old = assertions.issue(
        **claims, subject=customer.subject, purpose=Purpose.PAY, now=running.clock() - 121
    )
    with pytest.raises(CloudRefused, match="expired"):
        device.pay(old, PRICE, idempotency_key=key())
    assert device.pay(assertion, PRICE, idempotency_key=once).payment == paid.payment


def test_another_device_cannot_use_an_assertion(running, device, customer):
    other = running.tenant("stadium")
    with pytest.raises(CloudRefused) as refused:
        other.pay(hover(device), PRICE, idempotency_key=key())
    assert refused.value.problem == "access-refused"


def test_a_decline_is_an_answer(running, device):
    device.enrol_person(1, running.card(DECLINED))
    once, assertion = key(), hover(device)
    paid = device.pay(assertion, PRICE, idempotency_key=once)
    assert paid.state is PaymentState.DECLINED
    assert "do not honour" in paid.reason
    assert device.pay(assertion, PRICE, idempotency_key=once).state is PaymentState.DECLINED


def test_authorise_then_capture_less_then_refund_in_parts(running, device, customer):
    paid = device.pay(hover(device), PRICE, idempotency_key=key(), capture=False)
    assert paid.state is PaymentState.AUTHORISED
    with pytest.raises(CloudRefused, match="Expected a capture"):
        device.capture(paid.payment, Money(1241, "EUR"), idempotency_key=key())
    captured = device.capture(paid.payment, Money(1000, "EUR"), idempotency_key=key())
    assert (captured.state, captured.amount.minor) == (PaymentState.CAPTURED, 1000)
    once = key()
    for _ in range(2):
        back = device.refund(paid.payment, Money(400, "EUR"), idempotency_key=once)
        assert (back.state, back.refunded.minor) == (PaymentState.REFUNDED, 400)
    with pytest.raises(CloudRefused, match="1 to 600"):
        device.refund(paid.payment, Money(601, "EUR"), idempotency_key=key())
    assert (
        device.refund(paid.payment, Money(600, "EUR"), idempotency_key=key()).refunded
        == captured.amount
    )
    assert running.processor.captured("EUR").minor == 0


def test_an_authorisation_is_given_up(device, customer):
    paid = device.pay(hover(device), PRICE, idempotency_key=key(), capture=False)
    assert device.cancel(paid.payment, idempotency_key=key()).state is PaymentState.CANCELLED
    with pytest.raises(CloudRefused, match="cancelled"):
        device.capture(paid.payment, PRICE, idempotency_key=key())


def test_a_lost_reply_is_unknown_until_it_is_settled_and_charges_once(running, device, customer):
    running.processor.faults.plan("charge", Fault.LOST_REPLY)
    running.processor.faults.plan("settle", Fault.LOST_REPLY)
    assertion, once = hover(device), key()
    paid = device.pay(assertion, PRICE, idempotency_key=once)
    assert (paid.state, paid.pending) == (PaymentState.UNKNOWN, True)
    assert device.pay(assertion, PRICE, idempotency_key=once).payment == paid.payment
    tidy(running.service)
    tidy(running.service)
    assert device.payment(paid.payment).state is PaymentState.CAPTURED
    assert running.processor.captured("EUR") == PRICE


def test_a_lost_refund_is_settled_and_given_once(running, device, customer):
    paid = device.pay(hover(device), PRICE, idempotency_key=key())
    running.processor.faults.plan("refund", Fault.LOST_REPLY)
    back = device.refund(paid.payment, PRICE, idempotency_key=key())
    assert (back.state, back.pending) == (PaymentState.CAPTURED, True)
    with pytest.raises(CloudRefused, match="waits"):
        device.refund(paid.payment, PRICE, idempotency_key=key())
    tidy(running.service)
    back = device.payment(paid.payment)
    assert (back.state, back.pending) == (PaymentState.REFUNDED, False)
    assert running.processor.captured("EUR").minor == 0


def test_a_payment_is_written_down_before_the_processor_is_asked(running, device, customer):
    """The processor answers only after the service was looked at: what a crash would find."""
    asked, answer = threading.Event(), threading.Event()
    charge = running.processor.charge
    seen = []

    def slow_charge(*args, **kwargs):
        asked.set()
        assert answer.wait(30)
        return charge(*args, **kwargs)

    running.processor.charge = slow_charge
    assertion = hover(device)
    pays = threading.Thread(
        target=lambda: seen.append(device.pay(assertion, PRICE, idempotency_key=key()))
    )
    pays.start()
    assert asked.wait(30)
    other = running.client(device.identity)
    from thenar.cloud.processor import open_steps

    assert len(open_steps(running.service)) == 1
    assert other.show(1, Purpose.PAY).subject == customer.subject, "nobody waits for a payment"
    answer.set()
    pays.join()
    assert seen[0].state is PaymentState.CAPTURED


def test_the_same_key_at_the_same_time_charges_once(running, device, customer):
    assertion, once, states = hover(device), key(), []

    def pay():
        with running.client(device.identity) as till:
            try:
                states.append(till.pay(assertion, PRICE, idempotency_key=once).state)
            except CloudRefused as refused:
                states.append(refused.problem)

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PaymentState.CAPTURED in states
    assert set(states) <= {PaymentState.CAPTURED, PaymentState.UNKNOWN}, states
    assert running.processor.captured("EUR") == PRICE


def test_payments_of_another_tenant_are_not_there(running, device, customer):
    paid = device.pay(hover(device), PRICE, idempotency_key=key())
    with pytest.raises(CloudRefused) as refused:
        running.tenant("stadium").payment(paid.payment)
    assert refused.value.status == 404


def test_loyalty_is_looked_up_collected_and_redeemed(running, device, customer):
    assertion = hover(device, Purpose.LOYALTY)
    looked = device.loyalty(assertion, LoyaltyAction.LOOK_UP, idempotency_key=key())
    assert (looked.programme, looked.points) == ("simulated", 100)
    once = key()
    for _ in range(2):
        got = device.loyalty(assertion, LoyaltyAction.ACCRUE, points=12, idempotency_key=once)
        assert got.points == 112
    left = device.loyalty(hover(device), LoyaltyAction.REDEEM, points=100, idempotency_key=key())
    assert left.points == 12
    assert running.loyalty.look_up("M-1").points == 12


def test_a_programme_that_gives_no_answer_can_be_asked_again_with_the_same_key(
    running, device, customer
):
    running.loyalty.faults.plan("accrue", Fault.LOST_REPLY)
    assertion, once = hover(device, Purpose.LOYALTY), key()
    with pytest.raises(CloudRefused) as refused:
        device.loyalty(assertion, LoyaltyAction.ACCRUE, points=5, idempotency_key=once)
    assert (refused.value.status, refused.value.problem) == (502, "loyalty")
    again = device.loyalty(assertion, LoyaltyAction.ACCRUE, points=5, idempotency_key=once)
    assert again.points == 105


def test_points_without_an_action_are_refused(device, customer):
    with pytest.raises(CloudRefused) as refused:
        device.loyalty(hover(device), LoyaltyAction.LOOK_UP, points=5, idempotency_key=key())
    assert refused.value.status == 422


def test_a_door_records_its_decision_once(running, device):
    device.enrol_person(1, Link(LinkKind.TICKET, "gate", "T-1"))
    assertion, once = hover(device, Purpose.ENTER), key()
    decision = Decision(allow=True, reason="ticket valid")
    recorded = [
        device.record_passage("gate A", decision, assertion=assertion, at=1.0, idempotency_key=once)
        for _ in range(2)
    ]
    assert recorded[0].passage == recorded[1].passage


def test_a_door_records_what_it_did_alone(device):
    decision = Decision(allow=False, reason="offline", offline=OfflinePolicy.FAIL_CLOSED)
    assert device.record_passage("gate A", decision, idempotency_key=key()).passage


def test_a_payment_assertion_opens_no_door(device, customer):
    decision = Decision(allow=True, reason="ticket valid")
    with pytest.raises(CloudRefused) as refused:
        device.record_passage("gate", decision, assertion=hover(device), idempotency_key=key())
    assert refused.value.problem == "access-refused"
