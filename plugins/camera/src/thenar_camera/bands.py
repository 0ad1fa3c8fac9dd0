"""From OpenCV's images to the bands of a frame."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.records import Band


def as_band(image: NDArray[np.uint8], band: Band) -> NDArray[np.uint8]:
    """An image as OpenCV gives it, as one band.

    Args:
        image: uint8, H×W, H×W×3 in BGR order or H×W×4 in BGRA order.
        band: the light it was taken in.

    Returns:
        uint8, H×W×3 in RGB order for colour, H×W for grey and NIR.
    """
    if image.ndim == 2:
        grey = image
    elif image.shape[2] == 4:
        grey = cv2.cvtColor(image, cv2.COLOR_BGRA2GRAY)  # type: ignore[assignment]
        image = image[:, :, :3]
    else:
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)  # type: ignore[assignment]
    if band is not Band.RGB:
        return np.ascontiguousarray(grey)
    if image.ndim == 2:
        return np.repeat(image[:, :, None], 3, axis=2)
    return np.ascontiguousarray(image[:, :, ::-1])
