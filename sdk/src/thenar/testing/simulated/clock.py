"""Time for simulated devices: the system's, or one that moves only when told to."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What a simulated device needs of time."""

    def time(self) -> float:
        """Seconds since the epoch, UTC."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""


class SystemClock:
    """The machine's clock."""

    def time(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class SimulatedClock:
    """A clock that moves only when it is slept on or advanced, and then at once.

    Args:
        now: seconds since the epoch at which it starts.
    """

    def __init__(self, now: float = 1_750_000_000.0) -> None:
        self._now = now

    def time(self) -> float:
        """Seconds since the epoch, UTC."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on without waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``, 0 or more."""
        if seconds < 0:
            raise ValueError(f"expected 0 seconds or more, got {seconds}")
        self._now += seconds


class RunningClock:
    """A clock that runs as the machine's does, and is ahead of it by all that was slept on it.

    So whoever sleeps on it does not wait, and whatever else takes time still does.
    """

    def __init__(self) -> None:
        self._ahead = 0.0
        self._true_time = time.time

    def time(self) -> float:
        """Seconds since the epoch, UTC."""
        return self._true_time() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Move on without waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``, 0 or more."""
        if seconds < 0:
            raise ValueError(f"expected 0 seconds or more, got {seconds}")
        self._ahead += seconds

    def set_by(self, seconds: float) -> None:
        """Set it forward, or back where negative, as an administrator or a time server does."""
        self._ahead += seconds
