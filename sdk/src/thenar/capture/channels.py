"""Notice pictures whose red and blue were swapped (OpenCV's BGR given as RGB).

Skin of every tone reflects more red than blue (Angelopoulou 2001, "Understanding
the color of human skin"), and no white balance that shows a face as a face turns
that round. A hand that is bluer than it is red was handed over in the wrong order.
"""

from __future__ import annotations

import warnings

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.errors import ChannelOrderWarning
from thenar.parameters import CAPTURE
from thenar.records import Band, PalmCrop


def swapped(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> bool:
    """Whether skin, uint8 H×W×3 where the mask is True, is bluer than it is red."""
    if not mask.any():
        return False
    red, blue = np.median(pixels[mask][:, 0]), np.median(pixels[mask][:, 2])
    return bool(blue > CAPTURE.blue_over_red * max(red, 1.0))


def in_order(crop: PalmCrop) -> PalmCrop:
    """The crop with its channels in order; warns where they were not."""
    if Band.RGB not in crop.bands or not swapped(crop.bands[Band.RGB], crop.mask):
        return crop
    warnings.warn(
        "Expected RGB; this hand is bluer than it is red, as if red and blue were swapped. "
        "They are swapped back here; convert the frames with cv2.COLOR_BGR2RGB at the source.",
        ChannelOrderWarning,
        stacklevel=3,
    )
    ordered = np.ascontiguousarray(crop.bands[Band.RGB][..., ::-1])
    bands = {band: ordered if band is Band.RGB else each for band, each in crop.bands.items()}
    return attrs.evolve(crop, bands=bands)
