"""Idempotency and error shapes against stripe-stateful-mock, and what is sent again."""

import time

import pytest

from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown
from thenar_payment.stripe import StripeSettings
from thenar_payment.stripe.wire import Pace, Wire

from .http_tap import Fault, HttpTap


@pytest.fixture
def tap(stripe_mock_port):
    tap = HttpTap(stripe_mock_port)
    yield tap
    tap.close()


@pytest.fixture
def wire(tap):
    wire = Wire(StripeSettings("sk_test_12345", tap.url, read_seconds=5.0, attempts=3))
    yield wire
    wire.close()


def charge(wire, key, source="tok_visa", amount="1000"):
    return wire.post(
        "/v1/charges", {"amount": amount, "currency": "eur", "source": source}, key=key
    )


def test_the_same_key_is_the_same_charge(wire):
    assert charge(wire, "a")["id"] == charge(wire, "a")["id"]
    assert charge(wire, "b")["id"] != charge(wire, "a")["id"]


def test_the_same_key_after_a_lost_reply_is_the_same_charge(wire, tap):
    tap.plan("charges", Fault.LOST_REPLY)
    with pytest.raises(PaymentUnknown):
        charge(wire, "lost")
    charges = wire.get("/v1/charges", {"limit": "100"})["data"]
    assert charge(wire, "lost")["id"] in [one["id"] for one in charges]


def test_the_same_key_for_another_request_is_refused(wire):
    charge(wire, "c")
    with pytest.raises(PaymentError, match="idempotency_error"):
        charge(wire, "c", amount="1001")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("tok_chargeDeclined", "generic_decline|card_declined"),
        ("tok_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("tok_chargeDeclinedExpiredCard", "expired_card"),
    ],
)
def test_declines_keep_the_code_alone(wire, source, code):
    with pytest.raises(PaymentDeclined, match=code) as declined:
        charge(wire, source, source)
    assert "Your card" not in str(declined.value)


def test_too_many_requests_are_sent_again(wire, tap):
    with pytest.raises(PaymentUnknown):
        charge(wire, "d", "tok_429")
    assert len(tap.requests) == 3
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in tap.requests}) == 1


def test_a_server_error_is_unknown_and_is_not_sent_again(wire, tap):
    with pytest.raises(PaymentUnknown):
        charge(wire, "e", "tok_500")
    assert len(tap.requests) == 1


def test_reading_is_repeated_after_no_answer(wire, tap):
    tap.upstream, there = 9, tap.upstream
    with pytest.raises(PaymentUnknown):
        wire.get("/v1/charges")
    assert len(tap.requests) == 3
    tap.upstream = there
    assert wire.get("/v1/charges")["object"] == "list"


def test_the_pace_is_kept():
    pace, start = Pace(200.0), time.monotonic()
    for _ in range(21):
        pace.wait()
    assert time.monotonic() - start >= 20 / 200.0


def test_a_body_is_wiped_whatever_happens(wire):
    body = bytearray(b"type=card&number=4242424242424242")
    with pytest.raises(PaymentError):
        wire.post_wiped("/v1/nothing", body, key="f")
    assert not any(body)
