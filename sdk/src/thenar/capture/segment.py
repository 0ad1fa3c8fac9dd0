"""Tell the hand from the background: several guesses, judged later by their shape.

One threshold (Otsu 1979) on one channel finds a hand on a dark background. On
others it is another channel, or the other side of the threshold, that works:
every guess is offered in turn, and the first whose outline has a hand's
fingers is taken (:mod:`thenar.capture.hand`).
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from thenar.capture.grey import grey_of
from thenar.capture.skin import likeness
from thenar.parameters import CAPTURE
from thenar.records import Band, Frame


@attrs.frozen(eq=False)
class Window:
    """A part of a frame, scaled down for segmentation.

    Attributes:
        pixels: uint8 H×W or H×W×3, the part at working size.
        scale: working pixels a frame pixel, at most 1.
        corner: (x, y) of the part's first pixel in the frame.
    """

    pixels: MatLike
    scale: float
    corner: NDArray[np.float64]

    def to_frame(self, points: NDArray[np.floating] | NDArray[np.integer]) -> NDArray[np.float64]:
        """Points of the window (… × 2) in pixels of the frame; a pixel's centre is at .5."""
        return (np.asarray(points, np.float64) + 0.5) / self.scale - 0.5 + self.corner


def whole(frame: Frame) -> Window:
    """All of a frame."""
    return _window(frame.pixels, np.zeros(2))


def zoomed(frame: Frame, contour: NDArray[np.int32]) -> Window:
    """What surrounds an outline (n×2, pixels of the frame)."""
    low, high = contour.min(axis=0), contour.max(axis=0)
    margin = CAPTURE.zoom_margin * (high - low)
    left, top = np.maximum(0, low - margin).astype(int)
    right, bottom = np.ceil(high + margin).astype(int) + 1
    return _window(frame.pixels[top:bottom, left:right], np.array([left, top], np.float64))


def _window(pixels: MatLike, corner: NDArray[np.float64]) -> Window:
    height, width = pixels.shape[:2]
    scale = min(1.0, CAPTURE.working_side / max(height, width))
    if scale < 1.0:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return Window(pixels, scale, corner)


def guesses(small: MatLike, band: Band) -> Iterator[MatLike]:
    """Masks (uint8, 0 or 255) of what may be the hand, likeliest first.

    Args:
        small: uint8 H×W, or H×W×3 RGB for ``Band.RGB``.
        band: the light it was taken in.
    """
    blurred = cv2.GaussianBlur(small, (0, 0), CAPTURE.blur_sigma)
    for channel in _channels(blurred, band):
        _, mask = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        yield largest(_foreground(mask))
    yield from _split_at_gaps(blurred, band)
    yield from _second_thresholds(blurred, band)


def _channels(image: MatLike, band: Band) -> Iterator[MatLike]:
    """Channels in which skin stands out, likeliest first."""
    if band is not Band.RGB:
        yield image
        return
    chroma = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    red, blue = chroma[..., 1].astype(np.int16), chroma[..., 2].astype(np.int16)
    yield np.clip(red - blue + 128, 0, 255).astype(np.uint8)
    yield chroma[..., 1]
    yield chroma[..., 0]
    yield from likeness(image)
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
    yield lab[..., 1]
    yield lab[..., 2]
    yield 255 - chroma[..., 2]


def _split_at_gaps(image: MatLike, band: Band) -> Iterator[MatLike]:
    """The first guess, cut along the dark lines between fingers that touch (black-hat)."""
    grey = grey_of(np.asarray(image, np.uint8))
    width = 2 * round(CAPTURE.gap_width * CAPTURE.working_side / 2) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    dark = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, disc) > CAPTURE.gap_depth
    for channel in list(_channels(image, band))[:3]:
        _, mask = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        whole = largest(_foreground(mask))
        cut = np.where(dark, np.uint8(0), whole)
        yield largest(cut)


def _second_thresholds(image: MatLike, band: Band) -> Iterator[MatLike]:
    """Otsu again inside the brighter and the darker class, for three-level scenes."""
    for channel in list(_channels(image, band))[:3]:
        first, _ = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        for part in (channel > first, channel <= first):
            values = channel[part]
            if values.size < CAPTURE.smallest_hand * channel.size:
                continue
            second, _ = cv2.threshold(
                values.reshape(1, -1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU
            )
            mask = np.where(channel > second, np.uint8(255), np.uint8(0))
            yield largest(_foreground(mask))


def _foreground(mask: MatLike) -> MatLike:
    """The side of the threshold that fills less of the picture's border."""
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    return 255 - mask if np.count_nonzero(border) > border.size / 2 else mask


def largest(mask: MatLike) -> MatLike:
    """The largest blob, its holes filled."""
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    if contours:
        cv2.drawContours(filled, [max(contours, key=cv2.contourArea)], -1, 255, cv2.FILLED)
    return filled
