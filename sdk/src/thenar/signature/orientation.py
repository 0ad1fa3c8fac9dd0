"""Which way the skin's lines run, at two scales: one byte a pixel.

The filters are the even neuro-Gabor functions of Kong and Zhang, "Competitive
coding scheme for palmprint verification" (ICPR 2004). A bit says whether the
skin is dark along that direction. The low four bits are fine texture, the high
four are lines.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SIGNATURE


def code(relief: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The sign of each filter at each pixel.

    Args:
        relief: float32 H×W, from :func:`thenar.signature.light.relief`.

    Returns:
        uint8 H×W; bit k is texture direction k, bit 4 + k line direction k,
        at k · 45° from horizontal.
    """
    pool = (SIGNATURE.pooling, SIGNATURE.pooling)
    smooth = cv2.blur(relief, pool)  # blurring commutes with filtering: once, not per filter
    out = np.zeros(relief.shape, np.uint8)
    for bit, kernel in enumerate(bank()):
        response = cv2.filter2D(smooth, cv2.CV_32F, kernel, borderType=cv2.BORDER_REFLECT_101)
        out |= (response < 0).astype(np.uint8) << np.uint8(bit)
    return out


@cache
def bank() -> tuple[NDArray[np.float32], ...]:
    """The eight filters, texture first; each of zero mean."""
    scales = (
        (SIGNATURE.texture_frequency, SIGNATURE.texture_size),
        (SIGNATURE.line_frequency, SIGNATURE.line_size),
    )
    return tuple(
        neuro_gabor(frequency, size, np.pi * k / SIGNATURE.orientations)
        for frequency, size in scales
        for k in range(SIGNATURE.orientations)
    )


def neuro_gabor(frequency: float, size: int, angle: float) -> NDArray[np.float32]:
    """One even filter.

    Args:
        frequency: ω, radians a pixel.
        size: side of the kernel, odd.
        angle: of the wave's normal, radians.

    Returns:
        float32 size×size, zero mean, absolute sum 1.
    """
    half = size // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    across = x * np.cos(angle) + y * np.sin(angle)
    along = -x * np.sin(angle) + y * np.cos(angle)
    kappa = SIGNATURE.bandwidth
    envelope = np.exp(-(frequency**2) / (8 * kappa**2) * (4 * across**2 + along**2))
    kernel = envelope * (np.cos(frequency * across) - np.exp(-(kappa**2) / 2))
    kernel -= kernel.mean()
    scaled: NDArray[np.float32] = (kernel / np.abs(kernel).sum()).astype(np.float32)
    return scaled
