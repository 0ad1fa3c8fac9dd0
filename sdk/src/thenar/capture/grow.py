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

from thenar.capture.hand import Point, inside, largest_disc
from thenar.capture.segment import largest
from thenar.parameters import CAPTURE
from thenar.records import Band


def regrown(
    small: MatLike, band: Band, starts: list[MatLike], roomy: list[MatLike]
) -> Iterator[MatLike]:
    """Silhouettes grown from starts, from palms, and from the colours that skin can have.

    Args:
        small: uint8 H×W or H×W×3 RGB, as for :func:`thenar.capture.segment.guesses`.
        band: the light it was taken in.
        starts: masks (uint8, 0 or 255) worth growing.
        roomy: masks whose largest inscribed discs may be palms.
    """
    if band is Band.RGB:
        starts = [*starts, skin_coloured(small)]
    image = small if small.ndim == 3 else cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    for centre, radius in _discs(roomy):
        yield _grown_from_palm(image, centre, radius)
    for start in starts:
        share = np.count_nonzero(start) / start.size
        if CAPTURE.smallest_hand < share < CAPTURE.largest_hand:
            yield _grown(image, start)


def _discs(masks: list[MatLike]) -> list[tuple[Point, float]]:
    """The largest disc inside each mask, unless one like it was there before."""
    found: list[tuple[Point, float]] = []
    for mask in masks:
        place, radius = largest_disc(inside(mask))
        centre = np.array(place, np.float64)
        if all(np.hypot(*(centre - other)) > 0.5 * size for other, size in found):
            found.append((centre, radius))
    return found[: CAPTURE.seeds]


def _grown_from_palm(image: MatLike, centre: Point, radius: float) -> MatLike:
    """A hand whose palm is a disc: its colours are the disc's, and it ends where fingers do."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    away = np.hypot(x - centre[0], y - centre[1]) / radius
    lab = cv2.cvtColor(cv2.GaussianBlur(image, (0, 0), 1.0), cv2.COLOR_RGB2LAB).astype(np.float32)
    tones = lab[away < CAPTURE.palm_core]
    spread = np.cov(tones.T) + np.eye(3) * CAPTURE.tone_noise**2
    off = lab - tones.mean(axis=0)
    squared = np.einsum("hwi,ij,hwj->hw", off, np.linalg.inv(spread), off, optimize=True)
    near = (squared < CAPTURE.palm_tones**2) & (away < CAPTURE.reach_over_radius)
    state = np.where(near, np.uint8(cv2.GC_PR_FGD), np.uint8(cv2.GC_PR_BGD))
    state[away < CAPTURE.palm_core] = cv2.GC_FGD
    state[(away > CAPTURE.reach_over_radius) & (squared > CAPTURE.palm_tones**2)] = cv2.GC_BGD
    grown = _cut(image, state)
    grown[away > CAPTURE.reach_over_radius] = 0
    return largest(grown)


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
    return largest(_cut(image, state))


def _cut(image: MatLike, state: MatLike) -> MatLike:
    """Grow what is marked; where nothing or all of it may be hand, it stays as it is."""
    hand = (state == cv2.GC_FGD) | (state == cv2.GC_PR_FGD)
    if hand.all() or not hand.any():
        return np.where(hand, np.uint8(255), np.uint8(0))
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)  # its clustering is random; the same frame must give the same hand
    cv2.grabCut(image, state, (0, 0, 1, 1), *models, CAPTURE.grow_rounds, cv2.GC_INIT_WITH_MASK)
    inside = (state == cv2.GC_FGD) | (state == cv2.GC_PR_FGD)
    return np.where(inside, np.uint8(255), np.uint8(0))
