"""The neurophysiological Gabor filter that the competitive codes share."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE, FREQUENCY, KAPPA = 17, 0.55, 2.78
"""Side (pixels of a 128×128 crop), radial frequency (radians a pixel) and √(2 ln 2)
(2^δ + 1) ∕ (2^δ − 1) for a half-amplitude bandwidth of δ octaves.

Chosen in the rivals' favour on the Tongji development set: sides of 17, 21 and 35,
frequencies of .35, .45 and .55; with 35 and .35, CompCode's FNMR
at an FMR of 1e-4 was three times as high.
"""

DIRECTIONS = 6


def bank() -> list[NDArray[np.float32]]:
    """Real parts, without a mean (Kong and Zhang, "Competitive coding scheme for palmprint
    verification", ICPR 2004, equation 1), evenly over 180°.
    """
    half = SIZE // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    filters = []
    for number in range(DIRECTIONS):
        angle = np.pi * number / DIRECTIONS
        across = x * np.cos(angle) + y * np.sin(angle)
        along = -x * np.sin(angle) + y * np.cos(angle)
        envelope = np.exp(-(FREQUENCY**2) / (8 * KAPPA**2) * (4 * across**2 + along**2))
        wave = np.cos(FREQUENCY * across)
        # The mean is taken out under the envelope, so that a cut-off filter has none either.
        filters.append(envelope * (wave - (envelope * wave).sum() / envelope.sum()))
    return [(f / np.abs(f).sum()).astype(np.float32) for f in filters]


def responses(grey: NDArray[np.float32], filters: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """(filters, H, W); a dark line across which a filter lies gives a negative response."""
    return np.stack(
        [cv2.filter2D(grey, cv2.CV_32F, f, borderType=cv2.BORDER_REFLECT) for f in filters]
    )
