"""Blood and melanin take green out of light, whatever the skin's tone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thenar.device.liveness.verdict import judge, not_judged
from thenar.parameters import LIVENESS
from thenar.records import AttackCheck, Band, FrameSet, PalmCrop


class ColourCheck:
    """Refuses a palm that is not of a colour that skin has: a grey print above all.

    A picture of a palm's veins, taken in near infrared, has no colour of its own.
    """

    def check(self, frames: Sequence[FrameSet], crops: Sequence[PalmCrop]) -> AttackCheck:  # noqa: ARG002
        """Judge one presentation by the median over its crops."""
        ratios = [
            green_to_red(crop.bands[Band.RGB], crop.mask)
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
            "it is not of the colour of skin",
        )


def green_to_red(rgb: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Light in green over light in red, linear; 1 is grey."""
    linear = (rgb[mask].astype(np.float32) / 255) ** 2
    red, green = (float(linear[:, channel].sum()) for channel in (0, 1))
    return green / red if red else 1.0
