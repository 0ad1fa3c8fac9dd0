"""The latest-frame rule: a thread takes every frame, the reader gets the newest."""

from __future__ import annotations

import threading
import time

from thenar.errors import CameraTimeout, CameraUnavailable, CaptureError, ThenarError
from thenar.records import CameraHealth, Frame, FrameSet
from thenar_camera.backoff import Backoff
from thenar_camera.grabber import Grabber, Start, Taken
from thenar_camera.limits import CLOSE_SECONDS, GIVEN_UP_SECONDS, OPEN_SECONDS
from thenar_camera.tally import Tally


class LatestFrames:
    """A frame source that never lets its reader fall behind.

    A stalled device blocks the thread and not the reader, whose deadline holds. A device
    that is lost is looked for again, with growing waits, for as long as the source is open:
    reading says CameraTimeout at first and CameraUnavailable once it has been away for
    long, and gives frames again when it is back.

    Args:
        start: opens the device on the thread; raises CameraUnavailable.
        name: of the camera, for messages.
        every: hand out every frame in turn instead of the newest, for recordings
            that are to be worked through.
        returns: look for a lost device; recordings do not come back.
    """

    def __init__(
        self, start: Start, name: str, *, every: bool = False, returns: bool = False
    ) -> None:
        self._start = start
        self._name = name
        self._every = every
        self._backoff = Backoff() if returns else None
        self._changed = threading.Condition()
        self._newest: FrameSet | None = None
        self._ended: ThenarError | None = None
        self._lost: ThenarError | None = None
        self._lost_since = 0.0
        self._opened = self._closing = False
        self._number = self._spoilt = 0
        self._tally = Tally()
        self._thread = threading.Thread(target=self._run, name=f"camera {name}", daemon=True)

    def sharing(self, changed: threading.Condition) -> LatestFrames:
        """Tell another condition of what happens, one that several sources share."""
        self._changed = changed
        return self

    def open(self, timeout: float = OPEN_SECONDS) -> LatestFrames:
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
            frames = self.poll()
            if frames is not None:
                return frames
            raise self.late(timeout)

    def poll(self) -> FrameSet | None:
        """The newest frames not yet read, or None; never waits.

        Raises:
            CameraUnavailable: the camera is closed, or the recording has ended.
        """
        with self._changed:
            frames, self._newest = self._newest, None
            self._changed.notify_all()
            if frames is None and self._ended is not None:
                raise self._ended
            return frames

    def late(self, timeout: float) -> CaptureError:
        """Why no frame came within so many seconds."""
        with self._changed:
            lost, since, spoilt = self._lost, self._lost_since, self._spoilt
        if lost is None and spoilt:
            return CameraTimeout(
                f"{self._name}: expected a whole frame within {timeout:g} s, "
                f"{spoilt} came damaged.",
                remedy="check its cable and the network between; set fewer frames a second.",
            )
        if lost is None:
            return CameraTimeout(
                f"{self._name}: expected a frame within {timeout:g} s, none came.",
                remedy="if it goes on, unplug the camera and plug it in again.",
            )
        kind = CameraTimeout if time.monotonic() - since < GIVEN_UP_SECONDS else CameraUnavailable
        return kind(f"{lost.message} It is looked for.", remedy=lost.remedy)

    def health(self) -> CameraHealth:
        """How it is doing."""
        return self._tally.health

    def close(self) -> None:
        """Stop; closing twice is allowed. A stalled device is left to its thread."""
        with self._changed:
            self._closing = True
            self._newest = None
            self._end(CameraUnavailable(f"{self._name}: it was closed."))
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout=CLOSE_SECONDS)

    def _run(self) -> None:
        while not self._closing:
            error = self._stopped()
            if error is None:
                return
            if self._backoff is None or not self._opened:
                self._end(error)
                return
            self._lose(error)
            with self._changed:
                self._changed.wait_for(lambda: self._closing, self._backoff.next())

    def _stopped(self) -> ThenarError | None:
        """Take what the device gives; why it gives no more, None where nothing is amiss."""
        try:
            self._stream()
        except ThenarError as error:
            return error
        except Exception as error:  # noqa: BLE001 - a device's library may raise anything
            return CameraUnavailable(
                f"{self._name}: its driver raised {type(error).__name__}.",
                remedy="if it goes on, look for an update of the driver.",
            )
        return None

    def _stream(self) -> None:
        """Open the device and take what it gives, until it ends or the source is closed."""
        grabber = self._start()
        try:
            with self._changed:
                self._opened = True
                self._changed.notify_all()
            self._pump(grabber)
        finally:
            grabber.release()

    def _pump(self, grabber: Grabber) -> None:
        while not self._closing:
            taken = grabber.grab()
            if taken is None:
                self._end(CameraUnavailable(f"{self._name}: the recording has ended."))
                return
            if taken.images:
                self._show(taken)
            else:
                self._skip(taken.damaged)

    def _show(self, taken: Taken) -> None:
        now = time.monotonic()
        self._number += taken.damaged
        frames = FrameSet(
            tuple(
                Frame(pixels, band, taken.times.get(band, now), self._number)
                for band, pixels in taken.images.items()
            )
        )
        self._number += 1
        with self._changed:
            if self._every:
                self._changed.wait_for(lambda: self._newest is None or self._closing)
            if self._closing:
                return
            self._find()
            self._tally.frame(
                overtook=self._newest is not None,
                damaged=taken.damaged,
                unpaired=taken.unpaired,
            )
            self._newest = frames
            self._changed.notify_all()

    def _skip(self, damaged: int) -> None:
        """Frames came, and none of them is whole."""
        with self._changed:
            self._number += damaged
            self._spoilt += damaged
            self._tally.spoilt(damaged)

    def _find(self) -> None:
        """A frame came: the camera is there."""
        if self._backoff is not None:
            self._backoff.streams()
        if self._lost is not None:
            self._lost = None
            self._tally.found()
        self._spoilt = 0

    def _lose(self, error: ThenarError) -> None:
        with self._changed:
            if self._lost is None:
                self._lost_since = time.monotonic()
            self._lost = error
            self._tally.lost(error.message)

    def _end(self, error: ThenarError) -> None:
        with self._changed:
            if self._ended is None:
                self._ended = error
                self._tally.ended(error.message)
            self._changed.notify_all()
