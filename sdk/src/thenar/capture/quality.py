"""How well a crop will be recognised, 0..100 (ISO/IEC 29794-1)."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.capture.grey import grey_of
from thenar.capture.lines import line_contrast
from thenar.parameters import CAPTURE
from thenar.records import Band, PalmCrop


@attrs.frozen
class Measures:
    """What quality and prompts are made of.

    Attributes:
        skin: share of the crop that is trusted, 0..1.
        brightness: mean grey level of the skin, 0..255.
        sharpness: contrast of fine structure against coarse.
        strong_lines, usual_lines: contrast of dark lines, logarithms of light.
    """

    skin: float
    brightness: float
    sharpness: float
    strong_lines: float
    usual_lines: float


def measured(crop: PalmCrop) -> Measures:
    """Measure a crop once, for its quality and its prompts."""
    grey = luminance(crop)
    return Measures(
        float(crop.mask.mean()),
        brightness(grey, crop.mask),
        sharpness(grey, crop.mask),
        *line_contrast(grey, crop.mask),
    )


def quality(crop: PalmCrop, measures: Measures, doubt: float = 0.0) -> float:
    """Weakest link of skin seen, sharpness, lines, exposure, resolution and geometry.

    Args:
        crop: the palm.
        measures: of the crop.
        doubt: of the palm's frame (:class:`thenar.capture.valleys.Frame2D`).
    """
    links = (
        ramp(measures.skin, *CAPTURE.skin_share),
        ramp(measures.sharpness, *CAPTURE.sharpness),
        ramp(measures.usual_lines, *CAPTURE.line_contrast),
        ramp(measures.brightness, *CAPTURE.brightness),
        ramp(crop.pose.side, *CAPTURE.side_pixels),
        1 - ramp(doubt, 0.0, CAPTURE.most_doubt),
    )
    return 100.0 * min(links)


def luminance(crop: PalmCrop) -> NDArray[np.uint8]:
    """The band that shows lines best, as grey."""
    for band in (Band.RGB, Band.GREY, Band.NIR):
        if band in crop.bands:
            return grey_of(crop.bands[band])
    raise AssertionError("a crop has at least one band")


def sharpness(grey: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Contrast of fine structure against coarse, a ratio of standard deviations.

    Blur removes the fine part and leaves the coarse, whatever the light. What is
    finer still is the sensor's noise, and left out.
    """
    image = grey.astype(np.float32)
    finest, fine, coarse = (
        cv2.GaussianBlur(image, (0, 0), CAPTURE.fine_sigma * factor) for factor in (1, 2, 10)
    )
    if np.count_nonzero(mask) < mask.size * CAPTURE.skin_share[0]:
        return 0.0
    return float((finest - fine)[mask].std()) / max(float((fine - coarse)[mask].std()), 0.5)


def brightness(grey: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Mean grey level of the skin, 0..255."""
    return float(grey[mask].mean()) if mask.any() else 0.0


def ramp(value: float, none: float, full: float) -> float:
    """0 at or below ``none``, 1 at or above ``full``, linear between."""
    return float(np.clip((value - none) / (full - none), 0.0, 1.0))
