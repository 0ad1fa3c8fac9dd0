"""How a camera is doing, counted."""

from __future__ import annotations

import threading
import time

from thenar.records import CameraHealth, CameraState


class Tally:
    """Counts what becomes of frames; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = CameraState.STREAMING
        self._frames = self._overtaken = self._damaged = self._unpaired = self._reconnects = 0
        self._last = time.monotonic()
        self._trouble = ""

    def frame(self, *, overtook: bool, damaged: int, unpaired: int) -> None:
        """A frame came; it may have overtaken one that nobody read."""
        with self._lock:
            self._frames += 1
            self._overtaken += overtook
            self._damaged += damaged
            self._unpaired += unpaired
            self._last = time.monotonic()

    def spoilt(self, damaged: int) -> None:
        """Only frames that were not whole came."""
        with self._lock:
            self._damaged += damaged

    def lost(self, trouble: str) -> None:
        """The camera is lost, and looked for."""
        with self._lock:
            self._state, self._trouble = CameraState.RECONNECTING, trouble

    def found(self) -> None:
        """The lost camera is back."""
        with self._lock:
            self._reconnects += self._state is CameraState.RECONNECTING
            self._state = CameraState.STREAMING

    def ended(self, trouble: str) -> None:
        """There will be no more frames."""
        with self._lock:
            self._state, self._trouble = CameraState.ENDED, trouble

    @property
    def health(self) -> CameraHealth:
        """All of it."""
        with self._lock:
            return CameraHealth(
                self._state,
                self._frames,
                self._overtaken,
                self._damaged,
                self._unpaired,
                self._reconnects,
                time.monotonic() - self._last,
                self._trouble,
            )
