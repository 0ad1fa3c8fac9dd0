"""Calls into plugins: deadline, timing, error translation, nothing but the promise."""

import subprocess
import sys
import threading
import traceback
from contextvars import ContextVar

import pytest

from thenar import trace
from thenar.errors import (
    CameraTimeout,
    DoorError,
    PaymentDeclined,
    PluginDeadline,
    PluginFailed,
)
from thenar.parameters import HOST
from thenar.records import Candidate, Decision, DirectoryEntry, OfflinePolicy, Passage
from thenar.registry import Installed, guard
from thenar.registry.contracts import CONTRACTS, Contract, members
from thenar.registry.guard import Guard
from thenar.settings import KINDS

PASSAGE = Passage("north", "subject", "ticket", 0.0, "request")
PLUGIN = Installed.of(None, name="acme", version="1.2")
PAN = "4111111111111111"


class Door:
    offline = OfflinePolicy.FAIL_CLOSED
    secret_of_its_own = 3

    def __init__(self, ask=None):
        self._ask = ask

    def ask(self, passage):
        return self._ask(passage) if self._ask else Decision(allow=True, reason="open")

    def open(self, decision):
        pass

    def close(self):
        pass


def guarded(thing, kind, *, seconds=None):
    contract = CONTRACTS[kind]
    if seconds is not None:
        contract = Contract(contract.protocol, seconds, contract.discreet)
    by = Guard(PLUGIN, f"{kind}.x", contract)
    return guard(thing, by), by


def raising(error):
    def ask(_passage):
        raise error

    return ask


def test_every_kind_but_none_else_has_a_contract():
    assert set(CONTRACTS) == set(KINDS)


def test_answer_and_properties_come_through():
    door, _ = guarded(Door(), "door")
    assert door.ask(PASSAGE) == Decision(allow=True, reason="open")
    assert door.offline is OfflinePolicy.FAIL_CLOSED
    assert repr(door) == "<door.x of acme 1.2>"


def test_only_the_promise_can_be_reached():
    door, _ = guarded(Door(), "door")
    with pytest.raises(AttributeError):
        _ = door.secret_of_its_own
    with pytest.raises(AttributeError):
        door.offline = OfflinePolicy.FAIL_OPEN


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(1), RecursionError("x")])
def test_error_of_its_own_becomes_a_failure_with_plugin_and_version(error):
    door, _ = guarded(Door(raising(error)), "door")
    with pytest.raises(
        PluginFailed, match=rf"acme 1\.2: door\.x: ask raised {type(error).__name__}"
    ):
        door.ask(PASSAGE)


def test_error_raised_on_purpose_comes_through():
    door, _ = guarded(Door(raising(DoorError("nobody answers", request_id="r7"))), "door")
    with pytest.raises(DoorError, match="nobody answers") as told:
        door.ask(PASSAGE)
    assert told.value.request_id == "r7"


def test_record_that_it_could_not_make_is_its_failure():
    door, _ = guarded(Door(lambda passage: Decision(allow=True, reason="")), "door")
    with pytest.raises(PluginFailed, match="InvalidRecord"):
        door.ask(PASSAGE)


@pytest.mark.parametrize("answer", [True, None, {"allow": True}])
def test_answer_of_another_type_is_a_failure(answer):
    door, _ = guarded(Door(lambda passage: answer), "door")
    with pytest.raises(PluginFailed, match="where Decision was promised"):
        door.ask(PASSAGE)


def test_discreet_error_tells_no_card_number_anywhere():
    class Processor:
        def charge(self, token, amount, *, idempotency_key, capture):
            raise ValueError(f"card {PAN} refused")

        tokenise = capture = cancel = refund = settle = charge

    processor, _ = guarded(Processor(), "payment")
    with pytest.raises(PluginFailed) as told:
        processor.charge(None, None, idempotency_key="k", capture=True)
    error = told.value
    assert PAN not in "".join(traceback.format_exception(error))
    assert error.__cause__ is None
    assert error.__context__ is None


def test_declined_is_declined():
    class Processor:
        def charge(self, token, amount, *, idempotency_key, capture):
            raise PaymentDeclined("no funds")

        tokenise = capture = cancel = refund = settle = charge

    processor, by = guarded(Processor(), "payment")
    with pytest.raises(PaymentDeclined):
        processor.charge(None, None, idempotency_key="k", capture=True)
    (timing,) = by.timings.report()
    assert (timing.method, timing.calls, timing.failures) == ("charge", 1, 1)


def test_call_without_an_answer_in_time():
    release = threading.Event()
    door, _ = guarded(Door(lambda passage: release.wait()), "door", seconds=0.05)
    with pytest.raises(
        PluginDeadline, match=r"acme 1\.2: door\.x: ask gave no answer within 0\.05 s"
    ):
        door.ask(PASSAGE)
    release.set()


def test_stuck_calls_are_bounded_and_the_provider_recovers():
    release, returned = threading.Event(), threading.Semaphore(0)

    def ask(_passage):
        release.wait()
        returned.release()
        return Decision(allow=True, reason="late")

    door, _ = guarded(Door(ask), "door", seconds=0.001)
    for _ in range(HOST.calls_at_once):
        with pytest.raises(PluginDeadline, match="gave no answer"):
            door.ask(PASSAGE)
    with pytest.raises(PluginDeadline, match="not called"):
        door.ask(PASSAGE)
    release.set()
    for _ in range(HOST.calls_at_once):
        returned.acquire(timeout=30)
    door, _ = guarded(Door(ask), "door", seconds=30)
    assert door.ask(PASSAGE).reason == "late"


def test_named_timeout_extends_the_deadline():
    class Source:
        def read(self, timeout):
            raise CameraTimeout(f"waited {timeout:g} s")

        def close(self):
            pass

    class Camera:
        def open(self):
            return Source()

    camera, _ = guarded(Camera(), "camera", seconds=30)
    source = camera.open()
    with pytest.raises(CameraTimeout, match="waited 2 s"):
        source.read(2)
    with pytest.raises(CameraTimeout, match="waited 3 s"):
        source.read(timeout=3)


def test_what_a_provider_hands_out_is_guarded_too():
    class Gallery:
        def __len__(self):
            return 2

        def add(self, references):
            self.references = list(references)

        def remove(self, references):
            raise KeyError(3)

        def search(self, probe, *, among=None, limit=2):
            return [Candidate(1, 0.5)]

        def score(self, probe, *, among=None):
            return (), ()

    class Matcher:
        def compare(self, probe, reference):
            return 0.25

        def gallery(self):
            return Gallery()

    matcher, by = guarded(Matcher(), "matcher")
    gallery = matcher.gallery()
    gallery.add((number, None) for number in range(2))
    assert len(gallery) == 2
    assert gallery.search(None, limit=1) == [Candidate(1, 0.5)]
    with pytest.raises(PluginFailed, match=r"matcher\.x: remove raised KeyError: 3"):
        gallery.remove([3])
    assert {timing.method for timing in by.timings.report()} == {
        "gallery",
        "add",
        "__len__",
        "search",
        "remove",
    }


def test_lazy_answer_is_iterated_inside_the_guard():
    class Directory:
        def entries(self):
            yield DirectoryEntry("1")
            raise ValueError("page 2 is broken")

        def look_up(self, external_id):
            return None

    directory, _ = guarded(Directory(), "directory")
    with pytest.raises(PluginFailed, match="entries raised ValueError"):
        directory.entries()
    assert directory.look_up("1") is None


def test_call_runs_in_the_callers_context():
    customer = ContextVar("customer")

    def ask(_passage):
        trace.offer("door.asked", customer.get())
        return Decision(allow=True, reason="open")

    door, _ = guarded(Door(ask), "door")
    customer.set("anna")
    with trace.tap("door.*") as seen:
        door.ask(PASSAGE)
    assert seen == {"door.asked": "anna"}


def test_calls_from_many_threads_are_all_counted_and_run_at_once():
    together = threading.Barrier(8, timeout=30)

    def ask(_passage):
        together.wait()
        return Decision(allow=True, reason="open")

    door, by = guarded(Door(ask), "door", seconds=60)
    threads = [threading.Thread(target=door.ask, args=(PASSAGE,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (timing,) = by.timings.report()
    assert (timing.calls, timing.failures) == (8, 0)
    assert 0 < timing.worst <= timing.seconds


def test_thing_that_delegates_by_getattr_is_accepted():
    class Wrapper:
        def __init__(self, inner):
            self._inner = inner

        def __getattr__(self, name):
            return getattr(self._inner, name)

    door, _ = guarded(Wrapper(Door()), "door")
    assert door.ask(PASSAGE).allow


def test_promises_are_read_from_the_protocols():
    door = {member.name: member for member in members(CONTRACTS["door"].protocol)}
    assert set(door) == {"offline", "ask", "open", "close"}
    assert door["offline"].is_property
    assert door["ask"].returns == (Decision,)
    settle = {member.name: member for member in members(CONTRACTS["payment"].protocol)}["settle"]
    assert type(None) in settle.returns


def test_forked_process_starts_workers_of_its_own():
    code = (
        "import os, warnings; warnings.simplefilter('ignore')\n"
        "from thenar.registry.workers import call_within\n"
        "call_within(30, int)\n"
        "child = os.fork()\n"
        "if not child:\n    os._exit(call_within(30, lambda: 7))\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "7"
