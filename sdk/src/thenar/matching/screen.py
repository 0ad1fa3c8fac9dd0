"""Which references are worth a registration: a search's first three looks.

Each look counts, of the few views of a glimpse, the bits asked that differ, keeps
the best view of each reference, and passes on the share of references with the
fewest. The first reads four words of every reference, the second four more of
what is left, the third all sixteen, from more places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from thenar.matching.buffers import Buffers, unbuffered
from thenar.matching.glimpse import Glimpse

_BUFFERS = Buffers()
_GROUP = 4
_CHUNK = 8192
_SAMPLE = 1024
_AT_ONCE = 9 * _CHUNK
_SUM = 3
T = TypeVar("T", bound=np.generic)
_Counts = NDArray[np.uint8] | NDArray[np.uint16]

PART = 4 * _CHUNK
"""References screened at a time: the second and third look are then worth their calls."""


def screen(
    sights: Sequence[NDArray[np.uint64]], few: Glimpse, many: Glimpse, shares: tuple[float, float]
) -> tuple[NDArray[np.intp], NDArray[np.uint16]]:
    """The references most like the probe at a glance.

    Args:
        sights: of each aspect, uint64 (16, n), n at most PART.
        few: from few places.
        many: from more places.
        shares: of the references, that the first and the second look leave.

    Returns:
        intp (m,) which of the n, and uint16 (m,) how unlike each is.
    """
    shape = (few.signs.shape[2], sights[0].shape[1])
    counts: _Counts = _BUFFERS.of("first", shape, np.uint16)
    if len(sights) == 1:  # of 256 bits a share is asked that fits in a byte
        counts = _BUFFERS.of("first", shape, np.uint8)
    for start in range(0, counts.shape[1], _CHUNK):
        some = slice(start, start + _CHUNK)
        _unlike([sight[:_GROUP, some] for sight in sights], few, 0, counts[:, some])
    left = _fewest(counts.min(axis=0), shares[0])
    both = _BUFFERS.of("both", (len(counts), len(left)), np.uint16)
    both[...] = _taken("counts", counts, left)
    both += _unlike_copies([sight[_GROUP : 2 * _GROUP] for sight in sights], left, few, _GROUP)
    left = left[_fewest(both.min(axis=0), shares[1] / shares[0])]
    least: NDArray[np.uint16] = _unlike_copies(sights, left, many, 0).min(axis=0)
    return left, least


def _taken(name: str, rows: NDArray[T], places: NDArray[np.intp]) -> NDArray[T]:
    """Places of each row, in a buffer."""
    out = _BUFFERS.of(name, (len(rows), len(places)), rows.dtype.type)
    for row, into in zip(rows, out, strict=True):  # rows apart would be copied whole
        np.take(row, places, out=into, mode="clip")
    return out


def _unlike_copies(
    sights: Sequence[NDArray[np.uint64]], places: NDArray[np.intp], glimpse: Glimpse, first: int
) -> NDArray[np.uint16]:
    """As :func:`_unlike`, of some places, whose copies are overwritten at the end."""
    copies = [_taken(f"sight.{n}", sight, places) for n, sight in enumerate(sights)]
    counts = _BUFFERS.of("later", (glimpse.signs.shape[2], len(places)), np.uint16)
    _unlike(copies, glimpse, first, counts)
    for copy in copies:
        copy.fill(0)
    return counts


def _unlike(
    sights: Sequence[NDArray[np.uint64]], glimpse: Glimpse, first: int, out: _Counts
) -> None:
    """How many of the bits asked differ, of words from the ``first`` on: (views, n)."""
    out[...] = 0
    rows = [
        (row, signs[word], asked[word])
        for sight, signs, asked in zip(sights, glimpse.signs, glimpse.asked, strict=True)
        for word, row in enumerate(sight, first)
    ]
    at_once = len(rows) if out.dtype == np.uint8 else _SUM
    views_at_once = max(1, _AT_ONCE // out.shape[1])
    for start in range(0, len(out), views_at_once):
        views = slice(start, start + views_at_once)
        for word in range(0, len(rows), at_once):
            out[views] += _counted(rows[word : word + at_once], views)


def _counted(
    rows: Sequence[tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]]], views: slice
) -> NDArray[np.uint8]:
    """Bits that differ, over a few words: (views, n)."""
    shape = (len(rows[0][1][views]), len(rows[0][0]))
    differ = _BUFFERS.of("differ", shape, np.uint64)
    count = _BUFFERS.of("count", shape, np.uint8)
    total = _BUFFERS.of("total", shape, np.uint8)
    total[...] = 0
    with unbuffered():
        for row, signs, asked in rows:
            np.bitwise_xor(row, signs[views, None], out=differ)
            np.bitwise_and(differ, asked[views, None], out=differ)
            np.bitwise_count(differ, out=count)
            np.add(total, count, out=total)
    return total


def _fewest(counts: NDArray[np.integer], share: float) -> NDArray[np.intp]:
    """Where the smallest of the counts are: about a share of them, judged by a sample."""
    sample = counts[:: max(1, len(counts) // _SAMPLE)]
    last = min(len(sample) - 1, round(share * len(sample)))
    return np.flatnonzero(counts <= np.partition(sample, last)[last])
