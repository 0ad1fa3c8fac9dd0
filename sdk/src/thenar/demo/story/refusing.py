"""Whoever should not pass does not."""

from __future__ import annotations

from thenar.demo.steps import Step, hold
from thenar.demo.world import World
from thenar.device.passage import enter
from thenar.device.pay import pay
from thenar.errors import AcquisitionFailure, AttackDetected
from thenar.records import Hand, Money
from thenar.synthetic import Show, on_screen, printed


def used_ticket(world: World) -> str:
    """Ben's ticket was redeemed already."""
    before = len(world.gate.openings)
    world.show(world.person(2).palm(Hand.RIGHT))
    decision = enter(world.terminal, "north")
    hold(not decision.allow, "a used ticket to be refused")
    hold(decision.reason == "ticket already used", f"the reason, got {decision.reason!r}")
    hold(len(world.gate.openings) == before, "the gate to stay shut")
    return decision.reason


def stranger_at_the_till(world: World) -> str:
    """Dora is enrolled nowhere."""
    before = world.processor.captured("EUR")
    world.show(world.person(4).palm(Hand.RIGHT))
    hold(pay(world.terminal, Money(500, "EUR")) is None, "a stranger not to be recognised")
    hold(world.processor.captured("EUR") == before, "no money to have moved")
    return "not recognised, no money moved"


def stranger_at_the_gate(world: World) -> str:
    """The gate stays shut for her."""
    before = len(world.gate.openings)
    world.show(world.person(4).palm(Hand.LEFT))
    decision = enter(world.terminal, "north")
    hold(not decision.allow, "a stranger to be refused")
    hold(len(world.gate.openings) == before, "the gate to stay shut")
    return decision.reason


def print_of_ada(world: World) -> str:
    """A printed picture of the right palm."""
    return _attack(world, printed)


def screen_with_ada(world: World) -> str:
    """The right palm on a telephone's screen."""
    return _attack(world, on_screen)


def _attack(world: World, instrument: Show) -> str:
    before = world.processor.captured("EUR")
    world.show(world.person(1).palm(Hand.RIGHT), by=instrument, still=0.8)
    try:
        pay(world.terminal, Money(500, "EUR"))
    except AttackDetected as attack:
        said = f"refused by liveness: {attack.message}"
    except AcquisitionFailure as failure:
        said = f"not read at all: the reader asked to {' and '.join(failure.reasons)}"
    else:
        hold(claim=False, expected="the artefact to be refused")
    hold(world.processor.captured("EUR") == before, "no money to have moved")
    return said


STEPS = (
    Step("Ben's used ticket is refused", used_ticket, synthetic=True),
    Step("Dora, a stranger, cannot pay", stranger_at_the_till, synthetic=True),
    Step("Dora cannot enter", stranger_at_the_gate, synthetic=True),
    Step("A print of Ada's palm is refused", print_of_ada, synthetic=True),
    Step("Ada's palm on a screen is refused", screen_with_ada, synthetic=True),
)
