"""The plugin keeps the contracts, against a controller over real TCP."""

import contextlib

import pytest

import stadium_gate
from stadium_gate.gate import QuaysideGate
from stadium_gate.holders import HoldersSettings, TicketHolders
from stadium_gate.settings import GateSettings
from thenar.errors import DoorError
from thenar.records import Passage
from thenar.testing.contracts import (
    Ability,
    DirectoryContract,
    DoorContract,
    PluginContract,
)

from .controller import Controller

TICKETS = """\
ticket,block,from,to,holder
Ticket-1001,A,0,4000000000,H-1
Ticket-1002,A,0,1000,H-1
Ticket-1003,B,0,4000000000,H-2
"""


@pytest.fixture
def tickets(tmp_path):
    file = tmp_path / "tickets.csv"
    file.write_text(TICKETS, encoding="utf-8")
    return file


@pytest.fixture
def controller():
    peer = Controller()
    yield peer
    peer.close()


@contextlib.contextmanager
def moved_away(file):
    away = file.rename(file.with_suffix(".away"))
    yield
    away.rename(file)


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return stadium_gate


class TestQuaysideGate(DoorContract):
    abilities = (Ability.OPENINGS, Ability.REDEEMS, Ability.RESTART, Ability.UNREACHABLE)

    @pytest.fixture
    def make(self, tickets, controller, tmp_path):
        settings = GateSettings(
            tickets,
            tmp_path / "used.sqlite",
            ("A",),
            "127.0.0.1",
            controller.port,
            seconds=0.3,
        )
        return lambda: QuaysideGate(settings)

    @pytest.fixture
    def door(self, make):
        return make()

    @pytest.fixture
    def restarted(self, make):
        return make

    @pytest.fixture
    def admitted(self):
        return "Ticket-1001"

    @pytest.fixture
    def refused(self):
        return "Ticket-1002"

    @pytest.fixture
    def openings(self, controller):
        return lambda: controller.passed

    @pytest.fixture
    def unreachable(self, tickets):
        return moved_away(tickets)

    def allowed(self, door, request):
        return door.ask(Passage("north", "subject", "Ticket-1001", 2000.0, request))

    def test_a_ticket_for_another_block_is_told_where_it_leads(self, door):
        decision = door.ask(Passage("north", "subject", "Ticket-1003", 2000.0, "request"))
        assert (decision.allow, "block B" in decision.reason) == (False, True)

    @pytest.mark.parametrize("says", [b"TIMEOUT\n", b"FAULT jammed\n"])
    def test_where_nobody_passed_the_ticket_can_be_used_again(self, door, controller, says):
        controller.says = says
        with pytest.raises(DoorError, match="Nobody passed"):
            door.open(self.allowed(door, "first"))
        controller.says = b"PASSED\n"
        door.open(self.allowed(door, "second"))
        assert controller.passed == 1

    @pytest.mark.parametrize("says", [None, b"PAS"])
    def test_where_it_is_not_known_the_ticket_counts_as_used(self, door, controller, says):
        controller.says = says
        with pytest.raises(DoorError, match="no answer"):
            door.open(self.allowed(door, "first"))
        assert not self.allowed(door, "second").allow

    def test_a_controller_that_is_off_gives_the_ticket_back(self, door, controller):
        decision = self.allowed(door, "first")
        controller.close()
        with pytest.raises(DoorError, match="cannot be reached"):
            door.open(decision)
        assert self.allowed(door, "second").allow

    def test_a_new_list_counts_at_once(self, door, tickets):
        tickets.write_text(TICKETS.replace("Ticket-1001", "Ticket-2001"), encoding="utf-8")
        assert not self.allowed(door, "first").allow

    def test_used_tickets_are_not_in_the_journal_in_clear(self, door, tmp_path):
        self.allowed(door, "first")
        assert b"Ticket-1001" not in (tmp_path / "used.sqlite").read_bytes()


class TestTicketHolders(DirectoryContract):
    abilities = (Ability.UNREACHABLE,)

    @pytest.fixture
    def directory(self, tickets):
        return TicketHolders(HoldersSettings(tickets))

    @pytest.fixture
    def known(self):
        return "H-1"

    @pytest.fixture
    def unreachable(self, tickets):
        return moved_away(tickets)

    def test_blocks_are_groups(self, directory):
        assert directory.look_up("H-2").groups == {"block-B"}
