"""The camera: a recording, played at the speed at which it was taken."""

from __future__ import annotations

import threading
from pathlib import Path
from time import monotonic

import attrs
import numpy as np
from numpy.typing import NDArray
from thenar.errors import CameraTimeout, CameraUnavailable
from thenar.records import Band, Frame, FrameSet


@attrs.frozen
class AcmePlugSettings:
    """The table ``[camera.acme-plug]``.

    Attributes:
        file: NumPy file of uint8, frames × H × W, or frames × H × W × 3 in RGB order.
        fps: frames a second at which it is played.
        near_infrared: True where frames without colour were taken in near infrared.
    """

    file: Path
    fps: float = attrs.field(default=30.0, validator=attrs.validators.gt(0))
    near_infrared: bool = False


class AcmePlugCamera:
    """A camera that can be opened, as often as one likes."""

    def __init__(self, settings: AcmePlugSettings) -> None:
        self._settings = settings

    def open(self) -> Recording:
        """Start playing. Raises CameraUnavailable: there is no recording in the file."""
        file = self._settings.file
        try:
            frames = np.load(file, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise CameraUnavailable(
                f"{file}: expected a NumPy file of frames; {type(error).__name__}.",
                remedy="check the file in the settings.",
            ) from error
        colour = frames.ndim == 4 and frames.shape[3] == 3
        if frames.dtype != np.uint8 or not (colour or frames.ndim == 3) or not frames.size:
            raise CameraUnavailable(
                f"{file}: expected uint8 frames × H × W (× 3), got {frames.dtype} {frames.shape}.",
                remedy="record it anew.",
            )
        band = Band.RGB if colour else Band.NIR if self._settings.near_infrared else Band.GREY
        return Recording(frames, band, self._settings.fps)


class Recording:
    """An open camera.

    Args:
        frames: uint8, frames × H × W (× 3).
        band: the light they were taken in.
        fps: frames a second.
    """

    def __init__(self, frames: NDArray[np.uint8], band: Band, fps: float) -> None:
        self._frames = frames
        self._band = band
        self._fps = fps
        self._started = monotonic()
        self._last = -1
        self._closed = threading.Event()

    def read(self, timeout: float) -> FrameSet:
        """The latest frame not yet read.

        Raises:
            CameraTimeout: no new frame came in time.
            CameraUnavailable: the recording has ended, or is closed.
        """
        number = max(self._last + 1, int((monotonic() - self._started) * self._fps))
        waits = self._started + number / self._fps - monotonic()
        if self._closed.wait(max(0.0, min(waits, timeout))):
            raise CameraUnavailable("The camera is closed.", remedy="open it again.")
        if number >= len(self._frames):
            raise CameraUnavailable("The recording has ended.", remedy="open it again.")
        if waits > timeout:
            raise CameraTimeout(f"Expected a frame within {timeout:g} s, none came.")
        self._last = number
        pixels = self._frames[number].copy()
        return FrameSet([Frame(pixels, self._band, time=number / self._fps, number=number)])

    def close(self) -> None:
        """Stop playing; closing twice is allowed."""
        self._closed.set()
