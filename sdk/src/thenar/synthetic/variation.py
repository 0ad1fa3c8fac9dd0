"""How much two presentations of one palm differ."""

from __future__ import annotations

import attrs

from thenar.parameters import SYNTHETIC


@attrs.frozen
class Variation:
    """Spreads of what differs between two presentations of one palm.

    A spread is a standard deviation; pass 0 to hold something still. Those of the
    hand's position and shape grow and shrink together from one presentation to the
    next, as some are more careless than others.

    Attributes:
        roll: degrees in the image plane.
        tilt: degrees about the two axes in the image plane.
        shift: of the hand in the frame, as a share of the frame's height.
        scale: of the hand in the frame, natural logarithm.
        spread: degrees that each finger turns.
        elasticity: of the skin, palm widths.
        light: 0 even light … 1 as uneven and strong as usual … 2 harsh.
        dryness: lowest and highest share of wrinkles that do not show.
        fading: of the depth of each part of a line, natural logarithm.
        rings, plasters, sleeves: probabilities 0..1 that a hand wears one.
        blur: standard deviation of the lens's blur in pixels, highest value.
        noise: of the sensor, grey levels of 255, highest value.
        registration: error of finding the valleys, palm widths; only for crops
            that are made without a frame.
    """

    roll: float = SYNTHETIC.roll
    tilt: float = SYNTHETIC.tilt
    shift: float = SYNTHETIC.shift
    scale: float = SYNTHETIC.scale
    spread: float = SYNTHETIC.spread
    elasticity: float = SYNTHETIC.elasticity
    light: float = SYNTHETIC.light
    dryness: tuple[float, float] = SYNTHETIC.dryness
    fading: float = SYNTHETIC.fading
    rings: float = SYNTHETIC.rings
    plasters: float = SYNTHETIC.plasters
    sleeves: float = SYNTHETIC.sleeves
    blur: float = SYNTHETIC.blur
    noise: float = SYNTHETIC.noise
    registration: float = SYNTHETIC.registration


USUAL = Variation()
"""A customer who holds a hand over a reader."""

NONE = Variation(0, 0, 0, 0, 0, 0, 0, (0, 0), 0, 0, 0, 0, 0, 0, 0)
"""The same image every time."""
