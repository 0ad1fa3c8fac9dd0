"""A gate is killed between a redemption and the door: its next start takes the ticket back."""

import subprocess
import sys
import time

import pytest

from thenar.records import Passage
from thenar_access.modbus import ModbusSettings
from thenar_access.opens import Opens
from thenar_access.pretix import Pretix, PretixSettings

OPENS = Opens(modbus=ModbusSettings("not asked here", 0, 0))
YES = (True, "ticket valid for entry")

KILLED = """
import os, signal, sys, time
from pathlib import Path
from thenar.errors import DoorError
from thenar.records import Passage
from thenar_access.modbus import ModbusSettings
from thenar_access.opens import Opens
from thenar_access.pretix import Pretix, PretixSettings

url, lists, token, pending, ticket, when = sys.argv[1:]
opens = Opens(modbus=ModbusSettings("not asked here", 0, 0))
gate = Pretix(PretixSettings(url, "club", (int(lists),), opens, token, pending=Path(pending)))
try:
    assert gate.ask(Passage("gate", "ada", ticket, time.time(), "first")).allow
except DoorError:
    assert when == "without an answer"
if when == "as the door opened":
    gate.stands("first")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def pending(tmp_path):
    return tmp_path / "north.pending"


@pytest.fixture
def token(site):
    return site.gate("gate")


@pytest.fixture
def killed(site, pending, token):
    """Runs a gate that is killed when it has redeemed a ticket."""

    def run(ticket, when, url=None):
        words = (url or site.url, str(site.list), token, str(pending), ticket["secret"], when)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == -9, done.stderr

    return run


@pytest.fixture
def started(site, pending, token):
    """The gate, started again."""
    made = []

    def start():
        settings = PretixSettings(site.url, "club", (site.list,), OPENS, token, pending=pending)
        made.append(Pretix(settings))
        return made[-1]

    yield start
    for one in made:
        one.close()


def come(gate, ticket, request):
    decision = gate.ask(Passage("gate", "ada", ticket["secret"], time.time(), request))
    return decision.allow, decision.reason


@pytest.mark.parametrize("when", ["with the answer", "without an answer"])
def test_before_the_door_opened_the_ticket_is_given_back(
    site, killed, started, wire, given_back, when
):
    ticket = site.sell()
    if when == "without an answer":
        wire.fault = "reply lost"
    killed(ticket, when, wire.url)
    assert site.entries(ticket) == ["entry"]
    gate = started()
    given_back(ticket)
    assert come(gate, ticket, "second") == YES
    gate.stands("second")
    assert site.entries(ticket) == ["entry"]


def test_once_the_door_was_told_to_open_it_stands(site, killed, started):
    ticket = site.sell()
    killed(ticket, "as the door opened")
    gate = started()
    assert come(gate, ticket, "second") == (False, "ticket already used")
    assert site.entries(ticket) == ["entry"]


def test_what_never_arrived_is_let_go(site, killed, started, pending, wire, monkeypatch):
    monkeypatch.setattr("thenar_access.doubts.REDEEMED_LATE_SECONDS", 0.0)
    ticket = site.sell()
    wire.fault = "request lost"
    killed(ticket, "without an answer", wire.url)
    gate = started()
    until = time.monotonic() + 60
    while gate._pending.left():
        assert time.monotonic() < until
        time.sleep(0.1)
    assert come(gate, ticket, "second") == YES


def test_a_gate_whose_file_is_gone_lets_nobody_in(site, started, pending):
    assert pending.exists() is False
    gate = started()
    assert (pending.stat().st_mode & 0o777) == 0o600
    ticket = site.sell()
    gate._pending.close()
    with pytest.raises(Exception, match="pending file cannot be written"):
        come(gate, ticket, "first")
    assert site.entries(ticket) == []
