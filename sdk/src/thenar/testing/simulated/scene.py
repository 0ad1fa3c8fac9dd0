"""Frames that are made while earlier ones are looked at."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable

from thenar.records import FrameSet

_AHEAD = 3
"""Frames that are made before anybody asks for them."""


class Scene:
    """Takes frames from an iterable on a thread of its own, a few ahead of the reader.

    So a reader's deadline holds however long a frame takes to be made.
    """

    def __init__(self, frames: Iterable[FrameSet]) -> None:
        self._frames = frames
        self._ready: queue.Queue[FrameSet | BaseException | None] = queue.Queue(_AHEAD)
        self._stopped = threading.Event()
        threading.Thread(target=self._make, name="scene", daemon=True).start()

    def next(self, timeout: float) -> FrameSet | None:
        """The next frames, or None at the end.

        Raises:
            TimeoutError: they were not ready within ``timeout`` seconds.
            BaseException: whatever making them raised.
        """
        try:
            made = self._ready.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(made, BaseException):
            raise made
        return made

    def stop(self) -> None:
        """Make no more."""
        self._stopped.set()

    def _make(self) -> None:
        try:
            for frames in self._frames:
                if not self._put(frames):
                    return
            self._put(None)
        except Exception as error:  # noqa: BLE001 -- it belongs to the reader
            self._put(error)

    def _put(self, made: FrameSet | BaseException | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._ready.put(made, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False
