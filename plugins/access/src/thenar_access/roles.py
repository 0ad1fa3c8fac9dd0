"""The two halves of a door: who decides, and what opens."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from thenar.records import Decision, Passage


class State(StrEnum):
    """What an opener reports before anybody is asked."""

    READY = "ready"
    BUSY = "busy"
    """Released for somebody who has not passed yet."""
    FIRE = "fire"
    """The fire alarm contact is on."""


class Outcome(StrEnum):
    """What became of a release."""

    PASSED = "passed"
    TURNED_BACK = "nobody passed"
    TAILGATED = "more than one passed"
    FORCED = "forced"
    HELD_OPEN = "held open"
    SILENT = "no report"
    """The hardware did not say; somebody may have passed."""


Report = Callable[[str, Outcome], None]
"""Called with a request id and what became of its release, from any thread; or with an empty
one and what happened though nobody was released."""


class Authority(Protocol):
    """Who decides."""

    def ask(self, passage: Passage) -> Decision:
        """As :meth:`thenar.protocols.Door.ask`. Raises DoorError: no answer."""

    def withdraw(self, request_id: str, why: str) -> None:
        """Undo what an allowed passage used up: nobody passed. Raises DoorError."""

    def stands(self, request_id: str) -> None:
        """Nothing of this request is to be undone, unless it is withdrawn.

        Told before the door opens for an answer, and after it opened by the offline policy.
        """

    def close(self) -> None:
        """Let go of connections; closing twice is allowed."""


class Opener(Protocol):
    """What opens."""

    without_power: str
    """What it does when this program, or its power, is gone: in words, for the door's book."""

    def state(self) -> State:
        """Whether one person can be let through now. Raises DoorError: out of reach or broken."""

    def open(self, request_id: str) -> None:
        """Let one person through; returns once the hardware has confirmed it.

        Raises:
            DoorError: not confirmed; the release was taken back as far as it can be.
        """

    def hold(self, *, on: bool) -> None:
        """Let everybody through, or lock again; told again where it is not confirmed.

        Raises:
            DoorError: not confirmed.
        """

    def close(self) -> None:
        """Let go of connections; closing twice is allowed."""
