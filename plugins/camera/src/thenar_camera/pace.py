"""Playing a recording at its own speed."""

from __future__ import annotations

import time


class Pace:
    """Waits so that one turn comes every ``1/fps`` seconds; 0 fps does not wait."""

    def __init__(self, fps: float) -> None:
        self._interval = 1 / fps if fps > 0 else 0.0
        self._next = time.monotonic()

    def wait(self) -> None:
        """Wait for the next turn; a late one is not made up for."""
        self._next = max(self._next + self._interval, time.monotonic() - self._interval)
        time.sleep(max(0.0, self._next - time.monotonic()))
