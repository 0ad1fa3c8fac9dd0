"""Who comes to which gate, and what became of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import attrs

from thenar.errors import DoorError
from thenar.records import Decision, Passage
from thenar_access.door import ComposedDoor
from thenar_access.pretix import SETTLING

TRIES, PAUSE = 8, 5.0
"""How often somebody who could not be asked about comes again, and after how many seconds."""


@attrs.frozen
class Coming:
    """One person.

    Attributes:
        at: seconds after the start.
        holder: number of the ticket.
        is_copy: whether somebody else has this ticket at another gate in the same instant.
    """

    at: float
    holder: int
    is_copy: bool = False


@attrs.define
class Outcome:
    """What became of one person; times in seconds.

    Attributes:
        coming: who.
        waited: behind the others at the gate.
        identified: until the palm was found.
        decided: until pretix had answered.
        released: until the turnstile was free.
        tries: how often they asked.
        decision: the last one.
        entered: whether the turnstile was released.
    """

    coming: Coming
    waited: float
    identified: float = 0.0
    decided: float = 0.0
    released: float = 0.0
    tries: int = 0
    decision: Decision | None = None
    entered: bool = False


def crowd(gates: int, seconds: float, every: float, copies: int) -> list[list[Coming]]:
    """For each gate its people, one every so many seconds; gates start one after another.

    Every ``copies``-th person's ticket is also shown at the next gate in the same instant.
    """
    queues: list[list[Coming]] = [[] for _ in range(gates)]
    holder = 0
    for turn in range(int(seconds / every)):
        for gate in range(gates):
            at = (turn + gate / gates) * every
            is_copied = copies > 0 and holder % copies == copies - 1 and gates > 1
            queues[gate].append(Coming(at, holder, is_copied))
            if is_copied:
                queues[(gate + 1) % gates].append(Coming(at, holder, is_copy=True))
            holder += 1
    for queue in queues:
        queue.sort(key=lambda one: one.at)
    return queues


class Gate(threading.Thread):
    """One gate: one person after another, each as soon as they are there.

    Args:
        number: of the gate.
        door: the product's.
        people: who comes.
        find: the palm of a person → their link; takes its time.
        start: when it starts, by :func:`time.monotonic`.
    """

    def __init__(
        self,
        number: int,
        door: ComposedDoor,
        people: list[Coming],
        find: Callable[[int], str],
        start: float,
    ) -> None:
        super().__init__(name=f"gate-{number}")
        self.number = number
        self.outcomes: list[Outcome] = []
        self._door = door
        self._people = people
        self._find = find
        self._start = start

    def run(self) -> None:
        for turn, coming in enumerate(self._people):
            early = self._start + coming.at - time.monotonic()
            if early > 0:
                time.sleep(early)
            outcome = Outcome(coming, waited=max(0.0, -early))
            self.outcomes.append(outcome)
            for request in self._tries(turn):
                if self._pass(outcome, request):
                    break
                time.sleep(PAUSE)

    def _tries(self, turn: int) -> Iterator[str]:
        yield from (f"{self.number:03d}-{turn:05d}-{number}" for number in range(TRIES))

    def _pass(self, outcome: Outcome, request: str) -> bool:
        """Whether there was an answer, yes or no."""
        outcome.tries += 1
        began = time.monotonic()
        link = self._find(outcome.coming.holder)
        outcome.identified = time.monotonic() - began
        passage = Passage("gate", f"holder-{outcome.coming.holder}", link, time.time(), request)
        while True:
            try:
                outcome.decision = self._door.ask(passage)
            except DoorError:  # nobody could be asked: fail closed
                return False
            if "one before" not in outcome.decision.reason:
                break
        outcome.decided = time.monotonic() - began
        if outcome.decision.reason == SETTLING:
            return False
        if not outcome.decision.allow:
            return True
        try:
            self._door.open(outcome.decision)
        except DoorError:
            return False
        outcome.released = time.monotonic() - began
        outcome.entered = True
        return True
