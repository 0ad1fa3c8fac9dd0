"""The block code: Thenar's own signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from thenar.errors import SignatureError
from thenar.parameters import SIGNATURE
from thenar.records import CROP_SIDE, Band, Hand, PalmCrop, Probe, Signature
from thenar.signature.cells import pack
from thenar.signature.light import relief
from thenar.signature.orientation import code
from thenar.trace import offer

PRINT = "print"
VEIN = "vein"


class BlockCode:
    """Line orientations at two scales, on cells grouped in four blocks.

    A crop with visible light has the aspect ``print``; one with near infrared
    the aspect ``vein``; one with both has both.
    """

    algorithm = "blocks"
    version = 1

    def make(self, crops: Sequence[PalmCrop]) -> Signature:
        """One signature of one palm, from its best capture.

        Raises:
            SignatureError: no crop has enough trusted skin.
        """
        crop = max(_usable(crops), key=lambda crop: crop.quality)
        aspects = dict(_aspects(crop))
        packed = [pack(code(relief(grey, crop.mask)), crop.mask) for grey in aspects.values()]
        bits, mask = (np.stack(part) for part in zip(*packed, strict=True))
        return Signature(
            self.algorithm, self.version, tuple(aspects), bits, mask, crop.hand, crop.quality
        )

    def probe(self, crops: Sequence[PalmCrop]) -> Probe:
        """One palm, turned by several small angles, ready to be compared.

        Raises:
            SignatureError: no crop has enough trusted skin.
        """
        usable = _usable(crops)
        names = tuple(dict(_aspects(usable[0])))
        usable = [crop for crop in usable if tuple(dict(_aspects(crop))) == names]
        poses = [pose for crop in usable for pose in _poses(crop)]
        best = max(usable, key=lambda crop: crop.quality)
        hands = {crop.hand for crop in usable}
        return Probe(
            self.algorithm,
            self.version,
            names,
            np.stack([planes for planes, _ in poses]),
            np.stack([mask for _, mask in poses]),
            hands.pop() if len(hands) == 1 else Hand.UNKNOWN,
            best.quality,
        )


def _usable(crops: Sequence[PalmCrop]) -> list[PalmCrop]:
    usable = [crop for crop in crops if crop.mask.mean() >= SIGNATURE.least_skin]
    if not usable:
        shares = ", ".join(f"{crop.mask.mean():.0%}" for crop in crops) or "no crop"
        raise SignatureError(
            f"Expected a crop with at least {SIGNATURE.least_skin:.0%} of trusted skin, "
            f"got {shares}.",
            remedy="capture the palm again, whole and evenly lit",
        )
    return usable


def _aspects(crop: PalmCrop) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Each aspect that the crop shows, with the grey image it is read from."""
    for band in (Band.RGB, Band.GREY):
        if band in crop.bands:
            yield PRINT, _grey(crop.bands[band])
            break
    if Band.NIR in crop.bands:
        yield VEIN, crop.bands[Band.NIR]


def _grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colour to grey; green carries most of it, where skin's lines are strongest."""
    if pixels.ndim == 2:
        return pixels
    return cast("NDArray[np.uint8]", cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))


def _poses(crop: PalmCrop) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.bool_]]]:
    """Planes (aspects × 128 × 128) and mask (128 × 128) at each of the probe's poses."""
    middle = (CROP_SIDE - 1) / 2
    reliefs = [relief(grey, crop.mask) for _, grey in _aspects(crop)]
    for angle, zoom in SIGNATURE.probe_poses:
        turn = cv2.getRotationMatrix2D((middle, middle), angle, zoom)
        planes = np.stack([code(_turned(image, turn)) for image in reliefs])
        seen = _turned(crop.mask.astype(np.float32), turn) > 0.99
        offer(f"signature.planes.{angle:g}.{zoom:g}", planes)
        yield planes, seen


def _turned(image: NDArray[np.float32], turn: MatLike) -> NDArray[np.float32]:
    side = (CROP_SIDE, CROP_SIDE)
    return cast("NDArray[np.float32]", cv2.warpAffine(image, turn, side, flags=cv2.INTER_LINEAR))
