"""Take an image that already is a palm crop, cut by somebody else."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.capture.channels import in_order
from thenar.capture.crop import unsaturated
from thenar.capture.quality import measured, quality
from thenar.parameters import CAPTURE
from thenar.records import CROP_SIDE, Band, Frame, Hand, PalmCrop, Pose


def crop_roi(pixels: NDArray[np.uint8], band: Band, hand: Hand = Hand.UNKNOWN) -> PalmCrop:
    """A palm crop from an image of any size and aspect.

    The image is taken to show the palm alone, fingers up or in whatever pose the
    whole set shares. A long image is scaled to cover the square and cut in its middle.

    Args:
        pixels: uint8 H×W, or H×W×3 RGB for ``Band.RGB``; at least 32 pixels a side.
        band: the light it was taken in.
        hand: which hand, where known.

    Raises:
        InvalidRecord: the pixels do not fit the band.
    """
    frame = Frame(pixels, band)
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = frame.pixels[top : top + side, left : left + side]
    method = cv2.INTER_AREA if side > CROP_SIDE else cv2.INTER_CUBIC
    if side != CROP_SIDE:
        square = np.asarray(
            cv2.resize(square, (CROP_SIDE, CROP_SIDE), interpolation=method), np.uint8
        )
    bands = {frame.band: np.ascontiguousarray(square)}
    pose = Pose(side=float(side), centre=(left + side / 2, top + side / 2))
    mask = unsaturated(bands) & _unpadded(bands[frame.band])
    crop = in_order(PalmCrop(bands, mask, hand, 100.0, pose))
    return attrs.evolve(crop, quality=quality(crop, measured(crop)))


def _unpadded(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """False in black corners that a turned or masked crop was filled up with, and at their rim."""
    lightest = pixels if pixels.ndim == 2 else pixels.max(axis=2)
    dark = np.pad(lightest <= CAPTURE.padding, 1, constant_values=True).astype(np.uint8)
    _, labels = cv2.connectedComponents(dark, connectivity=4)
    outside = (labels == labels[0, 0]).astype(np.uint8)
    if np.count_nonzero(outside[1:-1, 1:-1]) < CAPTURE.least_padding * lightest.size:
        return np.ones(lightest.shape, np.bool_)
    rim = 2 * CAPTURE.rim + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (rim, rim))
    outside[[0, -1]] = outside[:, [0, -1]] = 0  # the frame that joined the corners is no padding
    return np.asarray(cv2.dilate(outside, kernel)[1:-1, 1:-1] == 0)
