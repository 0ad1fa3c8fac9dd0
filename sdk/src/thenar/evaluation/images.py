"""From a file of the manifest to a palm crop."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar import capture
from thenar.errors import AcquisitionFailure
from thenar.evaluation.manifest import Entry, Kind
from thenar.records import Band, Frame, FrameSet, PalmCrop

UNREADABLE = "unreadable image"
"""The reason given where OpenCV cannot decode a file."""


def read_image(entry: Entry) -> NDArray[np.uint8]:
    """Decode an image; the orientation that its EXIF data state is honoured.

    Returns:
        uint8: H×W×3 in RGB order where the entry's band is RGB, else H×W.

    Raises:
        AcquisitionFailure: the file is not an image that OpenCV can decode.
    """
    colour = entry.band is Band.RGB
    pixels = cv2.imread(str(entry.path), cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise AcquisitionFailure(
            f"{entry.name}: expected an image that OpenCV can decode.", reasons=(UNREADABLE,)
        )
    if colour:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return pixels.astype(np.uint8, copy=False)


def crop_image(entry: Entry) -> PalmCrop:
    """The palm of one entry, by the way that its kind asks for.

    Raises:
        AcquisitionFailure: no usable palm in the image.
    """
    pixels = read_image(entry)
    if entry.kind is Kind.ROI:
        return capture.crop_roi(pixels, entry.band, entry.hand)
    return capture.acquire(FrameSet((Frame(pixels, entry.band),)))
