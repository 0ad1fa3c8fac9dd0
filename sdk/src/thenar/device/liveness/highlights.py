"""Glass and gloss mirror the lamp, white and small; skin shines softly, if at all."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from thenar.device.liveness.verdict import hint, judge
from thenar.parameters import LIVENESS
from thenar.records import AttackCheck, Frame, FrameSet, PalmCrop

_REASON = "a lamp is mirrored in it, as by glass or gloss"


class HighlightsCheck:
    """Refuses a palm with a mirrored lamp on it; one beside the palm is a hint alone.

    Beside a palm it may be a lamp of the room, between the fingers.
    """

    def check(self, frames: Sequence[FrameSet], crops: Sequence[PalmCrop]) -> AttackCheck:
        """Judge one presentation by the medians over its frames, in the band that shows most."""
        on_palm = _median(frames, crops, LIVENESS.glare_palm)
        limits = (LIVENESS.glare_limit, LIVENESS.glare_spread)
        said = judge("highlights", on_palm, *limits, _REASON)
        if not said.passed:
            return said
        around = hint("highlights", _median(frames, crops, LIVENESS.glare_hand), *limits, _REASON)
        return max(said, around, key=lambda one: one.score)


def _median(frames: Sequence[FrameSet], crops: Sequence[PalmCrop], reach: float) -> float:
    return float(
        np.median(
            [
                max(glare(frame, crop, reach) for frame in taken.frames)
                for taken, crop in zip(frames, crops, strict=True)
            ]
        )
    )


def glare(frame: Frame, crop: PalmCrop, reach: float) -> float:
    """Share of white pixels, 0..1, within so many sides of the crop's centre."""
    half = reach * crop.pose.side
    x, y = crop.pose.centre
    top, left = max(0, round(y - half)), max(0, round(x - half))
    part = frame.pixels[top : max(0, round(y + half)), left : max(0, round(x + half))]
    if not part.size:
        return 0.0
    channels = 1 if part.ndim == 2 else 3
    white = cv2.inRange(part, (LIVENESS.glare_level,) * channels, (255,) * channels)
    return float(np.count_nonzero(white)) / white.size
