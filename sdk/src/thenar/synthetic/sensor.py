"""What lens, movement and sensor do to a picture."""

from __future__ import annotations

from statistics import NormalDist

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Float = NDArray[np.float32]

_QUANTILES = np.array([NormalDist().inv_cdf((k + 0.5) / 256) for k in range(256)])
"""A random byte looked up here is normally distributed, at a tenth of the cost."""


def sense(
    image: Bytes,
    rng: np.random.Generator,
    *,
    blur: float = 0.0,
    noise: float = 0.0,
    motion: tuple[float, float] = (0.0, 0.0),
) -> Bytes:
    """Blur, smear and add noise.

    Args:
        image: uint8, H×W or H×W×3.
        rng: for the noise.
        blur: standard deviation in pixels.
        noise: standard deviation in grey levels.
        motion: (x, y) travelled during the exposure in pixels.
    """
    if max(abs(motion[0]), abs(motion[1])) >= 1:
        image = np.asarray(cv2.filter2D(image, -1, _smear(motion)), np.uint8)
    if blur > 0.25:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), blur), np.uint8)
    if noise > 0:
        table = np.clip(np.round(_QUANTILES * noise), -127, 127).astype(np.int8)
        grain = cv2.LUT(np.frombuffer(rng.bytes(image.size), np.uint8).reshape(image.shape), table)
        image = np.asarray(cv2.add(image, grain, dtype=cv2.CV_8U), np.uint8)
    return image


def _smear(motion: tuple[float, float]) -> Float:
    half = int(np.ceil(max(abs(motion[0]), abs(motion[1])) / 2))
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.uint8)
    end = np.round(np.array([half + motion[0] / 2, half + motion[1] / 2]) * 16).astype(int)
    start = np.round(np.array([half - motion[0] / 2, half - motion[1] / 2]) * 16).astype(int)
    cv2.line(kernel, start.tolist(), end.tolist(), 255, 1, cv2.LINE_AA, 4)
    return np.asarray(kernel / np.float32(kernel.sum()), np.float32)
