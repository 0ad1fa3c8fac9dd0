"""Some references of a shelf, wherever they lie, and choosing among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import attrs
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.matching.divisions import first, nearest, sizes
from thenar.matching.segment import Segment
from thenar.parameters import MATCHING

Unlike = Sequence[NDArray[np.uint16]]
"""Of each part, how unlike its references are: bits that differ."""


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
    def divisions(self) -> NDArray[np.uint8]:
        """The division of each place, uint8 (n,)."""
        return self.segment.divisions[self.places]

    @property
    def sizes(self) -> NDArray[np.intp]:
        """How many of each division may be found, intp (12,)."""
        if self.in_a_run and self.meant is None:
            return self.segment.sizes
        return sizes(self.divisions if self.meant is None else self.divisions[self.meant])

    def picked(self) -> Part:
        """Those that may be found, one by one."""
        if self.meant is None:
            return self
        return Part(self.segment, self.at(np.flatnonzero(self.meant)))

    def of(self, which: NDArray[np.bool_]) -> Part:
        """Those of some divisions, bool (12,)."""
        here = which[self.divisions]
        if not isinstance(self.places, slice):
            return Part(self.segment, self.places[here])
        return Part(self.segment, self.places, here if self.meant is None else here & self.meant)

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
    """The references that may be found, a segment's at a time.

    Where they are a good share of a segment, all of it is looked at: reading on
    takes less than picking out.
    """
    for segment, filled in segments:
        wanted = segment.held if among is None else segment.held & among
        if len(wanted) == filled:
            yield Part(segment, slice(0, filled))
        elif len(wanted) >= MATCHING.run_share * filled:
            yield Part(segment, slice(0, filled), segment.there(wanted, filled))
        elif wanted:
            yield Part(segment, np.flatnonzero(segment.there(wanted, filled)))


def keep(
    parts: Sequence[Part], unlike: Unlike, most: NDArray[np.intp]
) -> tuple[Sequence[Part], Unlike]:
    """The least unlike of each division, and all that are as unlike as the last of them."""
    divisions = [part.divisions for part in parts]
    chosen = nearest(divisions, unlike, [part.meant for part in parts], most)
    left = [Part(part.segment, part.at(here)) for part, here in zip(parts, chosen, strict=True)]
    return left, [some[here] for some, here in zip(unlike, chosen, strict=True)]


def best(parts: Sequence[Part], unlike: Unlike, most: NDArray[np.intp]) -> list[Part]:
    """The least unlike of each division, of equals those with lower numbers."""
    left, unlike = keep(parts, unlike, most)
    chosen = first(
        np.concatenate([part.divisions for part in left]),
        np.concatenate(unlike),
        np.concatenate([part.segment.numbers[part.places] for part in left]),
        most,
    )
    ends = np.cumsum([len(part) for part in left])
    split = zip(left, np.split(chosen, ends[:-1]), strict=True)
    return [Part(part.segment, part.all()[here]) for part, here in split]


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
