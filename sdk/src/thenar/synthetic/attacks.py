"""Presentation attack instruments: a palm on paper and on a screen (ISO/IEC 30107-3).

Both show one picture of the victim's hand whatever the camera does afterwards:
it is flat, so one homography moves all of it; its light was fixed when the
picture was taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.records import Band, FrameSet
from thenar.synthetic.person import Palm
from thenar.synthetic.posing import Placement
from thenar.synthetic.presentation import present
from thenar.synthetic.scene import BOTH, SIZE, render
from thenar.synthetic.sheet import PICTURE, Sheet, exposed, placed
from thenar.synthetic.streams import Stream
from thenar.synthetic.variation import USUAL, Variation

Float = NDArray[np.float32]
Bytes = NDArray[np.uint8]


class Ink(StrEnum):
    """What a print is made with."""

    TONER = "toner"
    """Laser: the black holds carbon, which near infrared sees."""
    DYE = "dye"
    """Ink jet: near infrared sees bare paper."""


def printed(
    palm: Palm,
    sample: int,
    *,
    size: tuple[int, int] = SIZE,
    bands: Iterable[Band] = BOTH,
    variation: Variation = USUAL,
    placement: Placement = Placement(),  # noqa: B008 -- frozen
    time: float = 0.0,
    number: int = 0,
    ink: Ink = Ink.TONER,
    of: Band = Band.RGB,
) -> FrameSet:
    """A printed palm: flat, of reduced gamut and contrast, halftoned, with a paper border.

    Near infrared sees no veins in a colour print: only paper and, with toner, the
    black in it.

    Args:
        palm: the victim's.
        sample: which picture of it was printed.
        size: (height, width) in pixels.
        bands: what is taken.
        variation: of the picture and of the light on the paper.
        placement: where the paper shows the hand; roll, tilt and motion move the paper.
        time: seconds.
        number: of the frames.
        ink: printer's technique.
        of: band of the picture that was printed; ``NIR`` prints the veins in grey.
    """
    pattern = _halftone(palm, sample, variation, of)
    shown = present(palm.person.seed, palm.hand, sample + SYNTHETIC.attack_samples, variation)
    rng = palm.stream(Stream.ATTACK, sample)
    black = 1 - cv2.max(cv2.max(pattern[..., 0], pattern[..., 1]), pattern[..., 2])
    paper = 0.85 * float(np.exp(0.05 * rng.normal()))
    visible = paper * (SYNTHETIC.print_black + (1 - SYNTHETIC.print_black) * pattern)
    carbon = SYNTHETIC.toner_nir if ink is Ink.TONER else SYNTHETIC.dye_nir
    infrared = paper * (1 - carbon * black)
    looks = {Band.RGB: visible, Band.NIR: infrared}
    sheet = Sheet(border=SYNTHETIC.paper_border, frame_level=paper, bend=0.25 * rng.normal())
    homography = placed(size, placement, shown.roll, shown.tilt)
    frames = []
    grain = palm.stream(Stream.SENSOR, sample, number)
    for band in bands:
        look = looks[Band.NIR if band is Band.NIR else Band.RGB]
        lamp = shown.nir if band is Band.NIR else shown.rgb
        image = sheet.seen(np.asarray(look, np.float32), homography, size, band)
        image *= np.float32(lamp.exposure * SYNTHETIC.paper_exposure)
        frames.append(exposed(image, band, placement, shown.blur, shown.noise, grain, time, number))
    return FrameSet(tuple(frames))


def on_screen(
    palm: Palm,
    sample: int,
    *,
    size: tuple[int, int] = SIZE,
    bands: Iterable[Band] = BOTH,
    variation: Variation = USUAL,
    placement: Placement = Placement(),  # noqa: B008 -- frozen
    time: float = 0.0,
    number: int = 0,
) -> FrameSet:
    """A palm on a telephone or tablet: emitted light, moiré, reflections, a bezel.

    Near infrared sees a dark pane with the reader's own lamp mirrored in it.
    Arguments as in :func:`printed`.
    """
    picture = _picture(palm, sample, variation, Band.RGB)
    shown = present(palm.person.seed, palm.hand, sample + SYNTHETIC.attack_samples, variation)
    rng = palm.stream(Stream.ATTACK, sample, 1)
    homography = placed(size, placement, shown.roll, shown.tilt)
    sheet = Sheet(border=SYNTHETIC.bezel, frame_level=0.01, bend=0.0)
    pitch = float(rng.uniform(*SYNTHETIC.screen_pitch))
    spot = rng.uniform((0.25, 0.2), (0.75, 0.8))
    grain = palm.stream(Stream.SENSOR, sample, number)
    frames = []
    for band in bands:
        if band is Band.NIR:
            pane = np.full(PICTURE, SYNTHETIC.pane_nir, np.float32)
            image = sheet.seen(pane, homography, size, band)
        else:
            emitted = _decoded(picture) * np.float32(SYNTHETIC.screen_brightness)
            image = sheet.seen(emitted, homography, size, band)
            image *= _grid(homography, size, pitch, colour=band is Band.RGB)
        image += _reflection(size, spot, band)
        frames.append(exposed(image, band, placement, shown.blur, shown.noise, grain, time, number))
    return FrameSet(tuple(frames))


@lru_cache(maxsize=4)
def _picture(palm: Palm, sample: int, variation: Variation, band: Band) -> Bytes:
    """The attacker's photograph, as RGB."""
    still = attrs.evolve(variation, roll=0.0, tilt=0.0, shift=0.0, scale=0.0)
    taken = render(palm, sample, size=PICTURE, bands=(band,), variation=still).frames[0].pixels
    return taken if taken.ndim == 3 else np.asarray(cv2.cvtColor(taken, cv2.COLOR_GRAY2RGB))


def _decoded(picture: Bytes) -> Float:
    return np.asarray((picture.astype(np.float32) / 255) ** 2, np.float32)


@lru_cache(maxsize=4)
def _halftone(palm: Palm, sample: int, variation: Variation, band: Band) -> Float:
    """The picture as a printer lays it down: pale, less colourful, a dot screen a colour."""
    picture = _picture(palm, sample, variation, band)
    rng = palm.stream(Stream.ATTACK, sample, 2)
    flat = (picture.astype(np.float32) / 255) ** np.float32(SYNTHETIC.print_gamma)
    grey = flat.mean(axis=2, keepdims=True)
    flat = grey + SYNTHETIC.print_saturation * (flat - grey)
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for channel, angle in enumerate(np.deg2rad((15, 75, 0)) + rng.normal(0, 0.02)):
        turn = 2 * np.pi / SYNTHETIC.halftone_pitch
        wave = np.cos(turn * (x * np.cos(angle) + y * np.sin(angle)))
        wave += np.cos(turn * (y * np.cos(angle) - x * np.sin(angle)))
        dots = np.float32(SYNTHETIC.halftone_depth) * wave
        tone = flat[..., channel]
        flat[..., channel] = tone + dots * tone * (1 - tone)
    return np.asarray(np.clip(flat, 0, 1) ** 2, np.float32)


def _grid(
    homography: NDArray[np.float64], size: tuple[int, int], pitch: float, *, colour: bool
) -> Float:
    """The screen's sub-pixels, sampled by the camera's pixels: moiré."""
    height, width = size
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    pixels = np.stack([x, y], axis=-1).reshape(1, -1, 2)
    on_pane = cv2.perspectiveTransform(pixels, np.linalg.inv(homography))[0]
    unit = PICTURE[0] / SIZE[0]
    turns = on_pane.reshape(height, width, 2) * np.float32(2 * np.pi / (pitch * unit))
    depth = np.float32(SYNTHETIC.screen_grid)
    rows = 1 + depth * np.cos(turns[..., 1])
    if not colour:
        return np.asarray(rows, np.float32)
    phases = np.array([0, 2 * np.pi / 3, 4 * np.pi / 3], np.float32)
    columns = 1 + depth * np.cos(turns[..., 0, None] + phases)
    return np.asarray(rows[..., None] * columns, np.float32)


def _reflection(size: tuple[int, int], spot: NDArray[np.float64], band: Band) -> Float:
    """The lamp and the room mirrored in glass."""
    height, width = size
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None] - np.float32(spot[1])
    x = np.linspace(0, 1, width, dtype=np.float32)[None] - np.float32(spot[0])
    away = (x * width / height) ** 2 + y**2
    light = 1.6 * np.exp(-away / 0.0012) + 0.03 * np.exp(-away / 0.05)
    return np.asarray(light[..., None] if band is Band.RGB else light, np.float32)
