"""A gallery cut into shards: each reference is in one, every search asks all."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import ray
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.matching.divisions import DIVISIONS, division
from thenar.matching.gallery import check_version, stacked
from thenar.matching.ray.actor import Packed, overwrite
from thenar.matching.ray.shard import Answer, Shard
from thenar.parameters import MATCHING
from thenar.records import Candidate, Hand, Probe, Signature


class RayGallery:
    """A gallery in the memories of a cluster.

    A reference is in a shard by its number, so that shards grow alike, and with the rest
    of its division, so that a search finds what one machine would find. That is put in
    order by false-match rate and then by number, whichever shard answers first.

    Args:
        shards: hold it, and other galleries.
    """

    def __init__(self, shards: Sequence[Shard]) -> None:
        self.shards = shards
        self._number = next(_numbers)
        last = weakref.finalize(self, _drop, shards, self._number)
        last.atexit = False

    def __len__(self) -> int:
        """How many references it holds."""
        return sum(len(shard.held(self._number)) for shard in self.shards)

    def _places(self, numbers: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """In which shard each reference is: whole divisions where there are enough of them."""
        shards = np.uint32(len(self.shards))
        return (division(numbers) if shards <= DIVISIONS else numbers) % shards

    def add(self, references: Iterable[tuple[int, Signature]]) -> None:
        """Add or replace references; see :class:`thenar.protocols.Gallery`.

        Raises:
            MatchingError: every replica of a shard is lost.
        """
        arriving: dict[int, dict[_Kind, dict[int, Signature]]] = {}
        for number, signature in references:
            check_version(signature)
            (place,) = self._places(np.array([number], np.uint32)).tolist()
            shard = arriving.setdefault(place, {})
            for others in shard.values():
                others.pop(number, None)
            shard.setdefault((signature.aspects, signature.hand), {})[number] = signature
        for place, kinds in arriving.items():
            self.shards[place].add(
                self._number, [_packed(*kind) for kind in kinds.items() if kind[1]]
            )

    def add_packed(
        self,
        aspects: tuple[str, ...],
        numbers: NDArray[np.uint32],
        bits: NDArray[np.uint64],
        masks: NDArray[np.uint64],
        hand: Hand = Hand.UNKNOWN,
    ) -> None:
        """Add or replace many references at once; see :class:`thenar.matching.NumpyGallery`."""
        shard = self._places(numbers)
        for place in np.unique(shard):
            here = shard == place
            self.shards[place].add(
                self._number, [Packed(aspects, numbers[here], bits[here], masks[here], hand)]
            )

    def remove(self, references: Iterable[int]) -> None:
        """Remove references and overwrite their bits; unknown numbers are ignored."""
        numbers = BitMap(references)
        for shard in self.shards:
            if here := numbers & shard.held(self._number):
                shard.remove(self._number, here)

    def search(
        self, probe: Probe, *, among: BitMap | None = None, limit: int = 2
    ) -> list[Candidate]:
        """The references most like the probe, best first.

        Raises:
            MatchingError: every replica of a shard is lost; who is there is not known.
        """
        check_version(probe)
        query = next(_numbers)
        with _shown(probe) as (shown, asked):
            for shard in self.shards:
                asked.append(shard.ask("search", self._number, query, shown, among, limit))
            found = _sorted(answer.get() for answer in asked)
            going = list(range(len(asked)))
            while going and not (found and found[0].fmr <= MATCHING.certain):
                for place in going:
                    asked[place] = asked[place].again("further")
                further = {place: asked[place].get() for place in going}
                going = [place for place, some in further.items() if some is not None]
                found = _sorted([found, *(further[place] for place in going)])
            for place in going:
                asked[place].last("enough", query)
            return found[:limit]

    def score(
        self, probe: Probe, *, among: BitMap | None = None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Every reference compared in full. Raises MatchingError as :meth:`search`."""
        check_version(probe)
        with _shown(probe) as (shown, asked):
            for shard in self.shards:
                asked.append(shard.ask("score", self._number, shown, among))
            numbers, rates = zip(*(answer.get() for answer in asked), strict=True)
        order = np.argsort(np.concatenate(numbers), kind="stable")
        return np.concatenate(numbers)[order], np.concatenate(rates)[order]


@contextmanager
def _shown(probe: Probe) -> Iterator[tuple[Any, list[Answer]]]:
    """A probe in the object store, until everybody who was asked about it has answered."""
    shown = ray.put(probe)
    asked: list[Answer] = []
    try:
        yield shown, asked
    finally:
        for answer in asked:
            answer.last("overwrite", shown)  # where it is on other machines
        overwrite(ray.get(shown))


_numbers = itertools.count()


def _sorted(found: Iterable[list[Candidate]]) -> list[Candidate]:
    """By rate and then by number, each once."""
    each = {one.reference: one for some in found for one in some}
    return sorted(each.values(), key=lambda one: (one.fmr, one.reference))


def _drop(shards: Sequence[Shard], gallery: int) -> None:
    if ray.is_initialized():
        for shard in shards:
            shard.drop(gallery)


_Kind = tuple[tuple[str, ...], Hand]


def _packed(kind: _Kind, signatures: dict[int, Signature]) -> Packed:
    aspects, hand = kind
    return Packed(aspects, *stacked(signatures), hand)
