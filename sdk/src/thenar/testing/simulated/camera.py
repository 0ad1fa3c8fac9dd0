"""A camera that shows what it is given."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import attrs

from thenar.errors import CameraTimeout, CameraUnavailable
from thenar.records import Frame, FrameSet
from thenar.testing.simulated.clock import Clock, SystemClock
from thenar.testing.simulated.faults import Faults
from thenar.testing.simulated.scene import Scene


class SimulatedCamera:
    """Hands out the frames put before it, numbered and timed at a steady rate.

    Every frame shown is read, so that a test or a demonstration sees the same
    frames on a slow machine as on a fast one; a real camera drops the older ones. Each
    read gives pixels of its own, which the reader may overwrite.

    Args:
        fps: frames a second, on the clock.
        background: frames of the empty view, between scenes; None gives none.
        clock: what frames and time-outs take their time on.
        faults: planned ones befall ``"read"``, and end it in CameraUnavailable.
    """

    def __init__(
        self,
        *,
        fps: float = 30.0,
        background: FrameSet | None = None,
        clock: Clock | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.faults = faults or Faults(clock)
        self._fps = fps
        self._background = background
        self._clock = clock or SystemClock()
        self._scenes: deque[Scene] = deque()
        self._number = 0
        self._due = 0.0
        self._connected = True
        self._opened = False
        self._frozen = 0
        self._stalled = False

    def show(self, frames: Iterable[FrameSet]) -> None:
        """Put a scene before the camera; several follow one another."""
        self._scenes.append(Scene(frames))

    def skip(self) -> None:
        """Take away the scene that is shown; the next one follows."""
        if self._scenes:
            self._scenes.popleft().stop()

    def clear(self) -> None:
        """Take away whatever is still to be shown."""
        while self._scenes:
            self._scenes.popleft().stop()

    def freeze(self, reads: int = 1) -> None:
        """The next reads get no frame."""
        self._frozen += reads

    def unplug(self) -> None:
        """The camera is gone until it is plugged in again."""
        self._connected = False

    def plug_in(self) -> None:
        """The camera is back."""
        self._connected = True

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """Within the context no frame comes."""
        before, self._stalled = self._stalled, True
        try:
            yield
        finally:
            self._stalled = before

    @contextmanager
    def unplugged(self) -> Iterator[None]:
        """Within the context the camera is gone."""
        self.unplug()
        try:
            yield
        finally:
            self.plug_in()

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
            CameraUnavailable: it was unplugged, is closed, or a fault was planned.
        """
        with self.faults.around("read", CameraUnavailable):
            return self._read(timeout)

    def _read(self, timeout: float) -> FrameSet:
        if not self._opened:
            raise CameraUnavailable("The simulated camera is closed.", remedy="open it first.")
        if not self._connected:
            raise CameraUnavailable("The simulated camera was unplugged.", remedy="plug it in.")
        late = CameraTimeout(f"Expected a frame within {timeout:g} s, none came.")
        try:
            shown = None if self._frozen or self._stalled else self._next_shown(timeout)
        except TimeoutError:
            raise late from None
        if shown is None:
            self._frozen = max(0, self._frozen - 1)
            self._clock.sleep(timeout)
            raise late
        self._wait_for_its_time()
        number, self._number = self._number, self._number + 1
        time = number / self._fps

        def own(frame: Frame) -> Frame:
            return attrs.evolve(frame, pixels=frame.pixels.copy(), number=number, time=time)

        return FrameSet(map(own, shown.frames), map(own, shown.unlit))

    def close(self) -> None:
        """Release the camera; closing twice is allowed."""
        self._opened = False

    def _next_shown(self, timeout: float) -> FrameSet | None:
        while self._scenes:
            shown = self._scenes[0].next(timeout)
            if shown is not None:
                return shown
            self._scenes.popleft()
        return self._background

    def _wait_for_its_time(self) -> None:
        now = self._clock.time()
        self._due = min(max(self._due, now - 1 / self._fps), now) + 1 / self._fps
        self._clock.sleep(self._due - now)
