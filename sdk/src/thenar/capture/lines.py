"""How strongly a palm's lines are drawn, which tells it from the back of the hand.

Every palm has flexion creases; the back of the hand has none in the square below
the fingers. The measure is the contrast of dark lines against the skin round them,
by the logarithm of the light, so that neither exposure nor skin tone counts.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import CAPTURE


def line_contrast(grey: NDArray[np.uint8], mask: NDArray[np.bool_]) -> tuple[float, float]:
    """Contrast of the strongest and of the usual dark lines.

    Args:
        grey: uint8 128×128.
        mask: bool 128×128, True where trusted.

    Returns:
        98th and 50th percentile over the skin, in natural logarithms of light;
        0, 0 where there is too little skin.
    """
    half = (mask.shape[1] // 2, mask.shape[0] // 2)
    small = cv2.resize(grey, half, interpolation=cv2.INTER_AREA).astype(np.float32)
    weight: NDArray[np.float32] = np.asarray(
        cv2.resize(mask.astype(np.float32), half, interpolation=cv2.INTER_AREA), np.float32
    )
    inside = cv2.erode(weight, np.ones((5, 5)), borderValue=1) > 0.99
    if np.count_nonzero(inside) < CAPTURE.skin_share[0] * inside.size / 2:
        return 0.0, 0.0
    light = np.log(np.maximum(small, 4.0))
    relief = light - _mean(light, weight, 4.0)
    dark = np.max([-cv2.filter2D(relief, -1, kernel) for kernel in _lines()], axis=0)
    strong, usual = np.percentile(dark[inside], (98, 50))
    return float(strong), float(usual)


def _mean(
    image: NDArray[np.float32], weight: NDArray[np.float32], sigma: float
) -> NDArray[np.float32]:
    over = np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), np.float32(1e-3))
    return np.asarray(cv2.GaussianBlur(image * weight, (0, 0), sigma) / over, np.float32)


@cache
def _lines() -> tuple[NDArray[np.float32], ...]:
    """Second derivatives of a Gaussian across a line, six directions, absolute sum 1."""
    half = round(3 * CAPTURE.line_sigma)
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    kernels = []
    for angle in np.arange(6) * np.pi / 6:
        across = (x * np.cos(angle) + y * np.sin(angle)) / CAPTURE.line_sigma
        along = (-x * np.sin(angle) + y * np.cos(angle)) / (2 * CAPTURE.line_sigma)
        kernel = (1 - across**2) * np.exp(-(across**2 + along**2) / 2)
        kernel -= kernel.mean()
        kernels.append((kernel / np.abs(kernel).sum()).astype(np.float32))
    return tuple(kernels)
