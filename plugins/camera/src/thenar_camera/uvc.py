"""USB cameras (UVC) through OpenCV."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import attrs
import cv2

from thenar.errors import CameraUnavailable
from thenar.records import Band
from thenar_camera.bands import as_band
from thenar_camera.latest import Images, LatestFrames


@attrs.frozen
class UvcSettings:
    """Settings of a USB camera.

    Attributes:
        index: number of the camera as the system counts them, from 0.
        width: asked-for width in pixels; the camera may choose another.
        height: asked-for height in pixels.
        fps: asked-for frames a second.
        band: the light it sees: rgb, grey or nir.
    """

    index: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    width: int = attrs.field(default=640, validator=attrs.validators.gt(0))
    height: int = attrs.field(default=480, validator=attrs.validators.gt(0))
    fps: float = attrs.field(default=30.0, validator=attrs.validators.gt(0))
    band: Band = attrs.field(default=Band.RGB, converter=Band)


class UvcCamera:
    """A USB camera, by its number."""

    def __init__(self, settings: UvcSettings) -> None:
        self._settings = settings

    def open(self) -> LatestFrames:
        """Start taking frames.

        Raises:
            CameraUnavailable: no such camera, no permission, or in use.
        """
        name = f"USB camera {self._settings.index}"
        return LatestFrames(lambda: _Capture(self._settings, name), name).open()


class _Capture:
    """An open ``cv2.VideoCapture``."""

    def __init__(self, settings: UvcSettings, name: str) -> None:
        self._name = name
        self._band = settings.band
        if sys.platform == "linux":
            _check_device(Path(f"/dev/video{settings.index}"), name)
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

    def grab(self) -> Images:
        """The next image; blocks until the camera gives one."""
        taken, image = self._capture.read()
        if not taken:
            raise CameraUnavailable(f"{self._name}: it is gone.", remedy="plug it in again.")
        return {self._band: as_band(image, self._band)}  # type: ignore[arg-type]

    def release(self) -> None:
        """Let go of the camera."""
        self._capture.release()


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
