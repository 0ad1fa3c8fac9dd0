"""Lines of living skin are blood's colour: weak in red, strong in green."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.device.liveness.verdict import judge, not_judged, spread_of
from thenar.parameters import LIVENESS
from thenar.records import AttackCheck, Band, FrameSet, PalmCrop


class ColourCheck:
    """Refuses a palm whose fine contrast in red is too near to that in green.

    Haemoglobin and melanin absorb green far more than red, so creases and mottling
    hardly show in red. Inks and the noise of a screen's pixels show in both.
    """

    def check(self, frames: Sequence[FrameSet], crops: Sequence[PalmCrop]) -> AttackCheck:  # noqa: ARG002
        """Judge one presentation by the median over its crops."""
        ratios = [
            red_to_green(crop.bands[Band.RGB], crop.mask)
            for crop in crops
            if Band.RGB in crop.bands
        ]
        if not ratios:
            return not_judged("colour", "the camera sees no colour")
        return judge(
            "colour",
            float(np.median(ratios)),
            LIVENESS.colour_limit,
            LIVENESS.colour_spread,
            "its lines are not of the colour of skin",
        )


def red_to_green(rgb: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Contrast in red over contrast in green, about 0.3 to 0.7 in living skin."""
    red, green = (_contrast(rgb[..., channel], mask) for channel in (0, 1))
    return red / green if green else 1.0


def _contrast(channel: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Fine contrast as a share of the brightness around, noise smoothed away."""
    log = np.log(channel.astype(np.float32) + 4)
    fine = cv2.GaussianBlur(log, (0, 0), 1.0) - cv2.GaussianBlur(log, (0, 0), 5.0)
    return spread_of(np.asarray(fine, np.float32), mask)
