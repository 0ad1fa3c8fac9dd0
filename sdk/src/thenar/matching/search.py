"""The order of a search: a glance at everybody, a registration of the few who are left.

References that a candidate set leaves out are never looked at. A small gallery is
registered whole. Otherwise three looks (:mod:`thenar.matching.screen`) at where
most mates are choose whom to register; where nobody among them is certain, three
more look where the few others are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.matching import glimpse
from thenar.matching.buffers import Buffers
from thenar.matching.calibration import false_match_rate
from thenar.matching.coarse import REFERENCES
from thenar.matching.distance import distances
from thenar.matching.glimpse import FIRST, SECOND, Glimpse
from thenar.matching.layout import MASK_WORDS, SIGHT_WORDS, WORDS
from thenar.matching.overlay import Overlay, overlay
from thenar.matching.screen import fewest, look
from thenar.matching.segment import CAPACITY, Segment
from thenar.parameters import MATCHING
from thenar.records import Probe

_BUFFERS = Buffers()
_LOOKED_AT = 8192
T = TypeVar("T")
R = TypeVar("R")
Rated = tuple[NDArray[np.uint32], NDArray[np.float64]]
"""Numbers of references and their false-match rates."""


@attrs.frozen(eq=False)
class Shelf:
    """References with the same aspects, as they were at one moment.

    Attributes:
        aspects: names of the aspects.
        segments: each with how many of its places had been filled.
    """

    aspects: tuple[str, ...]
    segments: tuple[tuple[Segment, int], ...] = ()


@attrs.frozen(eq=False)
class _Part:
    """Some places of one segment."""

    segment: Segment
    places: NDArray[np.intp] | slice

    def all(self) -> NDArray[np.intp]:
        if isinstance(self.places, slice):
            return np.arange(self.places.start, self.places.stop)
        return self.places

    def __len__(self) -> int:
        if isinstance(self.places, slice):
            return int(self.places.stop - self.places.start)
        return len(self.places)


@attrs.frozen(eq=False)
class _Task:
    """A probe and a shelf, and which of their aspects to compare."""

    probe: Probe
    ours: NDArray[np.intp]
    theirs: list[int]
    parts: Sequence[_Part]

    @classmethod
    def of(cls, shelf: Shelf, probe: Probe, among: BitMap | None) -> _Task:
        common = [name for name in probe.aspects if name in shelf.aspects]
        ours = np.array([probe.aspects.index(name) for name in common], np.intp)
        theirs = [shelf.aspects.index(name) for name in common]
        return cls(probe, ours, theirs, list(_parts(shelf, among)))

    @property
    def size(self) -> int:
        return sum(len(part) for part in self.parts)


def search(shelf: Shelf, probe: Probe, among: BitMap | None) -> Rated:
    """The references of a shelf most like the probe, in no order, and some others."""
    task = _Task.of(shelf, probe, among)
    if not task.theirs or not task.size:
        return joined([])
    laid = _workers().submit(overlay, probe, task.ours)
    if task.size <= MATCHING.screened_from:
        return _registered(laid.result(), task, task.parts, _spread)
    near = _screened(task, *glimpse.near(probe, task.ours))
    found = _registered(laid.result(), task, near.best(0, MATCHING.registered), _spread)
    if found[1].min(initial=1.0) <= MATCHING.certain:
        return found
    far = _screened(task, *glimpse.wide(probe, task.ours))
    later = MATCHING.registered + MATCHING.registered_later
    more = near.best(MATCHING.registered, later) + far.best(0, MATCHING.registered)
    return joined([found, _registered(laid.result(), task, more, _spread)])


def score(shelf: Shelf, probe: Probe, among: BitMap | None) -> Rated:
    """Every reference of a shelf registered; those with no aspect in common are rated 1."""
    task = _Task.of(shelf, probe, among)
    if task.theirs:
        return _registered(overlay(probe, task.ours), task, task.parts, map)
    nobody = ((part.segment.numbers[part.places], np.ones(len(part))) for part in task.parts)
    return joined(nobody)


def joined(rated: Iterable[Rated]) -> Rated:
    """Several answers as one."""
    numbers, rates = [np.empty(0, np.uint32)], [np.empty(0)]
    for some, their in rated:
        numbers.append(some)
        rates.append(their)
    return np.concatenate(numbers), np.concatenate(rates)


def _parts(shelf: Shelf, among: BitMap | None) -> Iterator[_Part]:
    for segment, filled in shelf.segments:
        if among is None or len(among & segment.held) == filled:
            for start in range(0, filled, CAPACITY):
                yield _Part(segment, slice(start, min(start + CAPACITY, filled)))
            continue
        places = segment.places(among, filled)
        for start in range(0, len(places), CAPACITY):
            yield _Part(segment, places[start : start + CAPACITY])


@attrs.frozen(eq=False)
class _Screened:
    """What is left of each part, and how unlike at a glance."""

    parts: Sequence[_Part]
    unlike: NDArray[np.uint16]

    def best(self, start: int, stop: int) -> list[_Part]:
        """From the ``start`` best to the ``stop`` best, part by part."""
        chosen = np.zeros(len(self.unlike), np.bool_)
        chosen[np.argsort(self.unlike, kind="stable")[start:stop]] = True
        return _chosen(self.parts, chosen)


def _screened(task: _Task, few: Glimpse, many: Glimpse) -> _Screened:
    """Those whom it may be worth registering, after three looks."""

    def left(part: _Part, sights: Sequence[NDArray[np.uint64]] | NDArray[np.uint64]) -> _Part:
        return _Part(part.segment, part.all()[fewest(look(sights, few, FIRST), shares[0])])

    def first(part: _Part) -> _Part:
        if isinstance(part.places, slice):
            return left(part, [part.segment.sight[a][:, part.places] for a in task.theirs])
        with _copied([part], task.theirs) as sights:
            return left(part, sights)

    def second(batch: list[_Part]) -> list[_Part]:
        with _copied(batch, task.theirs) as sights:
            chosen = np.zeros(sights.shape[2], np.bool_)
            chosen[fewest(look(sights, few, SECOND), shares[1] / shares[0])] = True
            return _chosen(batch, chosen)

    def third(batch: list[_Part]) -> NDArray[np.uint16]:
        with _copied(batch, task.theirs) as sights:
            return look(sights, many, SIGHT_WORDS)

    enough = MATCHING.registered / task.size
    shares = max(MATCHING.first_share, min(1.0, 16 * enough)), 0.0
    shares = shares[0], max(MATCHING.second_share, min(shares[0], 4 * enough))
    once = _batches(_spread(first, task.parts))
    twice = [part for batch in _spread(second, once) for part in batch]
    unlike = _spread(third, _batches(twice))
    return _Screened(twice, np.concatenate([np.empty(0, np.uint16), *unlike]))


def _chosen(parts: Sequence[_Part], chosen: NDArray[np.bool_]) -> list[_Part]:
    """What is chosen of parts, one after the other."""
    ends = np.cumsum([len(part) for part in parts])
    split = zip(parts, np.split(chosen, ends[:-1]), strict=True)
    return [_Part(part.segment, part.all()[here]) for part, here in split]


@contextmanager
def _copied(batch: Sequence[_Part], aspects: list[int]) -> Iterator[NDArray[np.uint64]]:
    """Sights of some references, uint64 (aspects, 16, n), overwritten at the end."""
    sights = _BUFFERS.of("sights", (len(aspects), SIGHT_WORDS, sum(map(len, batch))), np.uint64)
    start = 0
    for part in batch:
        rows = slice(start, start + len(part))
        for into, aspect in zip(sights, aspects, strict=True):
            part.segment.look(aspect, part.all(), into[:, rows])
        start = rows.stop
    yield sights
    sights.fill(0)


def _registered(laid: Overlay, task: _Task, parts: Sequence[_Part], spread: Any) -> Rated:
    """Parts compared in full, without those who have left."""

    def rate(batch: list[_Part]) -> Rated:
        unlike = _unlike(laid, batch, task.theirs)
        rates = false_match_rate(unlike, len(task.theirs))
        numbers = np.concatenate([part.segment.numbers[part.places] for part in batch])
        here = np.concatenate([part.segment.alive[part.places] for part in batch])
        return numbers[here], rates[here]

    return joined(spread(rate, _batches(parts, REFERENCES)))


def _unlike(laid: Overlay, batch: list[_Part], aspects: list[int]) -> NDArray[np.float64]:
    """Distances of up to REFERENCES references, whose copies are overwritten at the end."""
    shape = (sum(map(len, batch)), len(aspects))
    bits = _BUFFERS.of("bits", (*shape, WORDS), np.uint64)
    masks = _BUFFERS.of("masks", (*shape, MASK_WORDS), np.uint64)
    start = 0
    for part in batch:
        rows = slice(start, start + len(part))
        part.segment.read(part.all(), aspects, bits[rows], masks[rows])
        start = rows.stop
    unlike = distances(laid, bits, masks)
    bits.fill(0)
    return unlike


def _batches(parts: Iterable[_Part], size: int = _LOOKED_AT) -> Iterator[list[_Part]]:
    """As many references at a time."""
    batch: list[_Part] = []
    room = size
    for part in parts:
        places = part.all()
        while len(places):
            batch.append(_Part(part.segment, places[:room]))
            places = places[room:]
            room -= len(batch[-1])
            if not room:
                yield batch
                batch, room = [], size
    if batch:
        yield batch


def _spread(work: Callable[[T], R], things: Iterable[T]) -> Iterable[R]:
    """Work on all cores; numpy lets go of the interpreter while it computes."""
    return _workers().map(work, things)


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), "thenar-matching")
