"""Some references of a shelf, wherever they lie, and choosing among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import groupby
from typing import TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.matching.segment import Segment
from thenar.matching.threads import threads
from thenar.parameters import MATCHING

T = TypeVar("T")
R = TypeVar("R")
Unlike = Sequence[NDArray[np.uint16]]
"""Of each part, how unlike its references are: bits that differ."""
_SAMPLE = 1 << 14
_MOST = np.uint16(2**16 - 1)


@attrs.frozen(eq=False)
class Part:
    """Some places of one segment.

    Attributes:
        segment: where they are.
        places: which; those of a run are looked at where they lie.
        meant: bool (run,): which of a run may be found; None: all of them.
    """

    segment: Segment
    places: NDArray[np.intp] | slice
    meant: NDArray[np.bool_] | None = None

    @property
    def in_a_run(self) -> bool:
        """The places are next to each other."""
        return isinstance(self.places, slice)

    @property
    def count(self) -> int:
        """How many of them may be found."""
        return len(self) if self.meant is None else int(np.count_nonzero(self.meant))

    def picked(self) -> Part:
        """Those that may be found, alone."""
        return (
            self if self.meant is None else Part(self.segment, self.at(np.flatnonzero(self.meant)))
        )

    def at(self, which: NDArray[np.intp]) -> NDArray[np.intp]:
        """The places of some of them."""
        if isinstance(self.places, slice):
            return which + self.places.start  # type: ignore[no-any-return]
        return self.places[which]

    def all(self) -> NDArray[np.intp]:
        """The places one by one."""
        if isinstance(self.places, slice):
            return np.arange(self.places.start, self.places.stop)
        return self.places

    def __len__(self) -> int:
        if isinstance(self.places, slice):
            return int(self.places.stop - self.places.start)
        return len(self.places)


def allowed(segments: Iterable[tuple[Segment, int]], among: BitMap | None) -> Iterator[Part]:
    """The references that may be found, a segment's at a time at most.

    Where they are a good share of a segment, all of it is looked at: reading on
    takes less than picking out.
    """
    for segment, filled in segments:
        wanted = (
            len(segment.held) if among is None else segment.held.intersection_cardinality(among)
        )
        if among is None or wanted == filled:
            yield Part(segment, slice(0, filled))
        elif wanted >= MATCHING.run_share * filled:
            yield Part(segment, slice(0, filled), segment.there(among, filled))
        elif wanted:
            yield Part(segment, np.flatnonzero(segment.there(among, filled)))


def keep(parts: Sequence[Part], unlike: Unlike, count: int) -> tuple[Sequence[Part], Unlike]:
    """About ``count`` of the least unlike, judged by a sample; all of them where they are few."""
    total = sum(part.count for part in parts)
    limit = _MOST if count >= total else _limit(parts, unlike, count / total)
    near = [some <= limit for some in unlike]
    for part, here in zip(parts, near, strict=True):
        if part.meant is not None:
            here &= part.meant
    chosen = [np.flatnonzero(here) for here in near]
    left = [Part(part.segment, part.at(here)) for part, here in zip(parts, chosen, strict=True)]
    return left, [some[here] for some, here in zip(unlike, chosen, strict=True)]


def _limit(parts: Sequence[Part], unlike: Unlike, share: float) -> np.uint16:
    """What about this share of those who may be found is at most."""
    meant = [
        some if part.meant is None else some[part.meant]
        for part, some in zip(parts, unlike, strict=True)
    ]
    every = -(-sum(map(len, meant)) // _SAMPLE)
    sample = np.concatenate([some[::every] for some in meant])
    last = min(len(sample) - 1, round(share * len(sample)))
    limit: np.uint16 = np.partition(sample, last)[last]
    return limit


def best(parts: Sequence[Part], unlike: Unlike, count: int) -> list[Part]:
    """The ``count`` least unlike; of equals the first."""
    chosen = np.zeros(sum(map(len, parts)), np.bool_)
    chosen[np.argsort(np.concatenate([_NONE, *unlike]), kind="stable")[:count]] = True
    ends = np.cumsum([len(part) for part in parts])
    split = zip(parts, np.split(chosen, ends[:-1]), strict=True)
    return [Part(part.segment, part.all()[here]) for part, here in split]


_NONE = np.empty(0, np.uint16)


def pieces(parts: Iterable[Part], size: int) -> Iterator[list[Part]]:
    """Every run alone, and the others as many at a time."""
    for in_a_run, some in groupby(parts, lambda part: part.in_a_run):
        if in_a_run:
            yield from ([part] for part in some)
        else:
            yield from batches(some, size)


def batches(parts: Iterable[Part], size: int) -> Iterator[list[Part]]:
    """As many references at a time."""
    batch: list[Part] = []
    room = size
    for part in parts:
        places = part.all()
        while len(places):
            batch.append(Part(part.segment, places[:room]))
            places = places[room:]
            room -= len(batch[-1])
            if not room:
                yield batch
                batch, room = [], size
    if batch:
        yield batch


def spread(work: Callable[[T], R], things: Iterable[T]) -> Iterable[R]:
    """Work on all cores; numpy lets go of the interpreter while it computes."""
    return workers().map(work, things)


@cache
def workers() -> ThreadPoolExecutor:
    """A thread a core."""
    return ThreadPoolExecutor(threads(), "thenar-matching")
