"""Each step of each flow, each fault: afterwards the peer's books and ours agree to the cent.

The table is printed at the end (``pytest -s``, or the captured output of the last test), and
published in the documentation; ``THENAR_WRITE_TABLE=1`` writes it there.
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

from thenar.cloud.tables import CheckoutStage, LoyaltyRow, PaymentRow, PaymentStep, StepState
from thenar.errors import ThenarError
from thenar.records import Money, PaymentToken
from thenar.testing.simulated import Fault
from thenar_payment.iso8583 import Iso8583Processor
from thenar_payment.stripe import StripeProcessor, StripeSettings

from . import http_tap, iso_tap
from .flows import run
from .till import POINTS, Till

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "explanation" / "payment-faults.md"
PEERS = ("stripe", "iso8583")
FLOWS = {
    "pay": ("charge",),
    "refund": ("refund",),
    "checkout": ("authorise", "redeem", "capture", "earn"),
    "tab": ("hold", "settle", "above", "leave"),
}
STEPS = tuple((flow, step) for flow, steps_of in FLOWS.items() for step in steps_of)
CALLED = {
    **{step: step for step in ("charge", "refund", "redeem", "capture")},
    "authorise": "charge",
    "hold": "charge",
    "settle": "capture",
    "above": "charge",
    "leave": "cancel",
    "earn": "accrue",
}
"""The method of the processor or the programme that a step calls."""
OF_PROGRAMME = ("redeem", "earn")
KILLED = ("killed before the call", "killed after the reply")
ON_ITS_WAY = ("killed, request on its way", "killed, reply on its way")
LOST = ("request lost", "reply lost")
FAULTS = ("none", *LOST, "reply late", "reply twice", "repeated", *KILLED, *ON_ITS_WAY)
TABLE = {}

PATHS = {
    "charge": "payment_intents$",
    "capture": "/capture$",
    "cancel": "/cancel$",
    "refund": "/refunds$",
}
TYPES = {"charge": "0200", "capture": "0220", "cancel": "0400", "refund": "0200"}


def befalls(peer, step, fault):
    """Faults that there are for a step; HTTP knows no reply that comes twice."""
    if step in OF_PROGRAMME:
        return fault in ("none", *LOST, "repeated", *KILLED)
    return not (peer == "stripe" and fault == "reply twice")


RUNS = [
    (peer, flow, step, fault)
    for peer in PEERS
    for flow, step in STEPS
    for fault in FAULTS
    if befalls(peer, step, fault)
]


class Stripe:
    """localstripe, whose books are its balance transactions."""

    name = "stripe"

    def __init__(self, tap):
        self.tap = tap
        self.tap.late = 1.4
        self.settings = StripeSettings("sk_test_12345", tap.url, read_seconds=1.0)
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{tap.upstream}/v1", auth=("sk_test_1", "")
        )
        self.http.delete(f"http://127.0.0.1:{tap.upstream}/_config/data").raise_for_status()

    def make(self):
        return StripeProcessor(self.settings)

    def books(self):
        total, after = 0, {}
        while True:
            page = self.http.get("/balance_transactions", params={"limit": 100, **after}).json()
            total += sum(entry["amount"] for entry in page["data"])
            if not page["has_more"]:
                return total
            after = {"starting_after": page["data"][-1]["id"]}

    def plan(self, step, fault):
        self.tap.plan(PATHS[CALLED[step]], http_tap.Fault(fault))

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
        held = step in ("authorise", "hold")
        self.tap.plan("0100" if held else TYPES[CALLED[step]], iso_tap.Fault(fault))

    def close(self):
        pass


@pytest.fixture(scope="module")
def doom():
    """Where processes are killed."""
    with subprocess.Popen(
        [sys.executable, HERE / "doomed.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.stdin.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return tmp_path_factory.mktemp("template") / "thenar.sqlite"


@pytest.fixture
def peer(request):
    if request.param == "stripe":
        one = Stripe(request.getfixturevalue("stripe_tap"))
    else:
        settings = attrs.evolve(request.getfixturevalue("iso_settings"), reply_seconds=1.0)
        one = Iso8583(request.getfixturevalue("iso_tap"), settings)
    yield one
    one.close()


@pytest.mark.parametrize(("peer", "flow", "step", "fault"), RUNS, indirect=["peer"])
def test_the_books_agree(doom, peer, make_card, tmp_path, template, flow, step, fault):
    processor = peer.make()
    database, loyalty = tmp_path / "thenar.sqlite", tmp_path / "loyalty.sqlite"
    till = Till.opened(database, processor, loyalty, template)
    token = processor.tokenise(make_card(), idempotency_key="card").token
    payment, job = written_down(till, flow, step, token)

    if fault.startswith("killed"):
        processor.close()
        described = [str(database), peer.name, attrs.asdict(peer.settings), str(loyalty), job]
        kill(doom, peer, described, step, fault)
        till.service.plugins.payment = processor = peer.make()
    else:
        befall(till, peer, step, fault)
        run(till.service, **job)
        if fault == "repeated":
            again(till, processor, payment, step, token)
            run(till.service, checkout=job.get("checkout", ""), tab=job.get("tab", ""))
    till.conclude()
    TABLE[peer.name, flow, step, fault] = outcome(till, payment, job)

    assert till.taken() == peer.books()
    points_agree(till, job)
    expect(peer, till, payment, job, step, fault)
    more = till.new_payment(250)
    till.do(more, "charge", 250, token)
    assert till.taken() == peer.books()
    processor.close()
    till.close()


def written_down(till, flow, step, token):
    """What the service has written when it begins to ask: the payment, and its job."""
    payment = till.new_payment(1000)
    if flow == "pay":
        return payment, {"step": till.new_step(payment, "charge", 1000), "token": token}
    if flow == "refund":
        till.do(payment, "charge", 1000, token)
        return payment, {"step": till.new_step(payment, "refund", 300)}
    if flow == "checkout":
        name = till.new_checkout(payment, 1000, redeem=200)
        charge = till.new_step(payment, "charge", 1000)
        return payment, {"step": charge, "checkout": name, "token": token, "capture": False}
    if step == "hold":
        name = till.new_checkout(payment, 1000, stage=CheckoutStage.OPEN)
        charge = till.new_step(payment, "charge", 1000)
        return payment, {"step": charge, "token": token, "capture": False, "tab": name}
    till.do(payment, "charge", 1000, token, capture=False)
    till.link_card(token)
    basket = {"settle": 700, "above": 1200, "leave": 0}[step]
    settled = "" if step == "leave" else "settled"
    return payment, {"checkout": till.new_checkout(payment, basket, settled=settled)}


def befall(till, peer, step, fault):
    """Plan what is to go wrong while the process lives."""
    lost = {"request lost": Fault.LOST_REQUEST, "reply lost": Fault.LOST_REPLY}
    if fault == "repeated":
        fault = "reply lost"
    if fault == "none":
        return
    if step in OF_PROGRAMME:
        till.loyalty.faults.plan(CALLED[step], lost[fault])
    else:
        peer.plan(step, fault)


def again(till, processor, payment, step, token):
    """The request is repeated with the same key, as it may be where no answer came."""
    with till.store.reading() as session:
        reference = session.get_one(PaymentRow, payment).reference
        asked = session.query(PaymentStep).filter_by(kind=CALLED[step])
        last = asked.order_by(PaymentStep.created.desc()).first()
        event = session.query(LoyaltyRow).order_by(LoyaltyRow.created.desc()).first()
    with suppress(ThenarError):
        if step in OF_PROGRAMME:
            call = getattr(till.loyalty, CALLED[step])
            call("M-1", event.points, idempotency_key=event.id)
            return
        amount, key = Money(last.minor, "EUR"), {"idempotency_key": last.id}
        match CALLED[step]:
            case "charge":
                card, capture = PaymentToken("any", token), step in ("charge", "above")
                processor.charge(card, amount, **key, capture=capture)
            case "cancel":
                processor.cancel(reference, **key)
            case "capture":
                processor.capture(reference, amount, **key)
            case "refund":
                processor.refund(reference, amount, **key)


def kill(doom, peer, described, step, fault):
    when = {KILLED[0]: "before", KILLED[1]: "after"}.get(fault, "held")
    if when == "held":
        peer.plan(step, "request held" if fault == ON_ITS_WAY[0] else "reply held")
    doom.stdin.write(json.dumps([*described, CALLED[step], when]) + "\n")
    doom.stdin.flush()
    child = int(doom.stdout.readline())
    if when == "held":
        assert peer.tap.reached.wait(20)
        os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(int(doom.stdout.readline())) == signal.SIGKILL


def outcome(till, payment, job):
    """A cell of the table."""
    with till.store.reading() as session:
        paid = session.get_one(PaymentRow, payment)
    said, kept = paid.state, paid.minor - paid.refunded
    row = till.checkout(job["checkout"]) if "checkout" in job else None
    if row is not None and paid.state == "captured":
        kept = till.captured(row.id)
    if paid.state in ("captured", "refunded"):
        said += f" {kept / 100:.2f}"
    if row is None:
        return said
    if row.stage == CheckoutStage.PART_PAID:
        said += f", {(row.minor - kept) / 100:.2f} owed"
    if row.redeem:
        change = till.loyalty.look_up("M-1").points - POINTS
        said += f", {change:+d} points" if change else ""
    return said


def points_agree(till, job):
    """The programme's balance is what our books make of it; nothing waits for it."""
    if "checkout" not in job:
        return
    row = till.checkout(job["checkout"])
    paid = row.stage in (CheckoutStage.PAID, CheckoutStage.PART_PAID)
    change = till.captured(row.id) // 100 - (row.discount or 0) if paid else 0
    assert not row.points_due
    assert till.loyalty.look_up("M-1").points == POINTS + change


def expect(peer, till, payment, job, step, fault):
    """What must have become of it; where two things may, the books have decided."""
    before = fault in (KILLED[0], "request lost", ON_ITS_WAY[0])
    answered = fault in ("none", "reply twice", KILLED[1])
    reversed_ = peer.name == "iso8583" and not answered and fault != KILLED[0]
    standing = till.standing(payment)
    if step in ("charge", "authorise", "hold"):
        if answered or not (before or reversed_):
            reached = {"charge": "captured", "authorise": "captured", "hold": "authorised"}[step]
        else:
            reached = "declined" if reversed_ else "cancelled"
        assert standing == reached
    elif step == "refund":
        done = answered or not (before or reversed_)
        assert standing == ("refunded" if done else "captured")
    else:
        assert standing == ("cancelled" if step == "leave" else "captured")
    if "checkout" in job and step != "hold":
        ended = {
            "captured": CheckoutStage.PAID,
            "declined": CheckoutStage.DECLINED,
            "cancelled": CheckoutStage.GIVEN_UP,
        }[standing]
        if step == "above" and reversed_:
            ended = CheckoutStage.PART_PAID
        row = till.checkout(job["checkout"])
        assert row.stage == ended
        if step == "above":
            assert till.captured(row.id) == (1000 if reversed_ else 1200)
    with till.store.reading() as session:
        assert not session.query(PaymentStep).filter_by(state=StepState.OPEN).count()


def test_the_table():
    """Every peer × flow × step × fault was gone through; here is what came of it."""
    if len(TABLE) < len(RUNS):
        pytest.fail(f"only {len(TABLE)} of {len(RUNS)} were run: run the whole file.")
    written = "\n".join(lines())
    sys.stdout.write(written + "\n")
    if os.environ.get("THENAR_WRITE_TABLE"):
        head, _, _ = PAGE.read_text("utf-8").partition("<!-- the table -->")
        PAGE.write_text(f"{head}<!-- the table -->\n{written}\n", "utf-8")
    assert written in PAGE.read_text("utf-8"), "the page in the documentation tells otherwise"


TITLES = {
    "stripe": "Stripe, against localstripe",
    "iso8583": "An acquirer, against iso8583sim",
}


def lines():
    for peer in PEERS:
        for flow, steps_of in FLOWS.items():
            yield from ("", f"**{TITLES[peer]}: {flow}**", "")
            yield row("fault", steps_of)
            yield row("---", ["---"] * len(steps_of))
            for fault in FAULTS:
                cells = [TABLE.get((peer, flow, step, fault), "") for step in steps_of]
                if any(cells):
                    yield row(fault, cells)


def row(head, cells):
    return f"| {' | '.join((head, *cells))} |"
