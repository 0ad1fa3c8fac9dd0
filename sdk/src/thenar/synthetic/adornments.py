"""What hands wear: rings, plasters, sleeves."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.records import Band
from thenar.synthetic.posing import Posed

Bytes = NDArray[np.uint8]
Points = NDArray[np.float64]
Colour = tuple[int, int, int, int]

METALS: tuple[tuple[Colour, Colour], ...] = (
    ((120, 86, 30, 70), (235, 205, 130, 190)),
    ((90, 90, 95, 70), (220, 222, 228, 200)),
)
"""Gold and silver: dark and bright; R, G, B, near infrared."""
PLASTER: tuple[Colour, Colour] = ((196, 150, 118, 170), (214, 172, 142, 185))
CLOTHS: tuple[Colour, ...] = (
    (26, 28, 34, 60),
    (60, 72, 110, 120),
    (196, 196, 200, 180),
    (110, 40, 44, 130),
)


def wear(image: Bytes, posed: Posed, band: Band) -> None:
    """Draw what this presentation wears into one band's image."""
    shown = posed.presentation
    if shown.sleeve is not None:
        _sleeve(image, posed, shown.sleeve, band)
    if shown.ring is not None:
        _ring(image, posed, *shown.ring, band)
    if shown.plaster is not None:
        _plaster(image, posed, *shown.plaster, band)


def _sleeve(image: Bytes, posed: Posed, start: float, band: Band) -> None:
    u = np.linspace(-1.05, 0.95, 12)
    hem = np.stack([u, start + 0.04 * np.sin(3 * u)], axis=1)
    far = np.array([(1.1, start + 3.0), (-1.2, start + 3.0)])
    cloth = CLOTHS[posed.presentation.clouds % len(CLOTHS)]
    _fill(image, posed, np.concatenate([hem, far]), cloth, band)
    band_of_hem = np.concatenate([hem, np.add(hem[::-1], (0, 0.12))])
    dark = tuple(int(0.75 * c) for c in cloth)
    _fill(image, posed, band_of_hem, (dark[0], dark[1], dark[2], dark[3]), band)


def _ring(image: Bytes, posed: Posed, finger: int, position: float, band: Band) -> None:
    joints, radii = posed.skeleton.joints[finger], posed.skeleton.radii[finger]
    centre = joints[1] + position * (joints[2] - joints[1])
    radius = 1.08 * (radii[1] + position * (radii[2] - radii[1]))
    along = (joints[2] - joints[1]) / np.linalg.norm(joints[2] - joints[1])
    across = np.array([-along[1], along[0]])
    dark, bright = METALS[posed.presentation.clouds % len(METALS)]
    for low, high, colour in ((-0.075, 0.075, dark), (-0.045, 0.02, bright)):
        t = np.linspace(-1, 1, 9)[:, None]
        bowed = centre + t * radius * across - 0.03 * (1 - t * t) * along
        outline = np.concatenate([bowed + low * along, (bowed + high * along)[::-1]])
        _fill(image, posed, outline, colour, band)


def _plaster(image: Bytes, posed: Posed, u: float, v: float, angle: float, band: Band) -> None:
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    for length, width, colour in ((0.28, 0.09, PLASTER[0]), (0.10, 0.085, PLASTER[1])):
        t = np.linspace(0, 2 * np.pi, 32)
        # A superellipse: straight sides and round corners.
        x = length * np.sign(np.cos(t)) * np.abs(np.cos(t)) ** 0.4
        y = width * np.sign(np.sin(t)) * np.abs(np.sin(t)) ** 0.4
        _fill(image, posed, (u, v) + x[:, None] * along + y[:, None] * across, colour, band)


def _fill(image: Bytes, posed: Posed, palm: Points, colour: Colour, band: Band) -> None:
    pixels = np.clip(posed.pixels(palm), -4000, 4000)
    lamp = posed.presentation.nir if band is Band.NIR else posed.presentation.rgb
    lit = [min(255.0, c * float(np.sqrt(lamp.exposure))) for c in colour]
    value = lit[3:] if band is Band.NIR else lit[:3]
    cv2.fillPoly(image, [np.round(pixels * 16).astype(np.int32)], value, cv2.LINE_AA, 4)
