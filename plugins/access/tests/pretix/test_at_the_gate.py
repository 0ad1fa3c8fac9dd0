"""From the palm to pretix: terminal, secure service, gate and turnstile are the real programs."""

import pytest

from thenar.device.ticket import link_ticket
from thenar.records import Hand, LinkKind
from thenar.testing.world import Person, Result, World
from thenar_access.modbus import ModbusSettings
from thenar_access.opens import Opens
from thenar_access.pretix import PretixSettings, pretix_gate


@pytest.fixture
def gate(site, turnstile):
    made = pretix_gate(
        PretixSettings(
            url=site.url,
            organizer="club",
            lists=(site.list,),
            opens=Opens(modbus=ModbusSettings("127.0.0.1", 0, 0, 1, port=turnstile.port)),
            token=site.gate("gate"),
        )
    )
    yield made
    made.close()


def test_a_ticket_is_linked_at_the_gate_and_lets_in_once(site, turnstile, gate, tmp_path):
    with World(tmp_path, gate=gate) as world:
        world.add("Ada", Person())
        assert world.enrol("Ada").result is Result.ENROLLED
        assert world.enter("Ada").result is not Result.LET_IN

        assert link_ticket(world.terminal, "gate", "no such ticket") is None
        assert world.terminal.display.shown.title == "There is no such ticket"
        ticket = site.sell()
        world.show("Ada", Hand.RIGHT)
        linked = link_ticket(world.terminal, "gate", ticket["secret"])
        assert linked.kind is LinkKind.TICKET
        shown = world.terminal.display.shown
        assert shown.title == f"Your ticket is linked: {ticket['order']}"
        assert media(site, ticket) == [(True, world.subjects["Ada"])]

        assert world.enter("Ada").result is Result.LET_IN
        assert site.entries(ticket) == ["entry"]
        turnstile.wait_until_locked()
        again = world.enter("Ada")
        assert (again.result, again.said) == (Result.KEPT_OUT, "ticket already used")
        assert turnstile.pulses == 1


def media(site, ticket):
    """Whether each medium of a ticket is good, and whose it is."""
    found = site.call("GET", "reusablemedia/")["results"]
    return [
        (one["active"], one["notes"])
        for one in found
        if ticket["id"] in one["linked_orderpositions"]
    ]
