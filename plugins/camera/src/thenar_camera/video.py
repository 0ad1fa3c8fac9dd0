"""A video file, played as if it were a camera."""

from __future__ import annotations

from pathlib import Path

import attrs
import cv2

from thenar.errors import CameraUnavailable
from thenar.records import Band
from thenar_camera.bands import as_band
from thenar_camera.grabber import Taken
from thenar_camera.latest import LatestFrames
from thenar_camera.pace import Pace


@attrs.frozen
class VideoSettings:
    """Settings of a video file.

    Attributes:
        path: of the file, in any format that OpenCV reads.
        band: the light it was taken in: rgb, grey or nir.
        every: hand out every frame in turn, however slowly they are read; otherwise
            the file plays at its own speed and frames are dropped as a camera's are.
    """

    path: str = attrs.field(validator=attrs.validators.min_len(1))
    band: Band = attrs.field(default=Band.RGB, converter=Band)
    every: bool = False


class VideoCamera:
    """A video file; its end is the end of the camera."""

    def __init__(self, settings: VideoSettings) -> None:
        self._settings = settings

    def open(self) -> LatestFrames:
        """Start playing.

        Raises:
            CameraUnavailable: no such file, or not a video.
        """
        return self.source().open()

    def source(self) -> LatestFrames:
        """What :meth:`open` opens."""
        settings, name = self._settings, f"Video {self._settings.path}"
        return LatestFrames(lambda: _Player(settings, name), name, every=settings.every)


class _Player:
    """An open video file."""

    def __init__(self, settings: VideoSettings, name: str) -> None:
        if not Path(settings.path).is_file():
            raise CameraUnavailable(f"{name}: there is no such file.", remedy="mend the path.")
        self._capture = cv2.VideoCapture(settings.path, cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            raise CameraUnavailable(
                f"{name}: expected a video file, got something else.",
                remedy="convert it to a format that OpenCV reads, such as MP4 or AVI.",
            )
        self._band = settings.band
        self._pace = Pace(0 if settings.every else self._capture.get(cv2.CAP_PROP_FPS) or 30.0)

    def grab(self) -> Taken | None:
        """The next frame at its time; None at the end."""
        taken, image = self._capture.read()
        if not taken:
            return None
        self._pace.wait()
        return Taken({self._band: as_band(image, self._band)})  # type: ignore[arg-type]

    def release(self) -> None:
        """Close the file."""
        self._capture.release()
