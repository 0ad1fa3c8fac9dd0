"""The neurophysiological Gabor filter that the competitive codes share."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def bank(size: int, frequency: float, kappa: float, directions: int) -> list[NDArray[np.float32]]:
    """Real parts, without a mean (Kong and Zhang, "Competitive coding scheme for palmprint
    verification", ICPR 2004, equation 1).

    Args:
        size: side of a filter, odd, pixels.
        frequency: radial, radians a pixel.
        kappa: √(2 ln 2) (2^δ + 1) ∕ (2^δ − 1) for a half-amplitude bandwidth of δ octaves.
        directions: how many, evenly over 180°.
    """
    half = size // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    filters = []
    for number in range(directions):
        angle = np.pi * number / directions
        across = x * np.cos(angle) + y * np.sin(angle)
        along = -x * np.sin(angle) + y * np.cos(angle)
        envelope = np.exp(-(frequency**2) / (8 * kappa**2) * (4 * across**2 + along**2))
        wave = np.cos(frequency * across)
        # The mean is taken out under the envelope, so that a cut-off filter has none either.
        filters.append(envelope * (wave - (envelope * wave).sum() / envelope.sum()))
    return [(f / np.abs(f).sum()).astype(np.float32) for f in filters]


def responses(grey: NDArray[np.float32], filters: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """(filters, H, W); a dark line across which a filter lies gives a negative response."""
    return np.stack(
        [cv2.filter2D(grey, cv2.CV_32F, f, borderType=cv2.BORDER_REFLECT) for f in filters]
    )
