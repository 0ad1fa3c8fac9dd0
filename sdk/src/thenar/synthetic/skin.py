"""How skin returns light: tones from light to dark, and what reddens or darkens them.

Tones are those of palms, which carry less melanin than the back of the hand,
after the CIELAB ranges of palmar skin in Y. Wang et al., *Human skin colour: a
spectral database* and the Monk scale's ends. Values are reflectances in linear
light (sRGB squared), RGB order.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

TONES: tuple[tuple[int, int, int], ...] = (
    (240, 203, 186),
    (232, 186, 164),
    (218, 164, 138),
    (202, 145, 117),
    (180, 121, 95),
    (153, 98, 76),
    (124, 78, 61),
)
"""sRGB colours of palms, light to dark; a person's lies anywhere between."""

CREASE_RGB = (0.36, 0.46, 0.46)
"""How much a full-depth crease takes from red, green and blue."""
BLOOD_RGB = (0.030, 0.065, 0.060)
"""How much one spread of mottling takes from red, green and blue."""
TEXTURE_RGB = (0.030, 0.036, 0.036)
"""How much one spread of ridge texture takes from red, green and blue."""

CREASE_NIR = 0.26
"""How much a full-depth crease takes from near infrared, which passes the upper skin."""
BLOOD_NIR = 0.030
TEXTURE_NIR = 0.018
VEIN_NIR = 0.50
"""How much a full vein takes: de-oxygenated blood absorbs near 760–850 nm."""
VEIN_RGB = (0.05, 0.01, 0.0)
"""Veins hardly show in colour: a faint loss of red."""
NIR_REFLECTANCE = (0.46, 0.62)
"""Of dark and of light skin near 850 nm; melanin matters little there."""


@attrs.frozen
class Tone:
    """One person's skin.

    Attributes:
        rgb: linear reflectances 0..1.
        nir: linear reflectance 0..1.
        darkness: 0 lightest … 1 darkest.
    """

    rgb: tuple[float, float, float]
    nir: float
    darkness: float


def tone(rng: np.random.Generator) -> Tone:
    """A person's tone, evenly spread from light to dark."""
    darkness = float(rng.random())
    at = darkness * (len(TONES) - 1)
    table = (np.array(TONES) / 255.0) ** 2
    colour: NDArray[np.float64] = np.array(
        [np.interp(at, range(len(TONES)), table[:, k]) for k in range(3)]
    )
    colour *= 1 + rng.normal(0, (0.03, 0.03, 0.04))
    pale, dark = NIR_REFLECTANCE[1], NIR_REFLECTANCE[0]
    nir = pale + darkness * (dark - pale) + rng.normal(0, 0.02)
    red, green, blue = (float(c) for c in np.clip(colour, 0.02, 0.95))
    return Tone((red, green, blue), float(nir), darkness)


def luminance(rgb: tuple[float, float, float]) -> float:
    """Of a linear colour (ITU-R BT.709)."""
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
