"""Two cameras side by side, one for visible light and one for near infrared, as one."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import attrs
import cv2
import numpy as np

from thenar.errors import CameraTimeout, CameraUnavailable, CaptureError, InvalidRecord
from thenar.records import Band, CameraHealth, CameraState, Frame, FrameSet
from thenar_camera.halves import Half
from thenar_camera.latest import LatestFrames
from thenar_camera.limits import HALF_SECONDS, PAIR_SECONDS
from thenar_camera.pairing import Pairing

_WORST_FIRST = (CameraState.ENDED, CameraState.RECONNECTING, CameraState.STREAMING)


@attrs.frozen(kw_only=True)
class PairedSettings:
    """Settings of a pair of cameras that see the same hand.

    Attributes:
        rgb: the camera for visible light.
        nir: the camera for near infrared.
        tolerance: seconds by which two frames of one moment may differ.
        alone: bands, ``rgb`` or ``nir``, whose frames are shown alone while the other
            camera is missing. Checks for attacks that compare the bands cannot judge then;
            with none, no frames are shown.
        onto_nir: 9 numbers, by rows: the homography from the pixels of the colour picture
            to those of the infrared one; none: both see the same.
    """

    rgb: Half
    nir: Half
    tolerance: float = attrs.field(default=PAIR_SECONDS, validator=attrs.validators.gt(0))
    alone: tuple[Band, ...] = ()
    onto_nir: tuple[float, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord where the homography is none."""
        if len(self.onto_nir) not in (0, 9):
            raise InvalidRecord(f"onto_nir: expected 9 numbers, got {len(self.onto_nir)}.")


class PairedCamera:
    """Two cameras as one."""

    def __init__(self, settings: PairedSettings) -> None:
        self._settings = settings

    def open(self) -> PairedFrames:
        """Open both.

        Raises:
            CameraUnavailable: either does not open; says which and why.
        """
        return PairedFrames(self._settings).open()


class PairedFrames:
    """Frames of both bands that were taken at the same moment.

    Each camera is read by a thread of its own and looked for on its own when it is lost.
    """

    def __init__(self, settings: PairedSettings) -> None:
        self._settings = settings
        self._changed = threading.Condition()
        self._halves = {
            band: half.source(band).sharing(self._changed)
            for band, half in ((Band.RGB, settings.rgb), (Band.NIR, settings.nir))
        }
        self._delays = {Band.RGB: settings.rgb.delay, Band.NIR: settings.nir.delay}
        self._pairing = Pairing(settings.tolerance)
        self._paired = time.monotonic()
        self._shown = self._number = 0

    def open(self) -> PairedFrames:
        """Open both at the same time. Raises CameraUnavailable."""
        with ThreadPoolExecutor(2) as pool:
            opening = {band: pool.submit(half.open) for band, half in self._halves.items()}
        for band, one in opening.items():
            try:
                one.result()
            except CameraUnavailable as error:
                self.close()
                raise _of(band, error) from error
        self._paired = time.monotonic()
        return self

    def read(self, timeout: float) -> FrameSet:
        """The newest two frames of one moment.

        Raises:
            CameraTimeout: none came within ``timeout`` seconds; says which camera is late.
            CameraUnavailable: a camera is gone or closed, or a recording has ended.
        """
        until = time.monotonic() + timeout
        with self._changed:
            while True:
                for band, half in self._halves.items():
                    frames = self._take(band, half)
                    if frames is not None:
                        return frames
                left = until - time.monotonic()
                if left <= 0:
                    raise self._late(timeout)
                self._changed.wait(left)

    def health(self) -> CameraHealth:
        """How both are doing together."""
        halves = {band: half.health() for band, half in self._halves.items()}
        states = {one.state for one in halves.values()}
        with self._changed:
            return CameraHealth(
                next(state for state in _WORST_FIRST if state in states),
                frames=self._shown,
                overtaken=max(one.overtaken for one in halves.values()),
                damaged=sum(one.damaged for one in halves.values()),
                unpaired=self._pairing.unpaired,
                reconnects=sum(one.reconnects for one in halves.values()),
                silent=time.monotonic() - self._paired,
                trouble=" ".join(
                    f"{band}: {one.trouble}" for band, one in halves.items() if one.trouble
                ),
            )

    def close(self) -> None:
        """Stop both; closing twice is allowed."""
        for half in self._halves.values():
            half.close()

    def _take(self, band: Band, half: LatestFrames) -> FrameSet | None:
        """What one camera's newest frame completes."""
        try:
            taken = half.poll()
        except CameraUnavailable as error:
            raise _of(band, error) from error
        if taken is None:
            return None
        moment = max(0.0, taken.time - self._delays[band])
        before = self._pairing.unpaired
        pair = self._pairing.add(attrs.evolve(taken.primary, time=moment))
        self._number += self._pairing.unpaired - before
        if pair is not None:
            self._paired = time.monotonic()
            return self._set(*pair)
        missing = time.monotonic() - self._paired >= HALF_SECONDS
        if missing and band in self._settings.alone:
            return self._set(attrs.evolve(taken.primary, time=moment))
        return None

    def _set(self, *frames: Frame) -> FrameSet:
        by_band = {one.band: one for one in frames}
        if len(by_band) == 2:
            by_band[Band.RGB] = self._as_seen_by(by_band[Band.NIR], by_band[Band.RGB])
        numbered = [
            attrs.evolve(by_band[band], number=self._number)
            for band in (Band.RGB, Band.NIR)
            if band in by_band
        ]
        self._number += 1
        self._shown += 1
        return FrameSet(tuple(numbered))

    def _as_seen_by(self, nir: Frame, rgb: Frame) -> Frame:
        """The colour picture with the infrared one's pixels in its places."""
        height, width = nir.pixels.shape
        own_height, own_width = rgb.pixels.shape[:2]
        if self._settings.onto_nir:
            matrix = np.reshape(self._settings.onto_nir, (3, 3))
            pixels = cv2.warpPerspective(rgb.pixels, matrix, (width, height))
        elif (own_height, own_width) == (height, width):
            return rgb
        elif own_height * width == own_width * height:
            pixels = cv2.resize(rgb.pixels, (width, height), interpolation=cv2.INTER_AREA)
        else:
            raise CameraUnavailable(
                f"Pair of cameras: expected pictures of one shape, got {own_width}×{own_height} "
                f"in colour and {width}×{height} in near infrared.",
                remedy="set another size, or onto_nir.",
            )
        return attrs.evolve(rgb, pixels=np.asarray(pixels, np.uint8))

    def _late(self, timeout: float) -> CaptureError:
        """Why no pair came: a camera that is lost, or silent, or two that never agree."""
        healths = {band: half.health() for band, half in self._halves.items()}
        band = max(
            healths,
            key=lambda one: (
                healths[one].state is CameraState.RECONNECTING,
                healths[one].silent,
            ),
        )
        if healths[band].state is CameraState.RECONNECTING or healths[band].silent > HALF_SECONDS:
            return _of(band, self._halves[band].late(timeout))
        return CameraTimeout(
            f"Pair of cameras: frames came from both, none within "
            f"{self._settings.tolerance:g} s of one of the other.",
            remedy="set the delay of the one that comes later, or a greater tolerance.",
        )


def _of(band: Band, error: CaptureError) -> CaptureError:
    """The error of one camera, as the pair's."""
    return type(error)(f"Pair of cameras, {band}: {error.message}", remedy=error.remedy)
