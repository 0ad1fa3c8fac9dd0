"""Which references are worth a registration: looks at them, each closer and at fewer.

A look counts, of the views of a glimpse, the bits asked that differ, over some
words of the references' sights, and keeps the best view of each. What it costs is
little more than reading, comparing and counting words; the work is cut into steps
about as large as the second-level cache, and no smaller, since between steps threads
wait for the interpreter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thenar.matching.buffers import Buffers, unbuffered
from thenar.matching.glimpse import Glimpse

_BUFFERS = Buffers()
_AT_ONCE = 9 * 32768
_MOST_VIEWS = 25
_MOST_PLACES = 65536
_IN_A_BYTE = 3
_Row = tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]]


def look(
    sights: Sequence[NDArray[np.uint64]] | NDArray[np.uint64], glimpse: Glimpse, words: int
) -> NDArray[np.uint16]:
    """How unlike references are at a glance: bits asked that differ in the best view.

    Args:
        sights: of each aspect, uint64 (at least ``words``, n).
        glimpse: of the probe.
        words: how many of them to read, the first.

    Returns:
        uint16 (n,).
    """
    rows: list[_Row] = [
        (sight[word], signs[word, :, None], asked[word, :, None])
        for sight, signs, asked in zip(sights, glimpse.signs, glimpse.asked, strict=True)
        for word in range(words)
    ]
    views, count = glimpse.signs.shape[2], sights[0].shape[1]
    least = np.empty(count, np.uint16)
    at_once = min(_MOST_PLACES, _AT_ONCE // min(views, _MOST_VIEWS))
    for start in range(0, count, at_once):
        some = slice(start, start + at_once)
        for view in range(0, views, _MOST_VIEWS):
            fewest = _unlike(rows, some, slice(view, view + _MOST_VIEWS)).min(axis=0)
            if view:
                np.minimum(least[some], fewest, out=least[some])
            else:
                least[some] = fewest
    return least


def _unlike(
    rows: Sequence[_Row], places: slice, views: slice
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Bits asked that differ, over all words: (views, n)."""
    few = _counted(rows[:_IN_A_BYTE], places, views)
    if len(rows) <= _IN_A_BYTE:
        return few
    total = _BUFFERS.of("total", few.shape, np.uint16)
    wide = _BUFFERS.of("wide", few.shape, np.uint16)
    total[...] = few
    for first in range(_IN_A_BYTE, len(rows), _IN_A_BYTE):
        wide[...] = _counted(rows[first : first + _IN_A_BYTE], places, views)
        np.add(total, wide, out=total)
    return total


def _counted(rows: Sequence[_Row], places: slice, views: slice) -> NDArray[np.uint8]:
    """As :func:`_unlike`, over so few words that the counts fit in a byte."""
    shape = (len(rows[0][1][views]), len(rows[0][0][places]))
    differ = _BUFFERS.of("differ", shape, np.uint64)
    count = _BUFFERS.of("count", shape, np.uint8)
    total = _BUFFERS.of("few", shape, np.uint8)
    with unbuffered():
        for row, signs, asked in rows:
            np.bitwise_xor(row[places], signs[views], out=differ)
            np.bitwise_and(differ, asked[views], out=differ)
            if row is rows[0][0]:
                np.bitwise_count(differ, out=total)
            else:
                np.bitwise_count(differ, out=count)
                np.add(total, count, out=total)
    return total
