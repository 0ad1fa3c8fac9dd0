"""The reader's lamp on and off: skin answers to it, a screen does not, a sheet does all over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thenar.device.liveness.verdict import judge, not_judged
from thenar.parameters import LIVENESS
from thenar.records import AttackCheck, FrameSet, PalmCrop


class FlashCheck:
    """Refuses what the reader's own lamp does not light, or lights beside the hand as on it.

    Needs a camera that takes each set of frames twice, with the lamp on and with it off
    (``FrameSet.unlit``); with any other it does not judge.
    """

    def check(self, frames: Sequence[FrameSet], crops: Sequence[PalmCrop]) -> AttackCheck:
        """Judge one presentation by the medians over its frames."""
        pairs = [answer(f, c) for f, c in zip(frames, crops, strict=True) if f.unlit]
        if not pairs:
            return not_judged("flash", "the camera does not switch its lamp")
        lit, around = np.median(pairs, axis=0)
        dark = judge(
            "flash",
            1 - float(lit),
            1 - LIVENESS.flash_least,
            LIVENESS.flash_spread,
            "the reader's lamp does not light it, as if it shone itself",
        )
        sheet = judge(
            "flash",
            float(around),
            LIVENESS.flash_around,
            LIVENESS.flash_around_spread,
            "the reader's lamp lights a sheet around the hand",
        )
        return max(dark, sheet, key=lambda said: (not said.passed, said.score))


def answer(frames: FrameSet, crop: PalmCrop) -> tuple[float, float]:
    """What the lamp adds: on the palm as a share of its light, and beside it as a share of that.

    Args:
        frames: with ``unlit`` of the same bands.
        crop: cut from the lit ones.
    """
    lit = frames.primary
    unlit = next((frame for frame in frames.unlit if frame.band is lit.band), None)
    if unlit is None or unlit.pixels.shape != lit.pixels.shape:
        return 0.0, 1.0
    on, off = _linear(lit.pixels), _linear(unlit.pixels)
    added = np.maximum(on - off, 0)
    x, y = crop.pose.centre
    half = crop.pose.side / 4
    rows = slice(max(0, round(y - half)), max(1, round(y + half)))
    columns = slice(max(0, round(x - half)), max(1, round(x + half)))
    palm, all_of_it = float(added[rows, columns].mean()), float(on[rows, columns].mean())
    around = float(np.percentile(added[::4, ::4], LIVENESS.surround_percentile))
    return palm / max(all_of_it, 1e-4), around / max(palm, 1e-4)


def _linear(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    grey = pixels if pixels.ndim == 2 else pixels[..., 1]
    return np.asarray((grey.astype(np.float32) / 255) ** 2, np.float32)
