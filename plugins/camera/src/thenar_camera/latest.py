"""The latest-frame rule: a thread takes every frame, the reader gets the newest."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from thenar.errors import CameraTimeout, CameraUnavailable, ThenarError
from thenar.records import Band, Frame, FrameSet

Images = Mapping[Band, NDArray[np.uint8]]


class Grabber(Protocol):
    """Takes images one after another, on a thread of its own."""

    def grab(self) -> Images | None:
        """The next images, or None when there will be no more. May block."""

    def release(self) -> None:
        """Let go of the device; called once, on the same thread."""


class LatestFrames:
    """A frame source that never lets its reader fall behind.

    A stalled device blocks the thread and not the reader, whose deadline holds.

    Args:
        start: opens the device on the thread; raises CameraUnavailable.
        name: of the camera, for messages.
        every: hand out every frame in turn instead of the newest, for recordings
            that are to be worked through.
    """

    def __init__(self, start: Callable[[], Grabber], name: str, *, every: bool = False) -> None:
        self._start = start
        self._name = name
        self._every = every
        self._changed = threading.Condition()
        self._newest: FrameSet | None = None
        self._ended: ThenarError | None = None
        self._opened = False
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"camera {name}", daemon=True)

    def open(self, timeout: float = 10.0) -> LatestFrames:
        """Start the thread and wait until the device is open.

        Raises:
            CameraUnavailable: it is not there, or did not open within ``timeout`` seconds.
        """
        self._thread.start()
        with self._changed:
            self._changed.wait_for(lambda: self._opened or self._ended, timeout)
            if self._ended is not None and not self._opened:
                raise self._ended
            if not self._opened:
                self._closing = True
                raise CameraUnavailable(
                    f"{self._name}: expected it to open within {timeout:g} s.",
                    remedy="unplug it and plug it in again.",
                )
        return self

    def read(self, timeout: float) -> FrameSet:
        """The newest frames not yet read.

        Raises:
            CameraTimeout: none came within ``timeout`` seconds.
            CameraUnavailable: the camera is gone, closed, or the recording has ended.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._newest or self._ended, timeout)
            frames, self._newest = self._newest, None
            self._changed.notify_all()
            if frames is not None:
                return frames
            if self._ended is not None:
                raise self._ended
        raise CameraTimeout(
            f"{self._name}: expected a frame within {timeout:g} s, none came.",
            remedy="if it goes on, unplug the camera and plug it in again.",
        )

    def close(self) -> None:
        """Stop; closing twice is allowed. A stalled device is left to its thread."""
        with self._changed:
            self._closing = True
            self._newest = None
            self._ended = self._ended or CameraUnavailable(f"{self._name}: it was closed.")
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=2.0)

    def _run(self) -> None:
        try:
            grabber = self._start()
        except ThenarError as error:
            self._end(error)
            return
        with self._changed:
            self._opened = True
            self._changed.notify_all()
        try:
            self._pump(grabber)
        except ThenarError as error:
            self._end(error)
        finally:
            grabber.release()

    def _pump(self, grabber: Grabber) -> None:
        number = 0
        while True:
            images = grabber.grab()
            if images is None:
                self._end(CameraUnavailable(f"{self._name}: the recording has ended."))
                return
            now = time.monotonic()
            frames = FrameSet(
                tuple(Frame(pixels, band, now, number) for band, pixels in images.items())
            )
            number += 1
            with self._changed:
                if self._every:
                    self._changed.wait_for(lambda: self._newest is None or self._closing)
                if self._closing:
                    return
                self._newest = frames
                self._changed.notify_all()

    def _end(self, error: ThenarError) -> None:
        with self._changed:
            self._ended = self._ended or error
            self._changed.notify_all()
