"""Fill a gallery: the references of those who will come, among strangers who never do."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import IO

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.benchmark import population
from thenar.evaluation.progress import Progress
from thenar.matching.gallery import ALGORITHM, VERSION
from thenar.protocols import Gallery
from thenar.records import Hand, Signature

_WHOLE = np.full((1, 16), 2**64 - 1, np.uint64)
PENETRATION = 0.5
"""The share of palms that are of the probe's hand (penetration rate, ISO/IEC 19795-1)."""
Codes = NDArray[np.uint64]


@attrs.frozen
class Filled:
    """How filling went.

    Attributes:
        seconds: spent in the gallery.
        drawing_seconds: spent on drawing palms, which is not the gallery's affair.
    """

    seconds: float
    drawing_seconds: float


def fill(
    gallery: Gallery,
    palms: int,
    enrolled: Mapping[int, Signature],
    seed: int,
    progress: Progress,
    copy: IO[bytes],
) -> Filled:
    """Add references 0..palms − 1, a few thousand at a time, so that no second copy is needed.

    Args:
        gallery: an empty one.
        palms: how many references.
        enrolled: number → reference of those who will come; the others are drawn.
        seed: of the population.
        progress: shows how far this is.
        copy: every code is written to it, 1,024 bytes each, in the order of their numbers.
    """
    started, seconds = time.perf_counter(), 0.0
    batches = _batches(palms, enrolled, seed)
    for first, codes in progress("Palms enrolled", -(-palms // population.BATCH), batches):
        adding = time.perf_counter()
        gallery.add(_signatures(first, codes, enrolled))
        seconds += time.perf_counter() - adding
        copy.write(codes.tobytes())
    return Filled(seconds, time.perf_counter() - started - seconds)


def _batches(
    palms: int, enrolled: Mapping[int, Signature], seed: int
) -> Iterator[tuple[int, Codes]]:
    first = 0
    for drawn in population.strangers(palms, seed):
        for number in enrolled.keys() & range(first, first + len(drawn)):
            drawn[number - first] = enrolled[number].bits[0]
        yield first, drawn
        first += len(drawn)


def _signatures(
    first: int, codes: Codes, enrolled: Mapping[int, Signature]
) -> Iterable[tuple[int, Signature]]:
    algorithm, version, aspects = ALGORITHM, VERSION, population.ASPECTS
    for number, bits in enumerate(codes, first):
        hand = (Hand.LEFT, Hand.RIGHT)[number % 2]
        own = Signature(algorithm, version, aspects, bits[None], _WHOLE, hand)
        yield number, enrolled.get(number, own)
