"""Several captures of one palm become one: noise averages out, and what wavers shows.

The other captures are laid over the best one by an affine map, found by maximising
the enhanced correlation coefficient (Evangelidis and Psarakis, "Parametric image
alignment using enhanced correlation coefficient maximization", TPAMI 2008), coarse
to fine. A capture that cannot be laid over it is left out. Filters are linear, so
the mean of the reliefs answers to them as the mean of their answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import attrs
import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from thenar.parameters import SIGNATURE
from thenar.records import CROP_SIDE


@attrs.frozen(eq=False)
class Sighting:
    """One capture: reliefs of its aspects, and where they can be trusted.

    Attributes:
        reliefs: float32 (aspects, 128, 128).
        mask: bool (128, 128).
    """

    reliefs: NDArray[np.float32]
    mask: NDArray[np.bool_]


def laid_over(best: Sighting, others: Sequence[Sighting]) -> list[Sighting]:
    """The best capture, and those others that could be laid over it."""
    found = [best]
    for other in others:
        turn = _laid(best, other)
        if turn is not None:
            found.append(_moved(other, turn))
    return found


def mean(sightings: Sequence[Sighting]) -> Sighting:
    """Of captures that lie over each other; trusted wherever one of them is."""
    if len(sightings) == 1:
        return sightings[0]
    weights = np.stack([sighting.mask for sighting in sightings]).astype(np.float32)
    seen = weights.sum(axis=0)
    reliefs = np.stack([sighting.reliefs for sighting in sightings])
    total = (reliefs * weights[:, None]).sum(axis=0)
    return Sighting(total / np.maximum(seen, 1), seen > 0)


def _laid(still: Sighting, moving: Sighting) -> MatLike | None:
    """The affine map from one capture to another; None where they do not fit."""
    both = (still.mask & moving.mask).astype(np.uint8)
    turn: MatLike = np.eye(2, 3, dtype=np.float32)
    images = still.reliefs[0], moving.reliefs[0]
    fit = 0.0
    steps = (cv2.MOTION_EUCLIDEAN, cv2.MOTION_AFFINE)
    stop = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, SIGNATURE.laying_rounds, 1e-4)
    for motion, sigma in zip(steps, SIGNATURE.laying_sigmas, strict=True):
        one, other = (cv2.GaussianBlur(image, (0, 0), sigma) for image in images)
        try:
            fit, turn = cv2.findTransformECC(one, other, turn, motion, stop, both, 5)
        except cv2.error:  # it says so when the images have nothing in common
            return None
    return turn if fit >= SIGNATURE.laying_fit else None


def _moved(sighting: Sighting, turn: MatLike) -> Sighting:
    side = (CROP_SIDE, CROP_SIDE)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    reliefs = np.stack([cv2.warpAffine(each, turn, side, flags=flags) for each in sighting.reliefs])
    seen = cv2.warpAffine(sighting.mask.astype(np.float32), turn, side, flags=flags)
    return Sighting(cast("NDArray[np.float32]", reliefs), np.asarray(seen > 0.99))
