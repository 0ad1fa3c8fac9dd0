"""Synthetic palms for the suites of recognition, drawn once a process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import attrs
import numpy as np

from thenar.records import CROP_SIDE, Band, Hand, PalmCrop, Probe, Signature

if TYPE_CHECKING:
    from thenar.protocols import SignatureMaker
    from thenar.records import FrameSet

PEOPLE = 3


@cache
def crop(person: int, sample: int) -> PalmCrop:
    """One capture of a person's right palm, in visible light and near infrared."""
    from thenar.synthetic import Person, palm_crop

    return palm_crop(Person(5000 + person).palm(Hand.RIGHT), sample)


def crop_in(band: Band, person: int, sample: int) -> PalmCrop:
    """The same in one band alone."""
    whole = crop(person, sample)
    pixels = whole.bands[Band.RGB].mean(axis=2).astype(np.uint8)
    only = {Band.GREY: pixels, Band.RGB: whole.bands[Band.RGB], Band.NIR: whole.bands[Band.NIR]}
    return attrs.evolve(whole, bands={band: only[band]})


def flat(level: int | None, *, trusted: bool = True) -> PalmCrop:
    """A crop of one grey level, or of noise, with all or none of its skin trusted."""
    side = (CROP_SIDE, CROP_SIDE)
    noise = np.random.default_rng(1).integers(0, 256, side, np.uint8)
    pixels = noise if level is None else np.full(side, level, np.uint8)
    bands = {Band.RGB: np.stack([pixels] * 3, axis=2), Band.NIR: pixels}
    return PalmCrop(bands, np.full(side, trusted), Hand.RIGHT, 10.0)


@cache
def presentation(person: int) -> tuple[tuple[FrameSet, ...], tuple[PalmCrop, ...]]:
    """A hand before the reader: frames, and the crops cut from them."""
    from thenar.capture import acquire
    from thenar.synthetic import Person, render

    palm = Person(5000 + person).palm(Hand.RIGHT)
    frames = tuple(render(palm, sample, number=sample) for sample in range(2))
    return frames, tuple(acquire(one) for one in frames)


def references(maker: SignatureMaker) -> list[Signature]:
    """A signature of each person's palm."""
    return [maker.make([crop(person, 0)]) for person in range(PEOPLE)]


def probes(maker: SignatureMaker) -> list[Probe]:
    """Another capture of each, prepared for comparison."""
    return [maker.probe([crop(person, 1)]) for person in range(PEOPLE)]
