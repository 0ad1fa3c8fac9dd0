"""Halftone, screen pixels and moiré show as sharp points in the spectrum."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.capture.grey import grey_of
from thenar.device.liveness.verdict import judge, not_judged
from thenar.parameters import LIVENESS
from thenar.records import AttackCheck, Band, Frame, FrameSet, PalmCrop


class PatternCheck:
    """Refuses a palm whose spectrum has a sharper point than skin has.

    Skin's ridges run in all directions and change their distance, so their place in
    the spectrum is broad; what is printed or displayed repeats exactly.
    """

    def check(self, frames: Sequence[FrameSet], crops: Sequence[PalmCrop]) -> AttackCheck:
        """Judge one presentation by the mean spectrum of its frames."""
        patches = [
            palm_patch(taken.band(Band.RGB) or taken.primary, crop)
            for taken, crop in zip(frames, crops, strict=True)
        ]
        side = min(min(patch.shape) for patch in patches)
        if side < LIVENESS.pattern_side[0]:
            return not_judged("pattern", "the palm is cut by the border", passed=False)
        return judge(
            "pattern",
            sharpest(patches, min(side, LIVENESS.pattern_side[1])),
            LIVENESS.pattern_limit,
            LIVENESS.pattern_spread,
            "a regular pattern, as of print or of a screen",
        )


def palm_patch(frame: Frame, crop: PalmCrop) -> NDArray[np.float32]:
    """The palm's middle as the camera took it, unscaled, in grey; may be cut by the border."""
    grey = grey_of(frame.pixels)
    half = LIVENESS.pattern_patch * crop.pose.side / 2
    x, y = crop.pose.centre
    top, left = max(0, round(y - half)), max(0, round(x - half))
    return grey[top : max(0, round(y + half)), left : max(0, round(x + half))].astype(np.float32)


def sharpest(patches: Sequence[NDArray[np.float32]], side: int) -> float:
    """How far the sharpest point of the mean spectrum stands out of its surroundings, log10.

    Args:
        patches: grey, at least ``side`` wide and high.
        side: pixels of the square that is transformed.
    """
    power = np.mean([_power(patch[:side, :side]) for patch in patches], axis=0)
    log = np.log10(cv2.GaussianBlur(power, (0, 0), LIVENESS.pattern_point) + 1e-6)
    stands_out = log - cv2.GaussianBlur(log, (0, 0), LIVENESS.pattern_surroundings)
    y, x = np.mgrid[:side, :side] - side // 2
    frequency = np.hypot(x, y) / side
    low, high = LIVENESS.pattern_frequencies
    return float(stands_out[(frequency > low) & (frequency < high)].max())


def _power(patch: NDArray[np.float32]) -> NDArray[np.float32]:
    window = np.hanning(len(patch))
    fine = (patch - cv2.GaussianBlur(patch, (0, 0), 3)) * np.outer(window, window)
    return np.asarray(np.abs(np.fft.fftshift(np.fft.fft2(fine))) ** 2, np.float32)
