"""The contract of cameras."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import ClassVar

import pytest

from thenar.errors import CameraTimeout, CameraUnavailable, CaptureError
from thenar.parameters import HOST
from thenar.protocols import Camera, FrameSource
from thenar.records import FrameSet
from thenar.testing.contracts._suite import (
    AT_ONCE,
    Ability,
    Contract,
    attempt,
    needs,
    together,
    within,
)


class CameraContract(Contract):
    """A :class:`~thenar.protocols.Camera` and what it opens.

    Give ``camera``: one that shows at least six sets of frames.

    Attributes:
        wait: seconds within which it gives a frame.
    """

    kind = "camera"
    wait: ClassVar[float] = 5.0

    @pytest.fixture
    def camera(self) -> Camera:
        """The camera under test, closed."""
        self.lacks("camera")

    @pytest.fixture
    def stalled(self) -> AbstractContextManager[object]:
        """A context in which no frame comes; needs :attr:`Ability.STALLS`."""
        self.lacks("stalled")

    @pytest.fixture
    def unplugged(self) -> AbstractContextManager[object]:
        """A context in which the camera is gone; needs :attr:`Ability.UNPLUGS`."""
        self.lacks("unplugged")

    @pytest.fixture
    def source(self, camera: Camera) -> Iterator[FrameSource]:
        """The camera, open."""
        opened = within(self.seconds, camera.open)
        yield opened
        opened.close()

    def shown(self, source: FrameSource, number: int) -> list[FrameSet]:
        """So many sets of frames, one after the other."""
        return [
            within(self.wait + HOST.grace_seconds, source.read, self.wait) for _ in range(number)
        ]

    def test_has_what_the_protocol_promises(self, camera: Camera, source: FrameSource) -> None:
        """A camera opens; what it opens reads and closes."""
        self.keeps_protocol(camera)
        assert callable(source.read)
        assert callable(source.close)

    def test_gives_sets_of_frames(self, source: FrameSource) -> None:
        """Each read gives a set of frames."""
        assert all(isinstance(one, FrameSet) for one in self.shown(source, 3))

    def test_numbers_rise(self, source: FrameSource) -> None:
        """No frame is given twice: numbers rise."""
        numbers = [one.number for one in self.shown(source, 4)]
        assert numbers == sorted(set(numbers)), f"numbers {numbers}"

    def test_times_do_not_run_back(self, source: FrameSource) -> None:
        """A later frame is not of an earlier time."""
        times = [one.time for one in self.shown(source, 4)]
        assert times == sorted(times), f"times {times}"

    def test_bands_and_sizes_stay(self, source: FrameSource) -> None:
        """Every set has the same bands, each of one size."""
        seen = {
            tuple((frame.band, frame.pixels.shape) for frame in one.frames)
            for one in self.shown(source, 3)
        }
        assert len(seen) == 1, f"bands and sizes {seen}"

    def test_frames_are_not_written_over(self, source: FrameSource) -> None:
        """A frame that was handed over stays as it is while later ones are read."""
        (first,) = self.shown(source, 1)
        before = [frame.pixels.copy() for frame in first.frames]
        self.shown(source, 3)
        now = [frame.pixels for frame in first.frames]
        assert all((a == b).all() for a, b in zip(before, now, strict=True))

    def test_frames_outlive_the_source(self, source: FrameSource) -> None:
        """Frames may be looked at after the camera is closed."""
        (shown,) = self.shown(source, 1)
        before = [frame.pixels.copy() for frame in shown.frames]
        source.close()
        now = [frame.pixels for frame in shown.frames]
        assert all((a == b).all() for a, b in zip(before, now, strict=True))

    def test_reads_on_another_thread(self, source: FrameSource) -> None:
        """The thread that reads need not be the one that opened."""
        self.shown(source, 1)
        (answer,) = together([lambda: self.shown(source, 1)], self.seconds)
        assert not isinstance(answer, Exception), repr(answer)

    def test_a_short_timeout_is_kept(self, source: FrameSource) -> None:
        """A millisecond's patience ends in frames or in CameraTimeout, and reading goes on."""
        for _ in range(3):
            within(
                HOST.grace_seconds, attempt, (CameraTimeout, CameraUnavailable), source.read, 0.001
            )

    def test_no_time_at_all_is_kept(self, source: FrameSource) -> None:
        """A wait of no seconds ends at once, in frames or in an error of capture."""
        for _ in range(3):
            within(AT_ONCE, attempt, CaptureError, source.read, 0.0)

    def test_closing_twice_is_allowed(self, source: FrameSource) -> None:
        """The second close does nothing."""
        within(self.seconds, source.close)
        within(self.seconds, source.close)

    def test_reading_after_close_says_so(self, source: FrameSource) -> None:
        """A closed source raises CameraUnavailable."""
        source.close()
        with pytest.raises(CameraUnavailable):
            within(self.wait + HOST.grace_seconds, source.read, self.wait)

    def test_opens_again_after_close(self, camera: Camera) -> None:
        """The next customer's camera is the same one."""
        for _ in range(2):
            source = within(self.seconds, camera.open)
            self.shown(source, 1)
            source.close()

    def test_closing_while_reading_ends_the_read(self, source: FrameSource) -> None:
        """Closed from another thread, a read ends in frames or in an error of capture."""
        self.shown(source, 1)
        calls: list[Callable[[], object]] = [
            lambda: attempt(CaptureError, source.read, 0.5),
            source.close,
        ]
        answers = together(calls, 0.5 + self.seconds)
        assert not any(isinstance(one, Exception) for one in answers), answers

    def test_a_clock_set_back_does_not_stop_it(
        self, source: FrameSource, set_clock: Callable[[float], None]
    ) -> None:
        """Frames keep coming, in order, when the machine's clock is set back and forward."""
        seen = self.shown(source, 1)
        set_clock(-86_400.0)
        seen += self.shown(source, 1)
        set_clock(86_400.0)
        seen += self.shown(source, 1)
        assert [one.time for one in seen] == sorted(one.time for one in seen)

    @needs(Ability.STALLS)
    def test_no_frame_in_time_is_a_timeout(
        self, source: FrameSource, stalled: AbstractContextManager[object]
    ) -> None:
        """Where no frame comes, CameraTimeout comes within the time given; reading again works."""
        self.shown(source, 1)
        with stalled:
            for _ in range(2):
                with pytest.raises(CameraTimeout):
                    within(0.1 + HOST.grace_seconds, source.read, 0.1)
        self.shown(source, 1)

    @needs(Ability.UNPLUGS)
    def test_an_unplugged_camera_is_unavailable(
        self, source: FrameSource, unplugged: AbstractContextManager[object]
    ) -> None:
        """Pulled out while it is read, it raises CameraUnavailable."""
        self.shown(source, 1)

        def read_on() -> None:
            for _ in range(20):  # what was taken before it was pulled out may still come
                with contextlib.suppress(CameraTimeout):
                    source.read(self.wait)

        with unplugged, pytest.raises(CameraUnavailable):
            within(20 * (self.wait + HOST.grace_seconds), read_on)

    @needs(Ability.UNPLUGS)
    def test_an_absent_camera_does_not_open(
        self, camera: Camera, unplugged: AbstractContextManager[object]
    ) -> None:
        """Opening what is not there raises CameraUnavailable in time; put back, it opens."""
        with unplugged, pytest.raises(CameraUnavailable):
            within(self.seconds, camera.open)
        source = within(self.seconds, camera.open)
        self.shown(source, 1)
        source.close()

    @needs(Ability.ENDS)
    def test_a_recording_ends(self, source: FrameSource) -> None:
        """After its last frame a recording raises CameraUnavailable, each time it is read."""
        for _ in range(100_000):
            try:
                within(self.wait + HOST.grace_seconds, source.read, self.wait)
            except CameraUnavailable:
                break
        with pytest.raises(CameraUnavailable):
            within(self.wait + HOST.grace_seconds, source.read, self.wait)
