"""Which references are worth a registration: looks at them, each closer and at fewer.

A look makes a few words of the references' sights, those bits that a group of views asks
about, counts for each view how many differ, and keeps the best view of each reference.
What it costs is little more than reading, comparing and counting words; the work is cut
into steps that a cache holds, and no smaller, since between steps threads wait for the
interpreter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thenar.matching.buffers import Buffers, unbuffered
from thenar.matching.glimpse import Glimpse, Group

_BUFFERS = Buffers()
_AT_ONCE = 1 << 20
"""Words that a step writes, 8 MB. With a quarter of it, two threads take half as long again."""
_MOST_VIEWS = 25
_IN_A_BYTE = 3
Sights = Sequence[NDArray[np.uint64]]
Counts = NDArray[np.uint8] | NDArray[np.uint16]


def look(sights: Sights | NDArray[np.uint64], glimpse: Glimpse) -> NDArray[np.uint16]:
    """How unlike references are at a glance: bits asked that differ in the best view.

    Args:
        sights: of each aspect, uint64 (words, n): those that the glimpse reads.
        glimpse: of the probe.

    Returns:
        uint16 (n,).
    """
    count = sights[0].shape[1]
    least = np.full(count, np.iinfo(np.uint16).max, np.uint16)
    step = _AT_ONCE // max(map(_written, glimpse))
    for start in range(0, count, step):
        some = slice(start, start + step)
        here = [sight[:, some] for sight in sights]
        for group in glimpse:
            _lower(least[some], here, group)
    return least


def _written(group: Group) -> int:
    """Words written for each reference, at most."""
    aspects, made, each = group.chosen.shape
    views = min(group.signs.shape[2], _MOST_VIEWS)
    return int(made * each + min(aspects * made, _IN_A_BYTE) * views)


def _lower(least: NDArray[np.uint16], sights: Sights, group: Group) -> None:
    """Lower what is least to what a group's best view finds."""
    words = _asked(sights, group)
    signs = group.signs.reshape(len(words), -1, 1)
    for first in range(0, signs.shape[1], _MOST_VIEWS):
        fewest = _unlike(words, signs[:, first : first + _MOST_VIEWS]).min(axis=0)
        np.minimum(least, fewest, out=least)


def _asked(sights: Sights, group: Group) -> NDArray[np.uint64]:
    """The bits that a group asks about, of every aspect: uint64 (words, n)."""
    aspects, made, each = group.chosen.shape
    if aspects == each == 1:  # every bit counts
        return sights[0]
    count = sights[0].shape[1]
    words = _BUFFERS.of("words", (aspects, made, count), np.uint64)
    some = _BUFFERS.of("some", (each, made, count), np.uint64)
    with unbuffered():
        for sight, chosen, into in zip(sights, group.chosen, words, strict=True):
            np.bitwise_and(sight.reshape(each, made, count), chosen.T[..., None], out=some)
            np.bitwise_or.reduce(some, axis=0, out=into)
    return words.reshape(-1, count)


def _unlike(words: NDArray[np.uint64], signs: NDArray[np.uint64]) -> Counts:
    """Bits that differ, over all words: (views, n)."""
    few = _counted(words[:_IN_A_BYTE], signs[:_IN_A_BYTE])
    if len(words) <= _IN_A_BYTE:
        return few
    total = _BUFFERS.of("total", few.shape, np.uint16)
    total[...] = few
    for first in range(_IN_A_BYTE, len(words), _IN_A_BYTE):
        part = slice(first, first + _IN_A_BYTE)
        np.add(total, _counted(words[part], signs[part]), out=total)
    return total


def _counted(words: NDArray[np.uint64], signs: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """As :func:`_unlike`, over so few words that the counts fit in a byte."""
    shape = (len(words), signs.shape[1], words.shape[1])
    differ = _BUFFERS.of("differ", shape, np.uint64)
    counts = _BUFFERS.of("counts", shape, np.uint8)
    total = _BUFFERS.of("few", shape[1:], np.uint8)
    with unbuffered():
        np.bitwise_xor(words[:, None], signs, out=differ)
        np.bitwise_count(differ, out=counts)
        np.add.reduce(counts, axis=0, dtype=np.uint8, out=total)
    return total
