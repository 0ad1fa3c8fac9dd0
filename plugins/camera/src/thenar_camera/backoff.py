"""How long to wait before a lost camera is looked for again."""

from __future__ import annotations

import time

from thenar_camera.limits import FIRST_WAIT, LONGEST_WAIT, STEADY_SECONDS


class Backoff:
    """Waits that double, and begin anew after the camera has streamed for a while.

    A camera that gives a frame and is lost again, over and over, is not hammered.
    """

    def __init__(self) -> None:
        self._wait = FIRST_WAIT
        self._since: float | None = None

    def next(self) -> float:
        """Seconds to wait before the next try."""
        self._since = None
        wait, self._wait = self._wait, min(2 * self._wait, LONGEST_WAIT)
        return wait

    def streams(self) -> None:
        """A frame came."""
        now = time.monotonic()
        self._since = self._since or now
        if now - self._since >= STEADY_SECONDS:
            self._wait = FIRST_WAIT
