"""Which parts of a palm come out the same in every capture.

A bit that flips between captures of one palm tells nobody from anybody (Hollingsworth,
Bowyer and Flynn, "The best bits in an iris code", TPAMI 2009). Cells whose bits flip
most are left out of the reference; the rest are the palm's most distinct parts.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SIGNATURE

_BITS = 8


def steady(
    plane: NDArray[np.uint8], planes: Iterable[NDArray[np.uint8]], masks: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Where the palm is steady.

    Args:
        plane: uint8 128×128, the code of the captures' mean.
        planes: of each capture, laid over each other; made only where they are needed.
        masks: bool (captures, 128, 128), where each is trusted.

    Returns:
        bool 128×128; True everywhere for fewer captures than can tell.
    """
    if len(masks) < SIGNATURE.reliable_from:
        return np.ones(plane.shape, np.bool_)
    flips = np.bitwise_count(np.stack(list(planes)) ^ plane) * masks
    share = flips.sum(axis=0) / np.maximum(_BITS * masks.sum(axis=0), 1)
    return np.asarray(share <= np.quantile(share, 1 - SIGNATURE.unreliable))
