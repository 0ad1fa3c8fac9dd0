"""Halftone, screen pixels and moiré show as sharp peaks in the spectrum."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.device.liveness.verdict import judge
from thenar.parameters import LIVENESS
from thenar.records import AttackCheck, Band, Frame, FrameSet, PalmCrop


class PatternCheck:
    """Refuses a palm whose spectrum has a peak that skin does not have.

    Skin's ridges are a broad ring in the spectrum, since they run in all directions;
    a printed or displayed picture has a few sharp points.
    """

    def check(self, frames: Sequence[FrameSet], crops: Sequence[PalmCrop]) -> AttackCheck:
        """Judge one presentation by the median over its frames."""
        peaks = [
            peak(palm_patch(taken.band(Band.RGB) or taken.primary, crop))
            for taken, crop in zip(frames, crops, strict=True)
        ]
        return judge(
            "pattern",
            float(np.median(peaks)),
            LIVENESS.pattern_limit,
            LIVENESS.pattern_spread,
            "a regular pattern, as of print or of a screen",
        )


def palm_patch(frame: Frame, crop: PalmCrop) -> NDArray[np.float32]:
    """The palm's middle as the camera took it, unscaled, in grey; may be cut by the border."""
    pixels = frame.pixels
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    half = LIVENESS.pattern_patch * crop.pose.side / 2
    x, y = crop.pose.centre
    top, left = max(0, round(y - half)), max(0, round(x - half))
    patch = grey[top : max(0, round(y + half)), left : max(0, round(x + half))]
    side = min(*patch.shape, LIVENESS.pattern_side)
    return patch[:side, :side].astype(np.float32)


def peak(patch: NDArray[np.float32]) -> float:
    """Log10 of the highest spectral peak over the median of its ring of equal frequency."""
    side = min(patch.shape)
    if side < LIVENESS.pattern_side // 4:
        return 0.0
    window = np.outer(np.hanning(side), np.hanning(side)).astype(np.float32)
    fine = patch - cv2.GaussianBlur(patch, (0, 0), 3)
    power = np.abs(np.fft.fftshift(np.fft.fft2(fine * window))) ** 2
    power = cv2.GaussianBlur(power.astype(np.float32), (0, 0), 0.8)
    y, x = np.mgrid[:side, :side] - side // 2
    frequency = np.hypot(x, y) / side
    highest = 1.0
    for low in np.arange(*LIVENESS.pattern_rings):
        ring = power[(frequency >= low) & (frequency < low + LIVENESS.pattern_rings[2])]
        highest = max(highest, float(ring.max() / (np.median(ring) + 1e-12)))
    return math.log10(highest)
