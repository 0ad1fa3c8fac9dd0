"""The order of a search: a glance at everybody, a registration of the few who are left.

References that a candidate set leaves out are never looked at. A small gallery is
registered whole. Otherwise looks (:mod:`thenar.matching.screen`) at where most
mates are, each closer and at fewer, choose whom to register; where nobody among them is
certain, everybody is glanced at where the few others are, and more are registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import attrs
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.matching.buffers import Buffers
from thenar.matching.calibration import false_match_rate
from thenar.matching.coarse import REFERENCES
from thenar.matching.distance import distances
from thenar.matching.divisions import DIVISIONS, Quota, enough
from thenar.matching.glimpse import Glimpse, Glimpses
from thenar.matching.layout import BACK, FRONT, HALF, MASK_WORDS, WHOLE, WORDS
from thenar.matching.overlay import Overlay, overlay
from thenar.matching.parts import (
    Part,
    Unlike,
    allowed,
    batches,
    best,
    keep,
    pieces,
)
from thenar.matching.screen import look
from thenar.matching.segment import Segment
from thenar.matching.threads import spread, threads
from thenar.parameters import MATCHING
from thenar.records import Probe

_BUFFERS = Buffers()
_LOOKED_AT = 32768
_SHARED_FROM = 400_000
"""Views of references: fewer are for one thread, as two wait for the interpreter at each step."""

Segments = tuple[tuple[Segment, int], ...]
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
    segments: Segments = ()


@attrs.frozen(eq=False)
class _Task:
    """A probe and a shelf, which of their aspects to compare, and how many there are."""

    probe: Probe
    ours: NDArray[np.intp]
    theirs: list[int]
    parts: Sequence[Part]
    sizes: NDArray[np.intp]

    @classmethod
    def of(cls, shelf: Shelf, probe: Probe, among: BitMap | None) -> _Task:
        common = [name for name in probe.aspects if name in shelf.aspects]
        ours = np.array([probe.aspects.index(name) for name in common], np.intp)
        theirs = [shelf.aspects.index(name) for name in common]
        parts = list(allowed(shelf.segments, among))
        there = sum((part.sizes for part in parts), np.zeros(DIVISIONS, np.intp))
        return cls(probe, ours, theirs, parts, there)

    def left(self, glanced: Unlike, nearer: Glimpse, quotas: tuple[Quota, Quota]) -> Sequence[Part]:
        """Who is left after everybody was glanced at, and then those left looked at.

        What the two find differing is added up: each reads another half of a sight.
        """
        most, fewer = (enough(quota, self.sizes) for quota in quotas)
        left, unlike = keep(self.parts, glanced, most)
        looked = _looked(self, left, nearer)
        return keep(left, [np.add(*both) for both in zip(unlike, looked, strict=True)], fewer)[0]

    def best(self, parts: Sequence[Part], unlike: Unlike, quota: Quota) -> list[Part]:
        """The most alike among some of them."""
        return best(parts, unlike, enough(quota, self.sizes))


def rounds(shelf: Shelf, probe: Probe, among: BitMap | None, limit: int) -> Iterator[Rated]:
    """The references of a shelf most like the probe, in no order, and some others.

    First where most mates are, then wider; whoever is certain stops.
    """
    task = _Task.of(shelf, probe, among)
    if not task.theirs or not task.sizes.any():
        return
    laid = overlay(probe, task.ours)
    few_there = task.sizes <= MATCHING.screened_from / DIVISIONS
    some_there = (few_there & (task.sizes > 0)).any()
    whole = [part.of(few_there).picked() for part in task.parts] if some_there else []
    if few_there.all():
        yield _registered(laid, task, whole)
        return
    if whole:
        task = attrs.evolve(task, parts=[part.of(~few_there) for part in task.parts])
    views = Glimpses(probe, task.ours)
    few, some, many = MATCHING.asked_words
    glanced = _looked(task, task.parts, views.near(FRONT, few))
    left = task.left(glanced, views.near(BACK, some), MATCHING.kept)
    looked = _looked(task, left, views.closer(WHOLE, many))
    alike = task.best(left, looked, (0.0, max(MATCHING.registered, limit)))
    yield _registered(laid, task, [*whole, *alike])
    far = _looked(task, task.parts, views.far(FRONT, few))
    glanced = [np.minimum(*both) for both in zip(glanced, far, strict=True)]
    few, some = MATCHING.asked_words_later
    left = task.left(glanced, views.far(BACK, few), MATCHING.kept_later)
    looked = _looked(task, left, views.wide(WHOLE, some))
    alike = task.best(left, looked, MATCHING.looked_at_last)
    looked = _looked(task, alike, views.last(WHOLE, many))
    share, least = MATCHING.registered_later
    alike = task.best(alike, looked, (share, max(least, limit)))
    yield _registered(laid, task, alike)


def score(shelf: Shelf, probe: Probe, among: BitMap | None) -> Rated:
    """Every reference of a shelf registered; those with no aspect in common are rated 1."""
    task = _Task.of(shelf, probe, among)
    meant = [part.picked() for part in task.parts]
    if task.theirs:
        return _registered(overlay(probe, task.ours), task, meant)
    nobody = ((part.segment.numbers[part.places], np.ones(len(part))) for part in meant)
    return joined(nobody)


def joined(rated: Iterable[Rated]) -> Rated:
    """Several answers as one."""
    numbers, rates = [np.empty(0, np.uint32)], [np.empty(0)]
    for some, their in rated:
        numbers.append(some)
        rates.append(their)
    return np.concatenate(numbers), np.concatenate(rates)


def _looked(task: _Task, parts: Sequence[Part], glimpse: Glimpse) -> Unlike:
    """How unlike the references of each part are at a glance."""
    words = glimpse[0].words
    in_front = words.stop <= HALF

    def one(batch: list[Part]) -> NDArray[np.uint16]:
        (part, *_) = batch
        if in_front and part.in_a_run:
            return look([part.segment.front[a][words, part.places] for a in task.theirs], glimpse)
        with _copied(batch, task.theirs, words) as sights:
            return look(sights, glimpse)

    cut = (pieces if in_front else batches)(parts, _share(parts))
    views = sum(group.signs.shape[-1] for group in glimpse)
    looked = spread(one, cut) if views * sum(map(len, parts)) > _SHARED_FROM else map(one, cut)
    unlike = np.concatenate([np.empty(0, np.uint16), *looked])
    return np.split(unlike, np.cumsum([len(part) for part in parts])[:-1])


def _share(parts: Sequence[Part]) -> int:
    """How many references to look at at a time, so that every core has some."""
    return max(1, min(_LOOKED_AT, -(-sum(map(len, parts)) // threads())))


@contextmanager
def _copied(
    batch: Sequence[Part], aspects: list[int], words: slice
) -> Iterator[NDArray[np.uint64]]:
    """Words of some references' sights, uint64 (aspects, words, n)."""
    shape = (len(aspects), words.stop - words.start, sum(map(len, batch)))
    with _BUFFERS.used():
        sights = _BUFFERS.of("sights", shape, np.uint64)
        start = 0
        for part in batch:
            rows = slice(start, start + len(part))
            for into, aspect in zip(sights, aspects, strict=True):
                part.segment.look(aspect, part.all(), words, into[:, rows])
            start = rows.stop
        yield sights


def _registered(laid: Overlay, task: _Task, parts: Sequence[Part]) -> Rated:
    """Parts compared in full, without those who have left."""

    def rate(batch: list[Part]) -> Rated:
        unlike = _unlike(laid, batch, task.theirs)
        rates = false_match_rate(unlike, len(task.theirs))
        numbers = np.concatenate([part.segment.numbers[part.places] for part in batch])
        here = np.concatenate([part.segment.alive[part.places] for part in batch])
        return numbers[here], rates[here]

    return joined(map(rate, batches(parts, REFERENCES)))


def _unlike(laid: Overlay, batch: list[Part], aspects: list[int]) -> NDArray[np.float64]:
    """Distances of up to REFERENCES references."""
    shape = (sum(map(len, batch)), len(aspects))
    with _BUFFERS.used():
        bits = _BUFFERS.of("bits", (*shape, WORDS), np.uint64)
        masks = _BUFFERS.of("masks", (*shape, MASK_WORDS), np.uint64)
        start = 0
        for part in batch:
            rows = slice(start, start + len(part))
            part.segment.read(part.all(), aspects, bits[rows], masks[rows])
            start = rows.stop
        return distances(laid, bits, masks)
