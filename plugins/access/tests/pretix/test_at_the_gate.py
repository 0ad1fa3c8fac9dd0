"""From the palm to pretix: terminal, secure service, gate and turnstile are the real programs."""

import attrs
import pytest

from thenar.device.identify import identify
from thenar.device.words import Words
from thenar.messages import Purpose
from thenar.records import Hand, LinkKind
from thenar.testing.world import Person, Result, World
from thenar_access.modbus import ModbusSettings
from thenar_access.opens import Opens
from thenar_access.pretix import PretixSettings, pretix_gate
from thenar_access.tickets import TicketOffice


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


@pytest.fixture
def office(site):
    made = TicketOffice(site.url, "club", site.gate("desk"), [site.list])
    yield made
    made.close()


def test_a_ticket_is_linked_at_the_gate_and_lets_in_once(site, turnstile, gate, office, tmp_path):
    with World(tmp_path, gate=gate) as world:
        world.add("Ada", Person())
        assert world.enrol("Ada").result is Result.ENROLLED
        assert world.enter("Ada").result is not Result.LET_IN

        ticket = site.sell()
        provider = world.terminal.door("gate").provider
        link = attrs.evolve(office.link(ticket["secret"]), provider=provider)
        assert link.kind is LinkKind.TICKET
        world.show("Ada", Hand.RIGHT)
        recognised = identify(world.terminal, Purpose.LINK, title=Words("Welcome"))
        world.terminal.cloud.link(recognised.assertion, link, idempotency_key=link.value)
        office.belongs_to(link, recognised.subject)

        assert world.enter("Ada").result is Result.LET_IN
        assert site.entries(ticket) == ["entry"]
        turnstile.wait_until_locked()
        again = world.enter("Ada")
        assert (again.result, again.said) == (Result.KEPT_OUT, "ticket already used")
        assert turnstile.pulses == 1
