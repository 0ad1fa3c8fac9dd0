"""A step of the story: what it claims, and whether that held."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator

import attrs

from thenar.demo.world import World
from thenar.errors import ThenarError

_log = logging.getLogger("thenar.demo")


class NotHeldError(Exception):
    """What a step claims is not so."""


def hold(claim: object, expected: str) -> None:
    """Raises NotHeldError, saying what was expected, unless the claim is true."""
    if not claim:
        raise NotHeldError(f"expected {expected}")


@attrs.frozen
class Step:
    """One line of the story.

    Attributes:
        claim: what it shows, as a sentence.
        play: plays it; returns a few words of what came back, raises NotHeldError.
        synthetic: True where it needs hands that nobody has, so not with a webcam.
    """

    claim: str
    play: Callable[[World], str]
    synthetic: bool = False


@attrs.frozen
class Played:
    """How a step went.

    Attributes:
        step: which.
        held: None where it was left out.
        said: what came back, or what was expected.
        seconds: how long it took.
    """

    step: Step
    held: bool | None
    said: str
    seconds: float


def play(steps: Iterable[Step], world: World) -> Iterator[Played]:
    """Play steps in turn; one that does not hold does not stop the next."""
    for step in steps:
        if step.synthetic and world.webcam:
            yield Played(step, None, "left out: it needs a synthetic hand", 0.0)
            continue
        started = time.perf_counter()
        try:
            held, said = True, step.play(world)
        except (NotHeldError, ThenarError) as error:
            held, said = False, str(error)
        except Exception as error:  # noqa: BLE001 -- a broken step must not end the story
            _log.exception("a step failed")
            held, said = False, f"{type(error).__name__}: {error}"
        yield Played(step, held, said, time.perf_counter() - started)
