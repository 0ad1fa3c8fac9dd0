"""Guess the hand by its colour: the commonest skin tone near the middle of the picture.

A fixed range for skin fits nobody well. Within a generous one, the customer's own
tone is the peak of the chroma histogram; the hand is what is near that peak.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from thenar.parameters import CAPTURE

_LOW = np.array([0, 130, 70])
_HIGH = np.array([255, 185, 132])
"""Y, Cr, Cb: the range of Chai and Ngan (1999), widened for warm and cold light."""


def within_range(chroma: MatLike) -> NDArray[np.bool_]:
    """Where a picture in Y, Cr and Cb may be skin."""
    return cv2.inRange(chroma, _LOW, _HIGH) > 0


def likeness(image: MatLike) -> Iterator[MatLike]:
    """How like the commonest skin tone each pixel is, uint8; nothing where there is no skin.

    Args:
        image: uint8 H×W×3 RGB, blurred.
    """
    chroma = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    skin = within_range(chroma)
    if skin.mean() < CAPTURE.smallest_hand:
        return
    planes = chroma[..., 1:].astype(np.float32)
    weight = np.where(skin, _central(skin.shape), 0.0)
    peak = _peak(planes, weight)
    near = skin & (np.abs(planes - peak).max(axis=2) < CAPTURE.tone_window)
    tones = planes[near]
    if len(tones) < 16:
        return
    spread = np.cov(tones.T) + np.eye(2) * CAPTURE.tone_noise**2
    off = planes - tones.mean(axis=0)
    squared = np.einsum("hwi,ij,hwj->hw", off, np.linalg.inv(spread), off, optimize=True)
    yield (255 * np.exp(-squared / (2 * CAPTURE.tone_reach**2))).astype(np.uint8)


def _central(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """1 in the middle of the picture, falling to about 0.1 in its corners."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    falling: NDArray[np.float64] = np.exp(-(x * x + y * y))
    return falling


def _peak(planes: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.float32]:
    counts, *_ = np.histogram2d(
        planes[..., 0].ravel(),
        planes[..., 1].ravel(),
        bins=(_HIGH - _LOW)[1:],
        range=list(zip(_LOW[1:], _HIGH[1:], strict=True)),
        weights=weight.ravel(),
    )
    smooth = cv2.GaussianBlur(counts, (0, 0), CAPTURE.tone_noise)
    place = np.array(np.unravel_index(smooth.argmax(), smooth.shape)) + _LOW[1:]
    return np.asarray(place, np.float32)
