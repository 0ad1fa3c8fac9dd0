"""Playing a script: each step in turn, and whether it ended as expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import attrs

from thenar.testing.script.schema import Script, Step
from thenar.testing.world import Outcome, World


@attrs.frozen
class Played:
    """How a step went.

    Attributes:
        step: which.
        at: seconds since the beginning, on the world's clock.
        outcome: how it ended; None where the step only waits, revokes or sets clocks.
        held: whether it ended as expected; None where nothing was.
    """

    step: Step
    at: float
    outcome: Outcome | None = None
    held: bool | None = None


def play(script: Script, world: World) -> Iterator[Played]:
    """Play the steps of a script in a world that is open and new."""
    for name, person in script.people.items():
        world.add(name, person)
    began = world.clock.time()
    for step in script.step:
        at = world.clock.time() - began
        if step.verb == "wait":
            world.clock.advance(step.seconds)
            yield Played(step, at)
        elif step.verb == "clock":
            world.clock.set_by(step.seconds)
            yield Played(step, at)
        elif step.verb == "revoke":
            world.office.revoke(world.people[step.who].badge)
            yield Played(step, at)
        else:
            outcome = _played(step, world)
            yield Played(step, at, outcome, _held(step, outcome))


def _played(step: Step, world: World) -> Outcome:
    flows: Mapping[str, Callable[[], Outcome]] = {
        "enrol": lambda: world.enrol(step.who),
        "pay": lambda: world.pay(step.who, step.money, hand=step.hand, what=step.shows),
        "loyalty": lambda: world.present_loyalty(
            step.who, step.points, hand=step.hand, what=step.shows
        ),
        "enter": lambda: world.enter(step.who, hand=step.hand, what=step.shows),
        "badge": lambda: world.badge(step.who, hand=step.hand, what=step.shows),
        "forget": lambda: world.forget(step.who, hand=step.hand, what=step.shows),
    }
    with ExitStack() as faults:
        for place, fault in step.faults.items():
            faults.enter_context(world.fault(place, fault))
        return flows[step.verb]()


def _held(step: Step, outcome: Outcome) -> bool | None:
    if step.expect is None and not step.says:
        return None
    return step.expect in (None, outcome.result) and step.says in outcome.said
