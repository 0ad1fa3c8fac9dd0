"""Is this hand meant for the reader? The states of a hover, from poses and times alone."""

from __future__ import annotations

import math
from collections import deque
from enum import StrEnum

import attrs

from thenar.parameters import DEVICE
from thenar.records import Hand, Pose


class Standing(StrEnum):
    """Where a hover stands; each follows from the one before, or falls back to an earlier one."""

    ABSENT = "absent"
    APPROACHING = "approaching"
    POSITIONED = "positioned"
    STILL = "still"
    CAPTURED = "captured"
    ANSWERED = "answered"


@attrs.frozen
class Seen:
    """What one frame says about the hand.

    Attributes:
        time: of the frame, seconds.
        present: whether a hand is in the picture.
        pose: of the palm, where it is one that could be read; else None.
        hand: which.
        sharp: False where the frame is smeared by movement.
    """

    time: float
    present: bool = False
    pose: Pose | None = None
    hand: Hand = Hand.UNKNOWN
    sharp: bool = True


class Gesture:
    """Follows one hand from frame to frame.

    A hand is taken once it was usable and still for ``DEVICE.dwell`` seconds and
    ``DEVICE.steady_frames`` frames, and in all of them stayed within
    ``DEVICE.still_drift`` of one place. So a hand that only passes is not read, however
    slowly it passes: it is somewhere else before the dwell is over.

    Hysteresis: a hand becomes still below one speed and stops being so above a greater
    one, and it is gone only after ``DEVICE.clear_frames`` frames without it.
    """

    def __init__(self) -> None:
        self.standing = Standing.ABSENT
        self.held: deque[Seen] = deque()
        self._before: Seen | None = None
        self._missed = 0

    @property
    def progress(self) -> float:
        """0..1, how much of the dwell is over."""
        if not self.held:
            return 0.0
        span = self.held[-1].time - self.held[0].time
        return min(1.0, len(self.held) / DEVICE.steady_frames, span / DEVICE.dwell)

    def step(self, seen: Seen) -> Standing:
        """Take in one more frame; what is held afterwards ends with it, or is empty.

        Args:
            seen: of a later frame than the one before.
        """
        self._missed = 0 if seen.present else self._missed + 1
        if not seen.present:
            self.held.clear()
            gone = self._missed >= DEVICE.clear_frames or self.standing is Standing.ABSENT
            self.standing = Standing.ABSENT if gone else Standing.APPROACHING
        elif seen.pose is None:
            self.held.clear()
            self.standing = Standing.APPROACHING
        elif not seen.sharp or not self._is_still(seen):
            self.held.clear()
            self.held.append(seen)
            self.standing = Standing.POSITIONED
        else:
            self._hold(seen)
        self._before = seen if seen.pose is not None else None
        return self.standing

    def _is_still(self, seen: Seen) -> bool:
        """Whether it is the same hand, and hardly moved since the frame before."""
        before = self._before
        if before is None or before.pose is None or seen.pose is None:
            return False
        if before.hand is not seen.hand:
            return False
        passed = max(seen.time - before.time, 1e-3)
        was_still = self.standing in (Standing.STILL, Standing.CAPTURED)
        limit = DEVICE.leaving_speed if was_still else DEVICE.still_speed
        speed = apart(before.pose, seen.pose) / passed
        turned = abs((seen.pose.roll - before.pose.roll + 180) % 360 - 180) / passed
        return speed <= limit and turned <= DEVICE.still_turn

    def _hold(self, seen: Seen) -> None:
        self.held.append(seen)
        while not self._stayed():
            self.held.popleft()
        self.standing = Standing.CAPTURED if self.progress == 1 else Standing.STILL

    def _stayed(self) -> bool:
        """Whether the newest frame shows the palm where all others that are held showed it."""
        newest = self.held[-1].pose
        poses = [one.pose for one in self.held]
        return all(
            one is not None and newest is not None and apart(one, newest) <= DEVICE.still_drift
            for one in poses
        )


def apart(one: Pose, other: Pose) -> float:
    """How far two palms are from each other, in sides of the second one's crop."""
    return math.dist(one.centre, other.centre) / other.side
