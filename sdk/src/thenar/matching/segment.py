"""A stretch of references in memory, filled once from the front.

What is filled is never moved, so that searches read while others append. A
reference that leaves is overwritten where it stands; when nobody holds a segment
any more, all of it is.
"""

from __future__ import annotations

import weakref

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.matching.divisions import DIVISIONS, division, sizes
from thenar.matching.layout import HALF, MASK_WORDS, REST_WORDS, divide, unite

CAPACITY = 1 << 16
_WIDEST_TABLE = 1 << 24


class Segment:
    """Up to CAPACITY references with the same aspects.

    Attributes:
        front: uint64 (aspects, 8, CAPACITY): see :mod:`thenar.matching.layout`.
        rest: uint64 (CAPACITY, aspects, 120).
        masks: uint64 (CAPACITY, aspects, 16).
        numbers: uint32 (CAPACITY,).
        divisions: uint8 (CAPACITY,): see :mod:`thenar.matching.divisions`.
        alive: bool (CAPACITY,).
        held: the numbers of those alive.
        sizes: how many of those alive are of each division, intp (12,).
    """

    def __init__(self, aspects: int) -> None:
        # Zeroed memory takes no room until it is written.
        self.front = np.zeros((aspects, HALF, CAPACITY), np.uint64)
        self.rest = np.zeros((CAPACITY, aspects, REST_WORDS), np.uint64)
        self.masks = np.zeros((CAPACITY, aspects, MASK_WORDS), np.uint64)
        self.numbers = np.zeros(CAPACITY, np.uint32)
        self.divisions = np.zeros(CAPACITY, np.uint8)
        self.alive = np.zeros(CAPACITY, np.bool_)
        self.held = BitMap()
        self.sizes = np.zeros(DIVISIONS, np.intp)
        self._end = np.zeros(1, np.intp)
        last = weakref.finalize(self, _overwrite, self.front, self.rest, self.masks, self._end)
        last.atexit = False

    @property
    def filled(self) -> int:
        """How many places are taken, by the living and by those who left."""
        return int(self._end[0])

    @property
    def bytes(self) -> int:
        """Memory that the references take."""
        arrays = (self.rest, self.masks, self.numbers, self.divisions, self.alive)
        one = self.front[..., 0].nbytes + sum(array[0].nbytes for array in arrays)
        return int(self.filled * one)

    def append(
        self, numbers: NDArray[np.uint32], bits: NDArray[np.uint64], masks: NDArray[np.uint64]
    ) -> None:
        """Fill the next places.

        Args:
            numbers: uint32 (n,), distinct, no more than there is room.
            bits: uint64 (n, aspects, 128).
            masks: uint64 (n, aspects, 16).
        """
        part = slice(self.filled, self.filled + len(numbers))
        self.front[..., part], self.rest[part] = divide(bits)
        self.masks[part] = masks
        self.numbers[part] = numbers
        self.divisions[part] = division(numbers)
        self.alive[part] = True
        self.held = self.held | BitMap(numbers)
        self.sizes = self.sizes + sizes(self.divisions[part])
        self._end[0] = part.stop

    def remove(self, numbers: BitMap, *, before: int) -> None:
        """Let references at places before this one leave, and overwrite their bits."""
        here = self.places(numbers, before)
        self.alive[here] = False
        self.front[..., here] = 0
        self.rest[here] = 0
        self.masks[here] = 0
        self.sizes = self.sizes - sizes(self.divisions[here])
        self.held = self.held - (numbers - BitMap(self.numbers[before : self.filled]))

    def places(self, numbers: BitMap, before: int) -> NDArray[np.intp]:
        """Where the living with these numbers are."""
        return np.flatnonzero(self.there(numbers, before))

    def there(self, numbers: BitMap, before: int) -> NDArray[np.bool_]:
        """At which places, bool (before,), somebody living has one of these numbers."""
        wanted = numbers & self.held
        if not wanted:
            return np.zeros(before, np.bool_)
        low, span = wanted.min(), wanted.max() - wanted.min() + 1
        there, given = self.numbers[:before], np.array(wanted.to_array(), np.uint32)
        if span > _WIDEST_TABLE:
            return np.isin(there, given) & self.alive[:before]
        table = np.zeros(span + 1, np.bool_)
        table[given - np.uint32(low)] = True
        offset = np.minimum(there - np.uint32(low), np.uint32(span))  # those below wrap around
        here: NDArray[np.bool_] = np.take(table, offset, mode="clip")
        return here & self.alive[:before]

    def living(self, before: int) -> Segment:
        """A segment with those alone who are still here."""
        places = np.flatnonzero(self.alive[:before])
        fresh = Segment(len(self.front))
        fresh.front[..., : len(places)] = self.front[..., places]
        fresh.rest[: len(places)] = self.rest[places]
        fresh.masks[: len(places)] = self.masks[places]
        fresh.numbers[: len(places)] = self.numbers[places]
        fresh.divisions[: len(places)] = self.divisions[places]
        fresh.sizes = sizes(fresh.divisions[: len(places)])
        fresh.alive[: len(places)] = True
        fresh.held = BitMap(fresh.numbers[: len(places)])
        fresh._end[0] = len(places)
        return fresh

    def look(
        self, aspect: int, places: NDArray[np.intp], words: slice, out: NDArray[np.uint64]
    ) -> None:
        """Copy words of sights of one aspect, of either half or all, into ``out`` (words, n)."""
        into = out
        if words.start < HALF:
            for row, some in zip(self.front[aspect], out, strict=False):  # as one, all is copied
                np.take(row, places, out=some, mode="clip")
            into = out[HALF:]
        if words.stop > HALF:
            pieces = self.rest.reshape(-1, HALF)
            each = REST_WORDS // HALF
            at = (places * len(self.front) + aspect) * each
            back = np.take(pieces, at, axis=0, mode="clip")
            into[...] = back.T
            back.fill(0)

    def read(
        self,
        places: NDArray[np.intp],
        aspects: list[int],
        bits: NDArray[np.uint64],
        masks: NDArray[np.uint64],
    ) -> None:
        """Copy references into ``bits`` (n, aspects, 128) and ``masks`` (n, aspects, 16)."""
        for place, aspect in enumerate(aspects):
            unite(self.front[aspect], self.rest[:, aspect], places, bits[:, place])
            masks[:, place] = self.masks[places, aspect]


def _overwrite(
    front: NDArray[np.uint64],
    rest: NDArray[np.uint64],
    masks: NDArray[np.uint64],
    end: NDArray[np.intp],
) -> None:
    used = slice(0, int(end[0]))
    front[..., used] = 0
    rest[used] = 0
    masks[used] = 0
