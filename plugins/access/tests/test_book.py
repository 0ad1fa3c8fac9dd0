"""Nothing opens without a recorded reason; no recorded entry without a door event.

Any people, any faults of authority, hardware, disk and network, in any order: what the
hardware did is compared with the door's book and with what the host recorded.
"""

import json
import tempfile
from pathlib import Path
from unittest import mock

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from thenar.device import passage
from thenar.device.terminal import Terminal, TerminalDoor
from thenar.errors import CloudUnreachable, DoorError
from thenar.messages import Identified, LinkView
from thenar.records import Decision, LinkKind, OfflinePolicy
from thenar_access.book import Book
from thenar_access.door import ComposedDoor
from thenar_access.roles import Outcome, State

TICKETS = ("T-1", "T-2")


class Books:
    """An authority: each ticket once, until it is given back."""

    def __init__(self):
        self.used = {}
        self.fault = ""

    def ask(self, passage):
        fault, self.fault = self.fault, ""
        if fault == "away":
            raise DoorError("no connection")
        holder = self.used.setdefault(passage.credential, passage.request_id)
        if fault == "reply lost":
            raise DoorError("no answer")
        return Decision(
            allow=holder == passage.request_id, reason=f"said by {fault or 'the books'}"
        )

    def withdraw(self, request_id, why):
        assert why
        fault, self.fault = self.fault, ""
        if fault:
            raise DoorError("no answer")
        self.used = {one: by for one, by in self.used.items() if by != request_id}

    def stands(self, request_id):
        pass

    def close(self):
        pass


class Hardware:
    """An opener that keeps count of what physically happened."""

    without_power = "locked"

    def __init__(self, report):
        self.report, self.fault, self.now = report, "", State.READY
        self.opened, self.current = [], ""

    def state(self):
        if self.fault == "away":
            raise DoorError("away")
        return State.BUSY if self.now is State.READY and self.current else self.now

    def open(self, request_id):
        if self.fault == "stuck":
            raise DoorError("stayed locked")
        self.opened.append(request_id)
        self.current = request_id
        if self.fault == "unconfirmed":  # it opened, and its answer was lost
            raise DoorError("no confirmation")

    def hold(self, *, on):
        raise AssertionError("no evacuation here")

    def close(self):
        pass


class DoorMachine(RuleBasedStateMachine):
    @initialize(policy=st.sampled_from(OfflinePolicy))
    def start(self, policy):
        self.folder = tempfile.TemporaryDirectory()
        self.file = Path(self.folder.name) / "book"
        self.books, self.recorded = Books(), []
        self.door = ComposedDoor(self.books, self._hardware, policy, Book(events=self.file))
        self.terminal = Terminal(
            source=None,
            cloud=self,
            checks=(),
            state=Path(self.folder.name),
            doors={"north": TerminalDoor("north", "books", self.door)},
        )

    def _hardware(self, report, _policy):
        self.hardware = Hardware(report)
        return self.hardware

    @rule(
        ticket=st.sampled_from([*TICKETS, "never sold"]),
        authority=st.sampled_from(["", "", "", "away", "reply lost"]),
        hardware=st.sampled_from(["", "", "", "away", "stuck", "unconfirmed"]),
        network=st.sampled_from(["", "", "", "service away"]),
    )
    def somebody_comes(self, ticket, authority, hardware, network):
        self.books.fault, self.hardware.fault = authority, hardware

        def identify(*_, **__):
            if network:
                raise CloudUnreachable("away")
            return recognised(ticket)

        before = len(self.recorded)
        with mock.patch.object(passage, "identify", identify):
            decision = passage.enter(self.terminal, "north")
        assert [one for _, one in self.recorded[before:]] == [decision]
        self.books.fault = self.hardware.fault = ""

    def record_passage(self, door, decision, *, assertion, at, idempotency_key):
        """The secure service, as far as a passage is recorded there."""
        self.recorded.append((decision.request_id, decision))

    @rule(again=st.booleans())
    def a_command_is_repeated(self, again):
        for request, decision in self.recorded[-1:]:
            if decision.allow and again:
                self.door.open(decision)
                assert self.hardware.opened.count(request) == 1

    @rule(outcome=st.sampled_from([*Outcome, None]))
    def something_becomes_of_it(self, outcome):
        if outcome and self.hardware.current:
            request, self.hardware.current = self.hardware.current, ""
            self.hardware.report(request, outcome)

    @rule(state=st.sampled_from([State.READY, State.FIRE]))
    def the_fire_alarm(self, state):
        self.hardware.now = state

    @rule(writable=st.booleans())
    def the_disk_fills_up(self, writable):
        """A folder in place of the file: nothing can be written."""
        spare = self.file.with_suffix(".spare")
        if not writable and self.file.is_file():
            self.file.rename(spare)
            self.file.mkdir()
        elif writable and self.file.is_dir():
            self.file.rmdir()
            spare.rename(self.file)

    def lines(self):
        file = self.file if self.file.is_file() else self.file.with_suffix(".spare")
        return [json.loads(line) for line in file.read_text().splitlines()]

    @invariant()
    def nothing_opens_without_a_recorded_reason(self):
        reasons = {
            line["request"]: line["reason"] for line in self.lines() if line["what"] == "releasing"
        }
        for request in self.hardware.opened:
            assert reasons[request]
        assert len(set(self.hardware.opened)) == len(self.hardware.opened)

    @invariant()
    def no_recorded_entry_without_a_door_event(self):
        for request, decision in self.recorded:
            if decision.allow:
                assert request in self.hardware.opened
                assert any(
                    line["request"] == request and line["reason"] == decision.reason
                    for line in self.lines()
                )

    @invariant()
    def the_book_holds_no_ticket(self):
        text = json.dumps(self.lines())
        assert not any(ticket in text for ticket in TICKETS)

    def teardown(self):
        self.door.close()
        self.folder.cleanup()


def recognised(ticket):
    link = LinkView(link="a" * 32, kind=LinkKind.TICKET, provider="books", value=ticket, label="")
    return Identified(
        subject="a" * 26,
        assertion="an assertion",
        fmr=1e-9,
        algorithm="blocks 1",
        links=(link,),
        request_id="b" * 32,
    )


TestDoor = DoorMachine.TestCase
TestDoor.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
