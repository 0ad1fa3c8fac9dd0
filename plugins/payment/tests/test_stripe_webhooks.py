"""Stripe's webhooks, as localstripe sends them."""

import hashlib
import hmac
import json
import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from thenar.errors import PaymentError
from thenar.records import Money
from thenar_payment.stripe import StripeProcessor, StripeSettings, Webhooks

SECRET = "whsec_test"


@pytest.fixture
def inbox():
    """An endpoint; what it gets is put in a queue."""
    got = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.put((body, self.headers["Stripe-Signature"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    got.url = f"http://127.0.0.1:{server.server_port}/stripe"
    yield got
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_payment_is_told_once(inbox, stripe_tap, localstripe_port, make_card):
    httpx.post(
        f"http://127.0.0.1:{localstripe_port}/_config/webhooks/test",
        json={"url": inbox.url, "secret": SECRET, "events": ["payment_intent.succeeded"]},
    ).raise_for_status()
    stripe = StripeProcessor(StripeSettings("sk_test_12345", stripe_tap.url))
    token = stripe.tokenise(make_card(), idempotency_key="card")
    paid = stripe.charge(token, Money(1000, "EUR"), idempotency_key="hook", capture=True)
    stripe.close()
    payload, signature = inbox.get(timeout=20)

    webhooks = Webhooks(SECRET)
    event = webhooks.accept(payload, signature)
    assert (event.type, event.object) == ("payment_intent.succeeded", paid.payment)
    assert event.keys == ("hook",)
    assert webhooks.accept(payload, signature) is None

    with pytest.raises(PaymentError, match="does not hold"):
        Webhooks("whsec_other").accept(payload, signature)
    with pytest.raises(PaymentError, match="does not hold"):
        Webhooks(SECRET).accept(payload.replace(b"1000", b"9000"), signature)
    with pytest.raises(PaymentError, match="too old"):
        Webhooks(SECRET, clock=lambda: time.time() + 400).accept(payload, signature)


@pytest.mark.parametrize("signature", ["", "t=1", "v1=aa", "t=x,v1=aa", "t=1,t=2,v1=aa"])
def test_what_is_not_signed_is_refused(signature):
    with pytest.raises(PaymentError, match="not signed"):
        Webhooks(SECRET).accept(b"{}", signature)


@pytest.mark.parametrize("body", [b"[]", b"{}", b"no", json.dumps({"id": "evt_1"}).encode()])
def test_what_is_signed_and_no_event_is_refused(body):
    signed = hmac.new(SECRET.encode(), b"100." + body, hashlib.sha256).hexdigest()
    webhooks = Webhooks(SECRET, clock=lambda: 100.0)
    with pytest.raises(PaymentError, match="not an event"):
        webhooks.accept(body, f"t=100,v0=00,v1={signed}")
