"""Whoever was told no because pretix did not answer comes again, and gets in once."""

import time

import pytest

from thenar.errors import DoorError
from thenar.records import Passage
from thenar_access.modbus import ModbusSettings
from thenar_access.opens import Opens
from thenar_access.pretix import Pretix, PretixSettings

OPENS = Opens(modbus=ModbusSettings("not asked here", 0, 0))
PATIENCE = 60


@pytest.fixture
def gate(site):
    """Make a gate with a device of its own."""
    made = []

    def make(url=None):
        settings = PretixSettings(url or site.url, "club", (site.list,), OPENS, site.gate("gate"))
        made.append(Pretix(settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


def come(gate, ticket, request, subject="ada"):
    decision = gate.ask(Passage("gate", subject, ticket["secret"], time.time(), request))
    return decision.allow, decision.reason


YES = (True, "ticket valid for entry")
USED = (False, "ticket already used")


@pytest.mark.parametrize("what", ["request lost", "reply lost", "slow"])
def test_at_once_the_same_redemption_is_asked_for_again(site, gate, wire, what):
    ticket, north, south = site.sell(), gate(wire.url), gate()
    wire.fault = what
    with pytest.raises(DoorError):
        come(north, ticket, "first")
    assert come(north, ticket, "second") == YES
    assert site.entries(ticket) == ["entry"]
    for copy in (north, south):
        assert come(copy, ticket, f"copy-{id(copy)}") == USED
    north.withdraw("second", "nobody passed")  # it is this gate's own
    assert site.entries(ticket) == []


def test_a_copy_in_other_hands_is_not_the_same_person(site, gate, wire, given_back):
    ticket, north = site.sell(), gate(wire.url)
    wire.fault = "reply lost"
    with pytest.raises(DoorError):
        come(north, ticket, "first")
    assert come(north, ticket, "copy", subject="mallory") == USED
    given_back(ticket)
    assert come(north, ticket, "second") == YES


def test_the_reply_to_taking_it_back_is_lost_too(site, gate, wire, given_back):
    ticket, north = site.sell(), gate(wire.url)
    other = site.sell()
    with wire.failing("reply lost"):
        for number, one in enumerate((ticket, other)):
            with pytest.raises(DoorError):
                come(north, one, f"first-{number}")
        given_back(ticket)  # carried out, though the gate was not told
    given_back(other)  # nothing waits behind what can no longer be taken back
    assert come(north, ticket, "second") == YES
    assert site.entries(ticket) == ["entry"]
    assert come(north, ticket, "third") == USED


def test_while_the_earlier_one_may_still_arrive_nobody_is_sent_away(
    site, gate, wire, nobody_comes_again
):
    """It was asked about and not there; then it arrives after all, ahead of the second."""
    ticket, north = site.sell(), gate(wire.url)
    wire.fault = "overtaken"
    with pytest.raises(DoorError):
        come(north, ticket, "first")
    until = time.monotonic() + PATIENCE
    while "annul" not in wire.asked:
        assert time.monotonic() < until
        time.sleep(0.05)
    settling = (False, "an earlier try is being settled; please try again")
    assert come(north, ticket, "second") == settling
    while (said := come(north, ticket, "third")) != YES:
        assert said == settling
        assert time.monotonic() < until
    assert site.entries(ticket) == ["entry"]
