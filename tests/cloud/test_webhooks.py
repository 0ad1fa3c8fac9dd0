"""Webhooks against a real receiver over HTTP: one that answers, fails, is slow, sees repeats."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Verifier

from thenar.client import AdminClient
from thenar.cloud.tables import DeliveryRow
from thenar.cloud.webhooks import deciding, posting, sending, signatures
from thenar.errors import CloudRefused, InvalidRecord
from thenar.messages import Purpose, WebhookKind
from thenar.parameters import INTEGRATION
from thenar.records import Link, LinkKind, Money

from .files import written


class Receiver:
    """A program of the tenant's that answers as it is told to."""

    def __init__(self):
        self.got = []
        self.answers = [(200, b"")]
        self.wait = 0.0
        self.came = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with receiver.came:
                    receiver.got.append((headers, body))
                    answers = receiver.answers
                    status, said = answers.pop(0) if len(answers) > 1 else answers[0]
                    receiver.came.notify_all()
                time.sleep(receiver.wait)
                try:
                    self.send_response(status)
                    self.send_header("content-length", str(len(said)))
                    if 300 <= status < 400:
                        self.send_header("location", receiver.url + "/elsewhere")
                    self.end_headers()
                    self.wfile.write(said)
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def wait_for(self, count):
        with self.came:
            assert self.came.wait_for(lambda: len(self.got) >= count, timeout=30)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture
def slow():
    made = Receiver()
    made.wait = 3.0
    yield made
    made.stop()


@pytest.fixture
def running(running):
    running.stop()
    running.settings = attrs.evolve(running.settings, webhooks_to_private=True)
    running.start()
    return running


@pytest.fixture
def admin(running):
    with AdminClient(running.url, running.settings.admin_key) as client:
        yield client


def wait_until(condition):
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def states(admin, tenant):
    return [one.state for one in admin.deliveries(tenant).items]


def test_what_happens_arrives_signed_once(running, device, admin, receiver):
    tenant = device.identity.tenant
    made = admin.create_webhook(
        receiver.url, tenant=tenant, events=["person.*", "payment.captured"]
    )
    person = device.enrol_person(1, running.card())
    shown = device.show(1, Purpose.PAY)
    paid = device.pay(shown.assertion, Money(500, "EUR"), idempotency_key="payment 1")
    receiver.wait_for(2)
    verifier = Verifier(made.secret)
    told = [verifier.verify(body, headers) for headers, body in receiver.got]
    assert [one["type"] for one in told] == ["person.enrolled", "payment.captured"]
    assert [one["data"]["about"] for one in told] == [person.subject, paid.payment]
    assert told[1]["data"]["details"]["minor"] == 500
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 2
    wait_until(lambda: states(admin, tenant) == ["delivered", "delivered"])
    assert "tok_" not in str(receiver.got)


def test_another_tenants_events_do_not_arrive(running, device, admin, receiver):
    other = running.tenant("other").identity.tenant
    admin.create_webhook(receiver.url, tenant=other)
    device.enrol_person(1)
    assert admin.deliveries(device.identity.tenant).items == ()
    wait_until(lambda: states(admin, other) == ["delivered"])
    assert json.loads(receiver.got[0][1])["type"] == "webhook.created"


def test_what_did_not_happen_is_not_told(running, device, admin, receiver):
    tenant = device.identity.tenant
    admin.create_webhook(receiver.url, tenant=tenant, events=["person.enrolled"])
    device.enrol_person(1)
    with pytest.raises(CloudRefused):
        device.enrol_person(1)
    assert len(admin.deliveries(tenant).items) == 1


def test_a_receiver_that_fails_is_tried_again_later_with_the_same_identifier(
    running, device, admin, receiver
):
    tenant = device.identity.tenant
    receiver.answers = [(500, b""), (302, b""), (204, b"")]
    admin.create_webhook(receiver.url, tenant=tenant, events=["person.enrolled"])
    device.enrol_person(1)
    for count, wait in (
        (1, 0),
        (2, INTEGRATION.webhook_waits[0]),
        (3, INTEGRATION.webhook_waits[1]),
    ):
        running.ahead += 1.2 * wait
        receiver.wait_for(count)
        wait_until(lambda count=count: admin.deliveries(tenant).items[0].tries == count)
    (delivery,) = admin.deliveries(tenant).items
    assert (delivery.state, delivery.outcome) == ("delivered", "204")
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1


def test_after_the_last_try_a_message_is_dead_until_somebody_asks_for_it(
    running, device, admin, receiver, monkeypatch
):
    monkeypatch.setattr(
        sending, "INTEGRATION", attrs.evolve(INTEGRATION, webhook_waits=(0.01, 0.01))
    )
    tenant = device.identity.tenant
    receiver.answers = [(503, b"")]
    admin.create_webhook(receiver.url, tenant=tenant, events=["person.enrolled"])
    device.enrol_person(1)
    wait_until(lambda: states(admin, tenant) == ["dead"])
    (dead,) = admin.deliveries(tenant, state="dead").items
    assert (dead.tries, dead.outcome, len(receiver.got)) == (3, "503", 3)
    receiver.answers = [(200, b"")]
    assert admin.redeliver(dead.delivery, idempotency_key="once more").state == "waiting"
    assert admin.redeliver(dead.delivery, idempotency_key="once more").state == "waiting"
    wait_until(lambda: states(admin, tenant) == ["delivered"])
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    running.ahead += INTEGRATION.delivered_life + 1
    wait_until(lambda: states(admin, tenant) == [])


def test_a_receiver_that_is_gone_or_not_there_is_noted(running, device, admin, receiver):
    tenant = device.identity.tenant
    receiver.answers = [(410, b"")]
    admin.create_webhook(receiver.url, tenant=tenant, events=["person.enrolled"])
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    admin.create_webhook(nobody, tenant=tenant, events=["person.enrolled"])
    device.enrol_person(1)
    wait_until(lambda: sorted(one.tries for one in admin.deliveries(tenant).items) == [1, 1])
    outcomes = {(one.state, one.outcome) for one in admin.deliveries(tenant).items}
    assert outcomes == {("dead", "410"), ("waiting", "ConnectError")}


def test_a_slow_receiver_holds_up_nobody_else(running, device, admin, receiver, slow):
    tenant = device.identity.tenant
    admin.create_webhook(slow.url, tenant=tenant, events=["passage.*", "person.*"])
    admin.create_webhook(receiver.url, tenant=tenant, events=["person.*"])
    for number in range(3):
        device.enrol_person(number + 1)
    receiver.wait_for(3)
    assert len(slow.got) < 3


def test_messages_survive_the_death_of_the_service(running, device, admin, receiver):
    tenant = device.identity.tenant
    receiver.answers = [(500, b"")]
    admin.create_webhook(receiver.url, tenant=tenant, events=["person.enrolled"])
    device.enrol_person(1)
    receiver.wait_for(1)
    running.stop()
    receiver.answers = [(200, b"")]
    running.ahead += 60
    running.start()
    receiver.wait_for(2)
    assert receiver.got[0][1] == receiver.got[1][1]


def test_a_secret_is_shown_once_and_lies_encrypted(running, device, admin, receiver):
    made = admin.create_webhook(receiver.url, tenant=device.identity.tenant)
    assert "secret" not in admin.webhooks(device.identity.tenant).items[0].model_dump()
    assert made.secret not in repr(made)
    assert made.secret[6:40].encode() not in written(running.settings.folder)


def test_a_webhook_that_is_removed_takes_its_messages_along(running, device, admin, receiver):
    receiver.answers = [(500, b"")]
    made = admin.create_webhook(receiver.url, tenant=device.identity.tenant)
    device.enrol_person(1)
    admin.delete_webhook(made.webhook)
    with running.service.store.reading() as session:
        assert session.query(DeliveryRow).count() == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost/",
        "http://93.184.215.14/",
        "https://user:word@93.184.215.14/",
        "https:///nothing",
        "https://no-such-host.invalid/",
    ],
)
def test_only_public_addresses_over_tls_unless_the_settings_say_otherwise(url):
    with pytest.raises(InvalidRecord):
        posting.check(url, private=False)
    if not url.startswith("http:"):
        with pytest.raises(posting.PostFailed):
            posting.post(url, b"{}", {}, seconds=2, private=False)


@given(st.binary(max_size=300), st.floats(0, 4e9), st.text("abcdef0123456789", min_size=1))
def test_signatures_are_those_of_an_independent_library(body, now, name):
    secret = signatures.new_secret()
    headers = signatures.signed(secret, name, now, body)
    from datetime import UTC, datetime

    text = body.decode("latin-1")
    headers = signatures.signed(secret, name, now, text.encode())
    at = datetime.fromtimestamp(int(now), UTC)
    assert headers["webhook-signature"] == Verifier(secret).sign(name, at, text)


def decision(allow, message="", **more):
    return json.dumps({"isVerified": allow, "message": message, **more}).encode()


@pytest.fixture
def decider(running, device, admin, receiver):
    """A tenant who is asked before anybody may."""
    tenant = device.identity.tenant
    receiver.answers = [(200, decision(True))]
    made = admin.create_webhook(receiver.url, tenant=tenant, kind=WebhookKind.DECISION)
    receiver.secret = made.secret
    device.enrol_person(1, running.card(), Link(LinkKind.BADGE, "office", "B-1"))
    assert json.loads(receiver.got.pop()[1])["mode"] == "ENROLLMENT"
    return receiver


def test_a_tenants_program_is_asked_and_may_say_yes(device, decider):
    shown = device.show(1, Purpose.PAY)
    assert shown.assertion
    headers, body = decider.got[0]
    asked = Verifier(decider.secret).verify(body, headers)
    assert asked == {
        "userId": shown.subject,
        "action": "pay",
        "idempotencyKey": headers["webhook-id"],
        "mode": "PAYMENT",
    }
    device.show(1, Purpose.BADGE)
    assert json.loads(decider.got[1][1])["mode"] == "ACCESS"


def test_a_no_and_its_words_reach_the_terminal(device, admin, decider):
    decider.answers = [(200, decision(False, "Your card has expired"))]
    shown = device.show(1, Purpose.PAY)
    assert (shown.subject, shown.assertion, shown.links) == (None, None, ())
    assert shown.message == "Your card has expired"
    assert "not permitted" in shown.reasons[0]
    events = [one.type for one in admin.events(device.identity.tenant).items]
    assert events[-1] == "palm.not-permitted"


NO_CLEAR_YES = [
    (200, b""),
    (200, b"yes"),
    (200, b'{"isVerified": "true"}'),
    (200, b'{"isVerified": 1}'),
    (200, decision(True, error="no such user")),
    (200, decision(True, "x" * 121)),
    (200, decision(True, "\x1b[2J")),
    (200, b" " * 70_000),
    (302, decision(True)),
    (404, decision(True)),
    (500, decision(True)),
]


def test_what_is_no_clear_yes_is_a_no(device, decider):
    for answer in NO_CLEAR_YES:
        decider.answers = [answer]
        shown = device.show(1, Purpose.PAY)
        assert (shown.assertion, shown.message) == (None, ""), answer


def test_a_program_that_fails_once_is_asked_again_under_the_same_key(device, decider):
    decider.answers = [(502, b""), (200, decision(True))]
    assert device.show(1, Purpose.PAY).assertion
    keys = [json.loads(body)["idempotencyKey"] for _, body in decider.got]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_program_that_is_too_slow_is_a_no(device, decider, monkeypatch):
    monkeypatch.setattr(deciding, "INTEGRATION", attrs.evolve(INTEGRATION, decision_seconds=0.5))
    decider.wait = 5.0
    assert device.show(1, Purpose.PAY).assertion is None


def test_nobody_is_asked_whether_a_person_may_be_forgotten(device, decider):
    decider.answers = [(200, decision(False))]
    shown = device.show(1, Purpose.FORGET)
    assert device.forget(shown.subject, assertion=shown.assertion).state == "forgotten"
    assert decider.got == []


def test_an_enrolment_that_is_not_permitted_keeps_nothing(device, decider, admin):
    decider.answers = [(200, decision(False, "Please bring your membership card"))]
    with pytest.raises(CloudRefused, match="membership card"):
        device.enrol_person(2)
    assert len(admin.people(device.identity.tenant).items) == 1


def test_a_tenant_has_one_program_that_decides(device, admin, decider):
    with pytest.raises(CloudRefused, match="already"):
        admin.create_webhook(decider.url, tenant=device.identity.tenant, kind=WebhookKind.DECISION)
