"""Some references of a shelf, wherever they lie, and choosing among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.matching.segment import CAPACITY, Segment
from thenar.matching.threads import threads

T = TypeVar("T")
R = TypeVar("R")
Unlike = Sequence[NDArray[np.uint16]]
"""Of each part, how unlike its references are: bits that differ."""
_SAMPLE = 1 << 14


@attrs.frozen(eq=False)
class Part:
    """Some places of one segment."""

    segment: Segment
    places: NDArray[np.intp] | slice

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
    """The references that may be found, a segment's at a time at most."""
    for segment, filled in segments:
        if among is None or len(among & segment.held) == filled:
            for start in range(0, filled, CAPACITY):
                yield Part(segment, slice(start, min(start + CAPACITY, filled)))
            continue
        places = segment.places(among, filled)
        for start in range(0, len(places), CAPACITY):
            yield Part(segment, places[start : start + CAPACITY])


def keep(parts: Sequence[Part], unlike: Unlike, count: float) -> tuple[Sequence[Part], Unlike]:
    """About ``count`` of the least unlike, judged by a sample; all of them where they are few."""
    total = sum(map(len, parts))
    if count >= total:
        return parts, unlike
    every = -(-total // _SAMPLE)
    sample = np.concatenate([some[::every] for some in unlike])
    last = min(len(sample) - 1, round(count / total * len(sample)))
    limit = np.partition(sample, last)[last]
    chosen = [np.flatnonzero(some <= limit) for some in unlike]
    left = [Part(part.segment, part.at(here)) for part, here in zip(parts, chosen, strict=True)]
    return left, [some[here] for some, here in zip(unlike, chosen, strict=True)]


def best(parts: Sequence[Part], unlike: Unlike, count: int) -> list[Part]:
    """The ``count`` least unlike; of equals the first."""
    chosen = np.zeros(sum(map(len, parts)), np.bool_)
    chosen[np.argsort(np.concatenate([_NONE, *unlike]), kind="stable")[:count]] = True
    ends = np.cumsum([len(part) for part in parts])
    split = zip(parts, np.split(chosen, ends[:-1]), strict=True)
    return [Part(part.segment, part.all()[here]) for part, here in split]


_NONE = np.empty(0, np.uint16)


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
