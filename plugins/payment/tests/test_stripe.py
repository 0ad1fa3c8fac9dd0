"""Stripe against localstripe: the whole life of a card and a payment."""

import re

import httpx
import pytest

from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown
from thenar.records import Money, PaymentState, PaymentToken
from thenar_payment.stripe import API_VERSION, StripeProcessor, StripeSettings

from .http_tap import Fault

EUR_10 = Money(1000, "EUR")


@pytest.fixture
def stripe(stripe_tap):
    processor = StripeProcessor(StripeSettings("sk_test_12345", stripe_tap.url, read_seconds=5.0))
    yield processor
    processor.close()


@pytest.fixture
def token(stripe, make_card):
    return stripe.tokenise(make_card(), idempotency_key="card")


def test_a_card_becomes_a_token_that_pays(stripe, token):
    assert (token.processor, token.last4, token.brand) == ("stripe", "4242", "visa")
    paid = stripe.charge(token, EUR_10, idempotency_key="a", capture=True)
    assert paid.state is PaymentState.CAPTURED
    assert paid.amount == EUR_10
    assert stripe.settle("a") == paid


def test_authorise_capture_a_part_refund_in_two_parts(stripe, token):
    held = stripe.charge(token, EUR_10, idempotency_key="b", capture=False)
    assert held.state is PaymentState.AUTHORISED
    captured = stripe.capture(held.payment, Money(700, "EUR"), idempotency_key="b2")
    assert (captured.state, captured.amount.minor) == (PaymentState.CAPTURED, 700)
    assert captured.refunded.minor == 0
    first = stripe.refund(held.payment, Money(300, "EUR"), idempotency_key="b3")
    assert (first.state, first.refunded.minor) == (PaymentState.REFUNDED, 300)
    second = stripe.refund(held.payment, Money(400, "EUR"), idempotency_key="b4")
    assert second.refunded.minor == 700
    assert stripe.settle("b2").refunded.minor == 700
    assert stripe.settle("b3").refunded.minor == 700


def test_an_authorisation_is_given_up(stripe, token):
    held = stripe.charge(token, EUR_10, idempotency_key="c", capture=False)
    assert stripe.cancel(held.payment, idempotency_key="c2").state is PaymentState.CANCELLED
    assert stripe.settle("c2").state is PaymentState.CANCELLED
    with pytest.raises(PaymentError, match="canceled"):
        stripe.capture(held.payment, EUR_10, idempotency_key="c3")
    assert stripe.settle("c3") is None
    assert stripe.settle("c2").state is PaymentState.CANCELLED


def test_another_currency_is_not_captured(stripe, token):
    held = stripe.charge(token, EUR_10, idempotency_key="cur", capture=False)
    with pytest.raises(PaymentError, match="EUR"):
        stripe.capture(held.payment, Money(1000, "USD"), idempotency_key="cur2")
    assert stripe.settle("cur2") is None


def test_a_declined_card_is_declined_when_linked_or_when_charged(stripe, make_card):
    with pytest.raises(PaymentDeclined, match="card_declined"):
        stripe.tokenise(make_card("4000000000000002"), idempotency_key="d")
    token = stripe.tokenise(make_card("4000000000000341"), idempotency_key="d2")
    with pytest.raises(PaymentDeclined, match="card_declined"):
        stripe.charge(token, EUR_10, idempotency_key="d3", capture=True)
    settled = stripe.settle("d3")
    assert (settled.state, settled.reason) == (PaymentState.DECLINED, "card_declined")


def test_a_card_that_wants_its_holder_to_authenticate_is_declined(stripe, make_card):
    with pytest.raises(PaymentDeclined, match="3-D Secure"):
        stripe.tokenise(make_card("4000002500003155"), idempotency_key="e")


def test_a_payment_that_wants_authentication_is_given_up(stripe, localstripe_port, make_card):
    """Linked in a browser, say, and asked for again off session."""
    with httpx.Client(
        base_url=f"http://127.0.0.1:{localstripe_port}/v1", auth=("sk_test_1", "")
    ) as http:
        method = http.post(
            "/payment_methods",
            data={
                "type": "card",
                "card[number]": "4000002500003155",
                "card[exp_month]": "12",
                "card[exp_year]": "2031",
                "card[cvc]": "000",
            },
        ).json()["id"]
        customer = http.post("/customers", data={"email": "a@example.org"}).json()["id"]
        token = PaymentToken("stripe", f"{customer}/{method}")
        with pytest.raises(PaymentDeclined, match="authentication_required"):
            stripe.charge(token, EUR_10, idempotency_key="f", capture=True)
        settled = stripe.settle("f")
        assert settled.state is PaymentState.DECLINED
        assert http.get(f"/payment_intents/{settled.payment}").json()["status"] == "canceled"


def test_a_token_of_another_processor_is_declined(stripe):
    with pytest.raises(PaymentDeclined):
        stripe.charge(PaymentToken("other", "tok_1"), EUR_10, idempotency_key="g", capture=True)


def test_every_request_names_the_version_and_each_change_its_key(stripe, token, stripe_tap):
    stripe.charge(token, EUR_10, idempotency_key="h", capture=True)
    assert all(headers["Stripe-Version"] == API_VERSION for _, _, headers, _ in stripe_tap.requests)
    keys = [
        headers["Idempotency-Key"]
        for method, _, headers, _ in stripe_tap.requests
        if method == "POST"
    ]
    assert keys == ["card-method", "card-customer", "card-setup", "card-confirm", "h"]


def test_no_answer_is_unknown_and_is_not_sent_again(stripe, token, stripe_tap):
    stripe_tap.plan("payment_intents$", Fault.LOST_REPLY)
    with pytest.raises(PaymentUnknown):
        stripe.charge(token, EUR_10, idempotency_key="i", capture=True)
    charges = [path for method, path, _, _ in stripe_tap.requests if path == "/v1/payment_intents"]
    assert len(charges) == 1
    assert stripe.settle("i").state is PaymentState.CAPTURED


def test_a_repeated_key_is_looked_up_first(stripe, token, stripe_tap, localstripe_port):
    """localstripe knows no idempotency keys, so a second POST would be a second charge."""
    stripe_tap.plan("payment_intents$", Fault.LOST_REPLY)
    with pytest.raises(PaymentUnknown):
        stripe.charge(token, EUR_10, idempotency_key="j", capture=True)
    again = stripe.charge(token, EUR_10, idempotency_key="j", capture=True)
    assert again.state is PaymentState.CAPTURED
    posted = [
        path
        for method, path, _, _ in stripe_tap.requests
        if (method, path) == ("POST", "/v1/payment_intents")
    ]
    assert len(posted) == 1


def test_what_never_arrived_is_none(stripe, token, stripe_tap):
    stripe_tap.plan("payment_intents$", Fault.LOST_REQUEST)
    with pytest.raises(PaymentUnknown):
        stripe.charge(token, EUR_10, idempotency_key="k", capture=True)
    assert stripe.settle("k") is None


def test_nobody_listens():
    with httpx.Client() as _:
        stripe = StripeProcessor(
            StripeSettings("sk_test_12345", "http://127.0.0.1:9", connect_seconds=0.5, attempts=2)
        )
    with pytest.raises(PaymentUnknown):
        stripe.settle("l")
    stripe.close()


def test_a_wrong_api_key_is_said_so_and_is_not_shown(stripe_tap):
    settings = StripeSettings("rk_test_secret", stripe_tap.url)
    assert "rk_test_secret" not in repr(settings)
    stripe = StripeProcessor(settings)
    with pytest.raises(PaymentError, match="refused the API key"):
        stripe.settle("m")
    stripe.close()


@pytest.mark.parametrize(
    ("setting", "value"), [("api_key", "pk_test_1"), ("base_url", "http://api.stripe.com")]
)
def test_settings_that_would_leak_are_refused(setting, value):
    with pytest.raises(ValueError, match=re.escape(setting)):
        StripeSettings(**{"api_key": "sk_test_1", setting: value})


def test_a_token_that_is_given_back_is_deleted_at_stripe(stripe, stripe_tap, make_card):
    token = stripe.tokenise(make_card(), idempotency_key="given back")
    customer = token.token.partition("/")[0]
    for _ in range(2):  # the second finds nothing, which is as good
        stripe.detokenise(token, idempotency_key="back")
    asked = [(method, path) for method, path, *_ in stripe_tap.requests if method == "DELETE"]
    assert asked == [("DELETE", f"/v1/customers/{customer}")] * 2
    stripe.detokenise(PaymentToken("another", "tok_1"), idempotency_key="not Stripe's")
    with stripe_tap.every(Fault.LOST_REQUEST), pytest.raises(PaymentUnknown):
        stripe.detokenise(token, idempotency_key="back")
