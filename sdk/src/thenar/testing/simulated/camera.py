"""A camera that shows what it is given."""

from __future__ import annotations

import queue
from collections.abc import Iterable, Iterator

import attrs

from thenar.errors import CameraTimeout, CameraUnavailable
from thenar.records import FrameSet


class SimulatedCamera:
    """Hands out the frames put before it, numbered and timed at a steady rate.

    Every frame shown is read, so that a test or a demonstration sees the same
    frames on a slow machine as on a fast one; a real camera drops the older ones.

    Args:
        fps: frames a second by which the frames are timed.
    """

    def __init__(self, *, fps: float = 30.0) -> None:
        self._fps = fps
        self._scenes: queue.Queue[Iterable[FrameSet]] = queue.Queue()
        self._frames: Iterator[FrameSet] = iter(())
        self._number = 0
        self._connected = True
        self._opened = False
        self._frozen = 0

    def show(self, frames: Iterable[FrameSet]) -> None:
        """Put a scene before the camera; several follow one another."""
        self._scenes.put(frames)

    def clear(self) -> None:
        """Take away whatever is still to be shown."""
        while not self._scenes.empty():
            self._scenes.get_nowait()
        self._frames = iter(())

    def freeze(self, reads: int = 1) -> None:
        """The next reads get no frame."""
        self._frozen += reads

    def unplug(self) -> None:
        """The camera is gone until it is plugged in again."""
        self._connected = False

    def plug_in(self) -> None:
        """The camera is back."""
        self._connected = True

    def open(self) -> SimulatedCamera:
        """Start. Raises CameraUnavailable: unplugged, or open already."""
        if not self._connected:
            raise CameraUnavailable("The simulated camera is unplugged.", remedy="plug it in.")
        if self._opened:
            raise CameraUnavailable("The simulated camera is in use.", remedy="close it first.")
        self._opened = True
        return self

    def read(self, timeout: float) -> FrameSet:
        """The next frames.

        Raises:
            CameraTimeout: it was frozen, or nothing is before it.
            CameraUnavailable: it was unplugged.
        """
        if not self._connected:
            raise CameraUnavailable("The simulated camera was unplugged.", remedy="plug it in.")
        if self._frozen:
            self._frozen -= 1
            raise CameraTimeout(f"Expected a frame within {timeout:g} s, none came.")
        shown = next(self._frames, None)
        while shown is None:
            try:
                self._frames = iter(self._scenes.get_nowait())
            except queue.Empty:
                raise CameraTimeout("Nothing is before the simulated camera.") from None
            shown = next(self._frames, None)
        number, self._number = self._number, self._number + 1
        time = number / self._fps
        return FrameSet([attrs.evolve(frame, number=number, time=time) for frame in shown.frames])

    def close(self) -> None:
        """Release the camera; closing twice is allowed."""
        self._opened = False
