"""Take the light away: what is left of a crop is its relief, evenly strong everywhere."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SIGNATURE


def relief(grey: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The crop less its local mean, over its local standard deviation.

    Untrusted pixels take the local mean of trusted ones first (normalised
    convolution, Knutsson and Westin 1993), so that an edge of the mask leaves no
    line of its own.

    Args:
        grey: uint8 H×W.
        mask: bool H×W, True where trusted.

    Returns:
        float32 H×W, about −3..3; 0 where untrusted.
    """
    sigma = SIGNATURE.light_sigma
    weight: NDArray[np.float32] = mask.astype(np.float32)
    image = grey.astype(np.float32) * weight
    share = np.maximum(_smooth(weight, sigma), np.float32(1e-3))
    difference = (grey.astype(np.float32) - _smooth(image, sigma) / share) * weight
    squared = np.square(difference, dtype=np.float32)
    variance = _smooth(squared, sigma) / share
    return cast("NDArray[np.float32]", difference / (np.sqrt(variance) + SIGNATURE.light_floor))


def _smooth(image: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return cast("NDArray[np.float32]", cv2.GaussianBlur(image, (0, 0), sigma))
