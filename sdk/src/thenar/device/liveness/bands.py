"""Near infrared sees veins and little of the lines; a picture shows both lights the same."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.capture import look
from thenar.device.liveness.verdict import judge, not_judged
from thenar.parameters import LIVENESS
from thenar.records import AttackCheck, Band, FrameSet, PalmCrop


class BandsCheck:
    """Refuses a palm that looks alike in NIR and RGB, or lies on a bright sheet in NIR.

    The reader's own NIR lamp falls off with distance: behind a hand it is dark, while
    a sheet that shows a hand is as near as the hand it shows.
    """

    def check(self, frames: Sequence[FrameSet], crops: Sequence[PalmCrop]) -> AttackCheck:
        """Judge one presentation by the medians over its frames."""
        pairs = [crop for crop in crops if {Band.RGB, Band.NIR} <= set(crop.bands)]
        if not pairs:
            return not_judged("bands", "the camera does not see both RGB and NIR")
        alike = judge(
            "bands",
            float(np.median([likeness(crop) for crop in pairs])),
            LIVENESS.likeness_limit,
            LIVENESS.likeness_spread,
            "near infrared shows the same picture as visible light",
        )
        sheet = judge(
            "bands",
            float(np.median([surround(f, c) for f, c in zip(frames, crops, strict=True)])),
            LIVENESS.surround_limit,
            LIVENESS.surround_spread,
            "near infrared sees a sheet around the hand",
        )
        return max(alike, sheet, key=lambda said: (not said.passed, said.score))


def only_visible(frames: FrameSet) -> bool:
    """Whether visible light shows a usable palm that near infrared does not set off.

    A screen is dark all over in near infrared, and paper printed in dye is bright all
    over. A broken NIR lamp looks the same as a screen.
    """
    colour, infrared = frames.band(Band.RGB), frames.band(Band.NIR)
    if colour is None or infrared is None:
        return False
    dark, bright = np.percentile(infrared.pixels[::4, ::4], (LIVENESS.surround_percentile, 90))
    if dark <= LIVENESS.surround_limit * bright:
        return False  # Something is set off; no need to look for what it is.
    view = look(FrameSet((colour,)))
    if view.crop is None or view.prompts:
        return False
    return surround(frames, view.crop) > LIVENESS.surround_limit


def likeness(crop: PalmCrop) -> float:
    """Correlation, −1..1, of middle-sized structure in NIR with that in green."""
    infrared = _structure(crop.bands[Band.NIR])[crop.mask]
    green = _structure(crop.bands[Band.RGB][..., 1])[crop.mask]
    if not len(green) or not infrared.std() or not green.std():
        return 1.0
    return float(np.corrcoef(infrared, green)[0, 1])


def surround(frames: FrameSet, crop: PalmCrop) -> float:
    """How bright the darker part of the NIR frame is, as a share of the palm's brightness."""
    frame = frames.band(Band.NIR)
    if frame is None:
        return 1.0
    x, y = crop.pose.centre
    half = crop.pose.side / 4
    rows = slice(max(0, round(y - half)), max(1, round(y + half)))
    columns = slice(max(0, round(x - half)), max(1, round(x + half)))
    palm = float(frame.pixels[rows, columns].mean())
    around = float(np.percentile(frame.pixels[::4, ::4], LIVENESS.surround_percentile))
    return around / max(palm, 1.0)


def _structure(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Structure of some millimetres: without noise, ridges and light."""
    smooth = cv2.GaussianBlur(image.astype(np.float32), (0, 0), 2)
    return np.asarray(smooth - cv2.GaussianBlur(smooth, (0, 0), 10), np.float32)
