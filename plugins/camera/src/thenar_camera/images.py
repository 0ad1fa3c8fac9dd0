"""A folder of images, shown one after another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs
import cv2
import numpy as np

from thenar.errors import CameraUnavailable
from thenar.records import Band
from thenar_camera.bands import as_band
from thenar_camera.grabber import Taken
from thenar_camera.latest import LatestFrames
from thenar_camera.pace import Pace

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".pgm", ".ppm", ".webp"})


@attrs.frozen
class ImagesSettings:
    """Settings of a folder of images.

    Attributes:
        path: of the folder. Images are shown in the order of their names. Names that
            differ only in a last ``-rgb``, ``-grey`` or ``-nir`` are bands of one moment.
        band: the light of images whose names do not say.
        fps: images a second.
        every: hand out every image in turn, however slowly they are read.
    """

    path: str = attrs.field(validator=attrs.validators.min_len(1))
    band: Band = attrs.field(default=Band.RGB, converter=Band)
    fps: float = attrs.field(default=30.0, validator=attrs.validators.gt(0))
    every: bool = False


class ImagesCamera:
    """A folder of images; the last image is the end of the camera."""

    def __init__(self, settings: ImagesSettings) -> None:
        self._settings = settings

    def open(self) -> LatestFrames:
        """Start showing.

        Raises:
            CameraUnavailable: no such folder, or no images in it.
        """
        settings, name = self._settings, f"Images in {self._settings.path}"
        return LatestFrames(lambda: _Folder(settings, name), name, every=settings.every).open()


class _Folder:
    """The moments of a folder, in order."""

    def __init__(self, settings: ImagesSettings, name: str) -> None:
        folder = Path(settings.path)
        if not folder.is_dir():
            raise CameraUnavailable(f"{name}: there is no such folder.", remedy="mend the path.")
        moments = _moments(folder, settings.band)
        if not moments:
            kinds = " ".join(sorted(_SUFFIXES))
            raise CameraUnavailable(
                f"{name}: expected images, found none.", remedy=f"put images there ({kinds})."
            )
        self._moments = iter(moments)
        self._pace = Pace(0 if settings.every else settings.fps)

    def grab(self) -> Taken | None:
        """The next moment's images; None after the last."""
        moment = next(self._moments, None)
        if moment is None:
            return None
        images = {}
        for band, path in moment.items():
            image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
            if image is None or image.dtype != np.uint8:
                raise CameraUnavailable(
                    f"{path}: expected an image of 8 bits a channel, got something else.",
                    remedy="convert it, or take it away.",
                )
            images[band] = as_band(image, band)  # type: ignore[arg-type]
        self._pace.wait()
        return Taken(images)

    def release(self) -> None:
        """Nothing to release."""


def _moments(folder: Path, unnamed: Band) -> list[Mapping[Band, Path]]:
    moments: dict[str, dict[Band, Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in _SUFFIXES:
            continue
        stem, _, last = path.stem.rpartition("-")
        if stem and last in tuple(Band):
            moments.setdefault(stem, {})[Band(last)] = path
        else:
            moments.setdefault(path.stem, {})[unnamed] = path
    return list(moments.values())
