"""Each step of a payment, each fault: afterwards the peer's books and ours agree to the cent.

The table is printed at the end (``pytest -s``, or the captured output of the last test).
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import attrs
import httpx
import pytest

from thenar.cloud.tables import PaymentRow
from thenar.errors import ThenarError
from thenar.records import Money, PaymentState, PaymentToken
from thenar_payment.iso8583 import Iso8583Processor
from thenar_payment.stripe import StripeProcessor, StripeSettings

from . import http_tap, iso_tap
from .till import Till

DOOMED = Path(__file__).with_name("doomed.py")
STEPS = ("authorise", "charge", "capture", "cancel", "refund")
FAULTS = (
    "none",
    "request lost",
    "reply lost",
    "reply late",
    "reply twice",
    "repeated",
    "killed before the call",
    "killed, request on its way",
    "killed, reply on its way",
    "killed after the reply",
)
TABLE = {}

AMOUNTS = {"authorise": 1000, "charge": 1000, "capture": 700, "cancel": 1000, "refund": 300}


PATHS = {
    "authorise": "payment_intents$",
    "charge": "payment_intents$",
    "capture": "/capture$",
    "cancel": "/cancel$",
    "refund": "/refunds$",
}
TYPES = {
    "authorise": "0100",
    "charge": "0200",
    "capture": "0220",
    "cancel": "0400",
    "refund": "0200",
}


class Stripe:
    """localstripe, whose books are its balance transactions."""

    name = "stripe"

    def __init__(self, tap, folder):
        self.tap = tap
        self.settings = StripeSettings("sk_test_12345", tap.url, read_seconds=1.5)
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{tap.upstream}/v1", auth=("sk_test_1", "")
        )
        self.before = self._balance()

    def make(self):
        return StripeProcessor(self.settings)

    def books(self):
        return self._balance() - self.before

    def _balance(self):
        total, after = 0, {}
        while True:
            page = self.http.get("/balance_transactions", params={"limit": 100, **after}).json()
            total += sum(entry["amount"] for entry in page["data"])
            if not page["has_more"]:
                return total
            after = {"starting_after": page["data"][-1]["id"]}

    def plan(self, step, fault):
        if fault == "reply twice":
            return  # HTTP knows no such thing
        self.tap.plan(PATHS[step], http_tap.Fault(fault))

    def close(self):
        self.http.close()


class Iso8583:
    """iso8583sim, whose books are its answers."""

    name = "iso8583"

    def __init__(self, tap, settings):
        self.tap = tap
        self.settings = settings

    def make(self):
        return Iso8583Processor(self.settings)

    def books(self):
        return self.tap.books()

    def plan(self, step, fault):
        self.tap.plan(TYPES[step], iso_tap.Fault(fault))

    def close(self):
        pass


@pytest.fixture(scope="module")
def doom():
    """Where processes are killed."""
    with subprocess.Popen(
        [sys.executable, DOOMED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()


@pytest.fixture(params=["stripe", "iso8583"])
def peer(request, tmp_path):
    if request.param == "stripe":
        one = Stripe(request.getfixturevalue("stripe_tap"), tmp_path)
    else:
        settings = request.getfixturevalue("iso_settings")
        one = Iso8583(request.getfixturevalue("iso_tap"), settings)
    yield one
    one.close()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_the_books_agree(doom, peer, make_card, tmp_path, step, fault):
    database = tmp_path / "thenar.sqlite"
    processor = peer.make()
    till = Till(database, processor)
    till.open_shop()
    token = processor.tokenise(make_card(), idempotency_key="card").token
    payment = till.new_payment(1000)
    if step in ("capture", "cancel", "refund"):
        till.do(payment, "charge", 1000, token, capture=step == "refund")
    kind = "charge" if step == "authorise" else step
    asked = till.new_step(payment, kind, AMOUNTS[step])
    capture = step == "charge"

    if fault.startswith("killed"):
        processor.close()
        settings = attrs.asdict(peer.settings)
        kill(doom, peer, [str(database), peer.name, settings, asked, token, capture], step, fault)
        processor = till.service.plugins.payment = peer.make()
    elif fault == "repeated":
        peer.plan(step, "reply lost")
        till.carry_out(asked, token, capture=capture)
        again(processor, till, payment, asked, step, token)
    else:
        if fault != "none":
            peer.plan(step, fault)
        till.carry_out(asked, token, capture=capture)
    till.settle(asked)
    TABLE[peer.name, step, fault] = f"{till.state(asked)}, {till.standing(payment)}"

    assert till.taken() == peer.books()
    expect(peer, step, fault, till.state(asked), till.standing(payment))
    more = till.new_payment(250)
    till.do(more, "charge", 250, token)
    assert till.taken() == peer.books()
    processor.close()
    till.close()


def again(processor, till, payment, key, step, token):
    """The host repeats the request with the same key, as it may where it got no answer."""
    amount = Money(AMOUNTS[step], "EUR")
    with till.store.reading() as session:
        reference = session.get_one(PaymentRow, payment).reference
    with suppress(ThenarError):
        match step:
            case "authorise" | "charge":
                processor.charge(
                    PaymentToken("any", token),
                    amount,
                    idempotency_key=key,
                    capture=step == "charge",
                )
            case "cancel":
                processor.cancel(reference, idempotency_key=key)
            case "capture":
                processor.capture(reference, amount, idempotency_key=key)
            case "refund":
                processor.refund(reference, amount, idempotency_key=key)


def kill(doom, peer, arguments, step, fault):
    when = {"killed before the call": "before", "killed after the reply": "after"}.get(
        fault, "held"
    )
    if when == "held":
        held = "request held" if fault == "killed, request on its way" else "reply held"
        peer.plan(step, held)
    doom.stdin.write(json.dumps([*arguments, when]) + "\n")
    doom.stdin.flush()
    child = int(doom.stdout.readline())
    if when == "held":
        assert peer.tap.reached.wait(20)
        os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(int(doom.stdout.readline())) == signal.SIGKILL


def expect(peer, step, fault, state, standing):
    """What must have become of it; where two things may, the books have decided."""
    reached = {
        "authorise": PaymentState.AUTHORISED,
        "charge": PaymentState.CAPTURED,
        "capture": PaymentState.CAPTURED,
        "cancel": PaymentState.CANCELLED,
        "refund": PaymentState.REFUNDED,
    }[step]
    advice = peer.name == "iso8583" and step in ("capture", "cancel")
    never_called = fault == "killed before the call"
    if fault in ("none", "reply twice", "killed after the reply") or (advice and not never_called):
        assert (state, standing) == ("done", reached)
    elif never_called or (
        peer.name == "stripe" and fault in ("request lost", "killed, request on its way")
    ):
        assert state == "lost"
    elif peer.name == "stripe":
        assert (state, standing) == ("done", reached)
    else:
        assert state == "declined"
        assert standing != reached


def test_the_table():
    """Every peer × step × fault was gone through; here is what came of it."""
    wanted = {
        (peer, step, fault) for peer in ("stripe", "iso8583") for step in STEPS for fault in FAULTS
    }
    if len(TABLE) < len(wanted):
        pytest.fail(f"only {len(TABLE)} of {len(wanted)} were run: run the whole file.")
    lines = []
    for peer in ("stripe", "iso8583"):
        lines += ["", peer, row("", STEPS)]
        lines += [row(fault, [TABLE[peer, step, fault] for step in STEPS]) for fault in FAULTS]
    sys.stdout.write("\n".join(lines) + "\n")


def row(head, cells):
    return "".join(f"{cell:<28}" for cell in (head, *cells)).rstrip()
