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
from thenar.signature.fusing import Sighting, laid_over, mean
from thenar.signature.light import relief
from thenar.signature.orientation import code
from thenar.signature.profiles import PROFILES
from thenar.signature.reliability import steady
from thenar.trace import offer

PRINT = "print"
VEIN = "vein"


class BlockCode:
    """Line orientations at two scales, on cells grouped in four blocks.

    A crop with visible light has the aspect ``print``; one with near infrared
    the aspect ``vein``; one with both has both. Several captures of one palm are
    laid over each other and become one signature or probe.
    """

    algorithm = "blocks"
    version = 1

    def __init__(self, profile: str = "balanced") -> None:
        """A maker for one use; references of all profiles are alike.

        Args:
            profile: ``fast``, ``balanced`` or ``strict``: how much a probe tries.

        Raises:
            SignatureError: there is no such profile.
        """
        if profile not in PROFILES:
            raise SignatureError(
                f"Expected a profile of {', '.join(PROFILES)}, got {profile!r}.",
                remedy="name one of these",
            )
        self.profile = PROFILES[profile]

    def make(self, crops: Sequence[PalmCrop]) -> Signature:
        """One signature of one palm, from all captures that lie over the best one.

        Raises:
            SignatureError: no crop has enough trusted skin.
        """
        names, best, laid = self._laid(crops)
        whole = mean(laid)
        masks = np.stack([sighting.mask for sighting in laid])
        packed = []
        for aspect, relieved in enumerate(whole.reliefs):
            plane = code(relieved)
            each = (code(sighting.reliefs[aspect]) for sighting in laid)
            packed.append(pack(plane, whole.mask & steady(plane, each, masks)))
        bits, mask = (np.stack(part) for part in zip(*packed, strict=True))
        return Signature(self.algorithm, self.version, names, bits, mask, best.hand, best.quality)

    def probe(self, crops: Sequence[PalmCrop]) -> Probe:
        """One palm, turned by several small angles, ready to be compared.

        Raises:
            SignatureError: no crop has enough trusted skin.
        """
        names, best, laid = self._laid(crops)
        poses = list(_poses(mean(laid), self.profile.poses))
        hands = {crop.hand for crop in crops} - {Hand.UNKNOWN}
        return Probe(
            self.algorithm,
            self.version,
            names,
            np.stack([planes for planes, _ in poses]),
            np.stack([mask for _, mask in poses]),
            hands.pop() if len(hands) == 1 else Hand.UNKNOWN,
            best.quality,
            poses=self.profile.poses,
        )

    def _laid(self, crops: Sequence[PalmCrop]) -> tuple[tuple[str, ...], PalmCrop, list[Sighting]]:
        """Names of the aspects, the best capture, and all captures laid over it."""
        usable = sorted(_usable(crops, self.profile.least_skin), key=lambda crop: -crop.quality)
        best = usable[0]
        names = tuple(_aspects(best))
        alike = [crop for crop in usable if tuple(_aspects(crop)) == names]
        first, *others = map(_sighting, alike[: SIGNATURE.most_captures])
        return names, best, laid_over(first, others)


def _usable(crops: Sequence[PalmCrop], least_skin: float) -> list[PalmCrop]:
    usable = [crop for crop in crops if crop.mask.mean() >= least_skin]
    if not usable:
        shares = ", ".join(f"{crop.mask.mean():.0%}" for crop in crops) or "no crop"
        raise SignatureError(
            f"Expected a crop with at least {least_skin:.0%} of trusted skin, got {shares}.",
            remedy="capture the palm again, whole and evenly lit",
        )
    return usable


def _aspects(crop: PalmCrop) -> dict[str, NDArray[np.uint8]]:
    """Each aspect that the crop shows, with the picture it is read from."""
    read_from = {PRINT: (Band.RGB, Band.GREY), VEIN: (Band.NIR,)}
    shown = {name: [b for b in bands if b in crop.bands] for name, bands in read_from.items()}
    return {name: crop.bands[bands[0]] for name, bands in shown.items() if bands}


def _grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colour to grey; green carries most of it, where skin's lines are strongest."""
    if pixels.ndim == 2:
        return pixels
    return cast("NDArray[np.uint8]", cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))


def _sighting(crop: PalmCrop) -> Sighting:
    reliefs = [relief(_grey(pixels), crop.mask) for pixels in _aspects(crop).values()]
    return Sighting(np.stack(reliefs), crop.mask)


def _poses(
    palm: Sighting, poses: Sequence[tuple[float, float]]
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.bool_]]]:
    """Planes (aspects × 128 × 128) and mask (128 × 128) at each pose."""
    middle = (CROP_SIDE - 1) / 2
    for angle, zoom in poses:
        turn = cv2.getRotationMatrix2D((middle, middle), angle, zoom)
        planes = np.stack([code(_turned(image, turn)) for image in palm.reliefs])
        seen = _turned(palm.mask.astype(np.float32), turn) > 0.99
        offer(f"signature.planes.{angle:g}.{zoom:g}", planes)
        yield planes, seen


def _turned(image: NDArray[np.float32], turn: MatLike) -> NDArray[np.float32]:
    side = (CROP_SIDE, CROP_SIDE)
    return cast("NDArray[np.float32]", cv2.warpAffine(image, turn, side, flags=cv2.INTER_LINEAR))
