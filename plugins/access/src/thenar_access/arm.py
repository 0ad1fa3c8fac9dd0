"""What the contacts of a turnstile mean, one look after another. No hardware, no clock."""

from __future__ import annotations

import math

import attrs

from thenar_access.limits import HELD_SECONDS, LATE_SECONDS, TAILGATE_SECONDS
from thenar_access.roles import Outcome

Told = tuple[str, Outcome]
"""A request id, empty where none was released, and what became of it."""


@attrs.frozen
class Inputs:
    """One look at the contacts.

    Attributes:
        released: the arm is free.
        rotated: it is turning; None where there is no such contact.
        fire: the fire alarm is on.
    """

    released: bool
    rotated: bool | None = None
    fire: bool = False


class Arm:
    """One turnstile, whoever else may release it.

    Only a contact that goes on counts as a rotation, and only one for each release: an arm
    that still turns for the one before is busy, so its rotation is never the next one's.

    Args:
        passage_seconds: how long a release lasts.
    """

    def __init__(self, passage_seconds: float) -> None:
        self._seconds = passage_seconds
        self._request = ""
        self._until = 0.0
        self._is_ending = False
        self._is_blind = False
        self._last = ""
        self._tail_until = 0.0
        self._strange_since: float | None = None
        self._strange_until = 0.0
        self._was_held_open = False
        self._inputs = Inputs(released=False, rotated=False)
        self._held = False

    @property
    def is_held(self) -> bool:
        """Whether everybody may pass."""
        return self._held

    @property
    def coil(self) -> bool:
        """Whether the coil is to be on."""
        return self._held or (bool(self._request) and not self._is_ending)

    @property
    def inputs(self) -> Inputs:
        """The last look."""
        return self._inputs

    @property
    def is_busy(self) -> bool:
        """Released, by whomever; or still turning."""
        return bool(self._request) or self._inputs.released or bool(self._inputs.rotated)

    @property
    def is_stuck_open(self) -> bool:
        """Free for longer than any release lasts."""
        return self._was_held_open

    def release(self, request: str) -> None:
        """The coil is going on for this request; its time runs once the arm is free."""
        self._request, self._until = request, math.inf
        self._is_ending = self._is_blind = False

    def is_released_for(self, request: str) -> bool:
        """Whether it waits for this request's passage."""
        return request == self._request

    def abandon(self) -> None:
        """It was not confirmed; what it says from now on is not this request's."""
        self._request = ""

    def hold(self, *, on: bool) -> list[Told]:
        """Everybody may pass, or nobody any longer; who passes meanwhile is not counted."""
        self._held = on
        request, self._request = self._request, ""
        return [(request, Outcome.SILENT)] if request else []

    def look(self, now: float, inputs: Inputs) -> list[Told]:
        """Take one look into account.

        Args:
            now: seconds, of a clock that only goes forward.
            inputs: what was seen.

        Returns:
            What became of releases, and what happened without one.
        """
        told: list[Told] = []
        turned = bool(inputs.rotated) and not self._inputs.rotated
        self._inputs = inputs
        if inputs.released and self._until == math.inf:
            self._until = now + self._seconds
        if not self._held:
            if turned:
                told += self._turned(now)
            told += self._timed_out(now, has_contact=inputs.rotated is not None)
        told += self._free_for(now)
        return told

    def miss(self, now: float) -> list[Told]:
        """The contacts could not be read: somebody may have passed unseen."""
        self._is_blind = True
        return self._timed_out(now, has_contact=False)

    def _turned(self, now: float) -> list[Told]:
        if self._request:
            self._last, self._request = self._request, ""
            self._tail_until = now + TAILGATE_SECONDS
            return [(self._last, Outcome.PASSED)]
        if now < self._tail_until:
            self._tail_until = 0.0
            return [(self._last, Outcome.TAILGATED)]
        if self._inputs.released or now < self._strange_until:
            return []  # released by another gate: its passage
        return [("", Outcome.FORCED)]

    def _timed_out(self, now: float, *, has_contact: bool) -> list[Told]:
        """Whoever is in the arm when the time is up still passes."""
        if not self._request or now < self._until:
            return []
        self._is_ending = True
        if has_contact and now < self._until + LATE_SECONDS:
            return []
        request, self._request = self._request, ""
        seen = has_contact and not self._is_blind
        return [(request, Outcome.TURNED_BACK if seen else Outcome.SILENT)]

    def _free_for(self, now: float) -> list[Told]:
        if self._held or self.coil or not self._inputs.released:
            self._strange_since, self._was_held_open = None, False
            return []
        self._strange_until = now + LATE_SECONDS
        if self._strange_since is None:
            self._strange_since = now
        if self._was_held_open or now < self._strange_since + self._seconds + HELD_SECONDS:
            return []
        self._was_held_open = True
        return [("", Outcome.HELD_OPEN)]
