"""A reader that switches its lamp: the same moment with the lamp on and off."""

from __future__ import annotations

from typing import Unpack

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.records import Band, Frame, FrameSet
from thenar.synthetic.attacks import on_screen
from thenar.synthetic.hover import How, Show
from thenar.synthetic.person import Palm
from thenar.synthetic.streams import Stream


def switched(show: Show, *, room: tuple[float, float] = (0.1, 0.6)) -> Show:
    """The same show before a camera that also takes each moment with its lamp off.

    Args:
        show: what is shown.
        room: least and greatest share of visible light that is the room's own. Near
            infrared is the lamp's alone. A screen shines itself.
    """

    def shown(palm: Palm, sample: int, **how: Unpack[How]) -> FrameSet:
        lit = show(palm, sample, **how)
        rng = palm.stream(Stream.SENSOR, sample, how.get("number", 0), 7)
        share = 0.97 if show is on_screen else float(rng.uniform(*room))
        unlit = [_without_lamp(f, 0.02 if f.band is Band.NIR else share, rng) for f in lit.frames]
        return attrs.evolve(lit, unlit=tuple(unlit))

    return shown


def _without_lamp(frame: Frame, share: float, rng: np.random.Generator) -> Frame:
    linear = share * (frame.pixels.astype(np.float32) / 255) ** 2
    noisy = 255 * np.sqrt(linear) + rng.normal(0, 1.5, frame.pixels.shape)
    pixels: NDArray[np.uint8] = np.clip(noisy, 0, 255).astype(np.uint8)
    return attrs.evolve(frame, pixels=pixels)
