"""Grow a doubtful silhouette into a good one, where no threshold finds the hand.

Cluttered backgrounds share colours with skin. GrabCut (Rother, Kolmogorov and
Blake 2004) learns both from a first guess and cuts where the picture has edges.
It is slow, so it is asked last.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from cv2.typing import MatLike

from thenar.capture.segment import largest
from thenar.parameters import CAPTURE
from thenar.records import Band


def regrown(small: MatLike, band: Band, starts: list[MatLike]) -> Iterator[MatLike]:
    """Silhouettes grown from starts, and from the colours that skin can have.

    Args:
        small: uint8 H×W or H×W×3 RGB, as for :func:`thenar.capture.segment.guesses`.
        band: the light it was taken in.
        starts: masks (uint8, 0 or 255) worth growing.
    """
    if band is Band.RGB:
        starts = [*starts, skin_coloured(small)]
    image = small if small.ndim == 3 else cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    for start in starts:
        share = np.count_nonzero(start) / start.size
        if CAPTURE.smallest_hand < share < CAPTURE.largest_hand:
            yield _grown(image, start)


def skin_coloured(small: MatLike) -> MatLike:
    """The largest blob within skin's range of chroma, whatever its lightness.

    The range is that of Chai and Ngan (1999): Cr 133..173, Cb 77..127.
    """
    chroma = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 2.0), cv2.COLOR_RGB2YCrCb)
    return largest(cv2.inRange(chroma, np.array([40, 133, 77]), np.array([255, 178, 127])))


def _grown(image: MatLike, start: MatLike) -> MatLike:
    rim = 2 * round(CAPTURE.grow_rim * max(image.shape) / 2) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (rim, rim))
    state = np.full(start.shape, cv2.GC_PR_BGD, np.uint8)
    state[start > 0] = cv2.GC_PR_FGD
    state[cv2.erode(start, disc, borderValue=0) > 0] = cv2.GC_FGD
    state[cv2.dilate(start, cv2.dilate(disc, disc)) == 0] = cv2.GC_BGD
    if not (state == cv2.GC_FGD).any() or not (state == cv2.GC_BGD).any():
        return start
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)  # its clustering is random; the same frame must give the same hand
    cv2.grabCut(image, state, (0, 0, 1, 1), *models, CAPTURE.grow_rounds, cv2.GC_INIT_WITH_MASK)
    inside = (state == cv2.GC_FGD) | (state == cv2.GC_PR_FGD)
    return largest(np.where(inside, np.uint8(255), np.uint8(0)))
