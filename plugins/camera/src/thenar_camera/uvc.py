"""USB cameras (UVC) through OpenCV."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path

import attrs
import cv2

from thenar.errors import CameraUnavailable, InvalidRecord
from thenar.records import Band
from thenar_camera.bands import as_band
from thenar_camera.grabber import Taken
from thenar_camera.latest import LatestFrames

DEVICES = Path("/dev")
"""Where Linux has its cameras."""


@attrs.frozen
class UvcSettings:
    """Settings of a USB camera.

    Attributes:
        index: number of the camera as the system counts them, from 0.
        width: asked-for width in pixels; the camera may choose another.
        height: asked-for height in pixels.
        fps: asked-for frames a second.
        band: the light it sees: rgb, grey or nir.
        exposure: microseconds; none: as the camera has it.
        automatic: let the camera choose the exposure.
    """

    index: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    width: int = attrs.field(default=640, validator=attrs.validators.gt(0))
    height: int = attrs.field(default=480, validator=attrs.validators.gt(0))
    fps: float = attrs.field(default=30.0, validator=attrs.validators.gt(0))
    band: Band = attrs.field(default=Band.RGB, converter=Band)
    exposure: float | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.gt(0))
    )
    automatic: bool = False

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord where the exposure is both set and left to the camera."""
        if self.automatic and self.exposure is not None:
            raise InvalidRecord("exposure: expected microseconds or automatic, got both.")


class UvcCamera:
    """A USB camera, by its number."""

    def __init__(self, settings: UvcSettings) -> None:
        self._settings = settings

    def open(self) -> LatestFrames:
        """Start taking frames.

        Raises:
            CameraUnavailable: no such camera, no permission, in use, or it does not take
                the exposure.
        """
        return self.source().open()

    def source(self) -> LatestFrames:
        """What :meth:`open` opens."""
        name = f"USB camera {self._settings.index}"
        return LatestFrames(lambda: _Capture(self._settings, name), name, returns=True)


class _Capture:
    """An open ``cv2.VideoCapture``."""

    def __init__(self, settings: UvcSettings, name: str) -> None:
        self._name = name
        self._band = settings.band
        if sys.platform == "linux":
            _check_device(DEVICES / f"video{settings.index}", name)
        self._capture = cv2.VideoCapture(settings.index)
        if not self._capture.isOpened():
            raise CameraUnavailable(
                f"{name}: it is there, but does not open.",
                remedy="close other programs that use it, and allow this one to use cameras.",
            )
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, settings.width)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, settings.height)
        self._capture.set(cv2.CAP_PROP_FPS, settings.fps)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        try:
            self._expose(settings)
            self._check_picture()
        except CameraUnavailable:
            self.release()
            raise

    def grab(self) -> Taken:
        """The next image; blocks until the camera gives one."""
        taken, image = self._capture.read()
        if not taken:
            raise CameraUnavailable(f"{self._name}: it is gone.", remedy="plug it in again.")
        return Taken({self._band: as_band(image, self._band)})  # type: ignore[arg-type]

    def release(self) -> None:
        """Let go of the camera."""
        self._capture.release()

    def _expose(self, settings: UvcSettings) -> None:
        """Set the exposure; Linux counts it in 100 µs, and the others in powers of two of 1 s."""
        if settings.exposure is None and not settings.automatic:
            return
        by_hand, by_itself = (1, 3) if sys.platform == "linux" else (0.25, 0.75)
        mode = by_itself if settings.automatic else by_hand
        taken = self._capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, mode)
        if settings.exposure is not None:
            seconds = settings.exposure / 1e6
            value = 1e4 * seconds if sys.platform == "linux" else math.log2(seconds)
            taken = self._capture.set(cv2.CAP_PROP_EXPOSURE, value) and taken
        if not taken:
            raise CameraUnavailable(
                f"{self._name}: expected to set its exposure, it does not take it.",
                remedy="remove exposure and automatic from its settings.",
            )

    def _check_picture(self) -> None:
        if not self._capture.read()[0]:
            raise CameraUnavailable(
                f"{self._name}: it opens, but gives no picture.",
                remedy="close other programs that use it, or set another width, height or fps.",
            )


def _check_device(device: Path, name: str) -> None:
    if not device.exists():
        there = ", ".join(sorted(str(path) for path in device.parent.glob("video*"))) or "none"
        raise CameraUnavailable(
            f"{name}: expected {device}, there is no such camera; there are: {there}.",
            remedy="plug the camera in, or set another index.",
        )
    if not os.access(device, os.R_OK | os.W_OK):
        raise CameraUnavailable(
            f"{name}: no permission to use {device}.",
            remedy="add this user to the group that owns it, commonly 'video'.",
        )
