"""localstripe's webhooks reach the secure service, which settles what they name."""

import contextlib
import hashlib
import hmac
import io
import json
import threading
import time
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest

from thenar.client import AdminClient
from thenar.device.enrol import enrol
from thenar.messages import Consent, Purpose, Scope
from thenar.records import Money, PaymentState
from thenar.testing.simulated import VISA
from thenar.testing.world import World
from thenar.testing.world.service import ADMIN_KEY
from thenar_payment.stripe import Receiver, StripeProcessor, StripeSettings, Webhooks

from .http_tap import Fault

SECRET = "whsec_receiver"


def signed(body):
    now = int(time.time())
    digest = hmac.new(SECRET.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={now},v1={digest}"


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@contextlib.contextmanager
def serving(application):
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/stripe"
        server.shutdown()
        thread.join()


def test_a_lost_reply_is_settled_by_the_webhook(tmp_path, stripe_tap, localstripe_port):
    settings = StripeSettings("sk_test_12345", stripe_tap.url, read_seconds=1.0)
    processor, answers = StripeProcessor(settings), []
    with contextlib.closing(processor), World(tmp_path, payment=("stripe", processor)) as world:
        identity = world.terminal.cloud.identity
        service = str(world.terminal.cloud._connection._http.base_url)
        with AdminClient(service, ADMIN_KEY) as admin:
            key = admin.create_api_key(identity.tenant, "stripe", [Scope.PAYMENTS_SETTLE])
        receiver = Receiver(Webhooks(SECRET), service, key.secret)
        receiver._http.event_hooks["response"] = [lambda reply: answers.append(reply.read())]
        world.card_reader.insert(VISA)
        world.show("Ada", enrolling=True)
        enrol(world.terminal, consent=Consent(text="terms 1 en", purposes=tuple(Purpose)))
        world.show("Ada")
        crops = world.terminal.hover.present("Pay").best(3)
        assertion = world.terminal.cloud.identify(crops, purpose=Purpose.PAY).assertion
        with serving(receiver) as url, contextlib.closing(receiver):
            httpx.post(
                f"http://127.0.0.1:{localstripe_port}/_config/webhooks/palm",
                json={"url": url, "secret": SECRET, "events": ["payment_intent.succeeded"]},
            ).raise_for_status()
            stripe_tap.plan("payment_intents$", Fault.LOST_REPLY)
            paid = world.terminal.cloud.pay(
                assertion, Money(700, "EUR"), idempotency_key="a lost reply"
            )
            until = time.monotonic() + 20
            while not answers and time.monotonic() < until:
                time.sleep(0.05)
        httpx.delete(f"http://127.0.0.1:{localstripe_port}/_config/webhooks/palm")
        assert {"settled", "unknown"} < set(json.loads(answers[0]))
        assert world.terminal.cloud.payment(paid.payment).state is PaymentState.CAPTURED


def asked(receiver, body=b"{}", signature="", method="POST", length=None):
    said = []
    environ = {
        "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(len(body)) if length is None else length,
        "HTTP_STRIPE_SIGNATURE": signature,
        "wsgi.input": io.BytesIO(body),
    }
    receiver(environ, lambda status, headers: said.append(status))
    return int(said[0].split()[0])


@pytest.fixture
def receiver():
    with contextlib.closing(Receiver(Webhooks(SECRET), "http://127.0.0.1:9", "key")) as one:
        yield one


def event(key):
    thing = {"id": "pi_1", "metadata": {"thenar_charge": key}}
    return json.dumps({"id": "evt_1", "type": "t", "data": {"object": thing}}).encode()


def test_only_stripe_is_listened_to(receiver):
    assert asked(receiver, method="GET") == 405
    assert asked(receiver, event("a" * 32)) == 400
    assert asked(receiver, length="1000001") == 413
    assert asked(receiver, length="many") == 413


def test_a_service_that_is_away_is_told_again(receiver):
    """Stripe repeats what is not accepted; it is not taken for a repetition then."""
    body = event("a" * 32)
    for _ in range(2):
        assert asked(receiver, body, signed(body)) == 503


def test_an_event_of_another_program_is_none_of_ours(receiver):
    body = event("not a key of the service")
    for _ in range(2):
        assert asked(receiver, body, signed(body)) == 200
