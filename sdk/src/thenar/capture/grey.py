"""A picture in grey, whatever it was taken in."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def grey_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Luminance of uint8 H×W×3 RGB (ITU-R BT.601); what is H×W is handed back itself."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
