"""What runs on the machines of a cluster: one replica of one shard."""

from __future__ import annotations

import ctypes
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

import attrs
import numpy as np
import ray
from numpy.typing import NDArray
from pyroaring import BitMap
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from thenar.matching import threads
from thenar.matching.gallery import NumpyGallery
from thenar.matching.small_blocks import overwrite_small_blocks
from thenar.records import Candidate, Hand, Probe

_CALLS_AT_ONCE = 4


@attrs.frozen(eq=False)
class Packed:
    """References of one kind, to be sent.

    Attributes:
        aspects: of all of them.
        numbers: uint32 (n,).
        bits: uint64 (n, aspects, 128).
        masks: uint64 (n, aspects, 16).
        hand: of all of them.
    """

    aspects: tuple[str, ...]
    numbers: NDArray[np.uint32]
    bits: NDArray[np.uint64] = attrs.field(repr=False)
    masks: NDArray[np.uint64] = attrs.field(repr=False)
    hand: Hand = Hand.UNKNOWN


def overwrite(sent: Sequence[Packed] | Probe) -> None:
    """Overwrite what was sent, where it lies in the object store of this machine.

    Arrays that came through Ray's object store are views of it, and read-only by a flag
    alone. What is freed there stays as it was until something else comes to lie there,
    so that it would outlive whoever was forgotten.
    """
    if isinstance(sent, Probe):
        arrays = [sent.planes, sent.mask]
    else:
        arrays = [array for some in sent for array in (some.bits, some.masks)]
    for array in arrays:
        ctypes.memset(array.ctypes.data, 0, array.nbytes)


class Holder:
    """One shard of several galleries, in an actor's process, searched on one core."""

    def __init__(self) -> None:
        threads.use(1)
        self._galleries: defaultdict[int, NumpyGallery] = defaultdict(NumpyGallery)
        self._begun: dict[int, Iterator[list[Candidate]]] = {}

    def node(self) -> str:
        """The machine it runs on."""
        return str(ray.get_runtime_context().get_node_id())

    def add(self, gallery: int, arriving: Sequence[Packed]) -> None:
        """Add or replace references."""
        for some in arriving:
            self._galleries[gallery].add_packed(
                some.aspects, some.numbers, some.bits, some.masks, some.hand
            )

    def overwrite(self, sent: Sequence[Packed] | Probe) -> None:
        """Overwrite what was sent; everybody who was asked has done with it."""
        overwrite(sent)

    def remove(self, gallery: int, numbers: BitMap) -> None:
        """Remove references and overwrite their bits."""
        self._galleries[gallery].remove(numbers)
        overwrite_small_blocks()

    def drop(self, gallery: int) -> None:
        """Do without a gallery; its memory is overwritten."""
        self._galleries.pop(gallery, None)

    def search(
        self, gallery: int, query: int, probe: Probe, among: BitMap | None, limit: int
    ) -> list[Candidate]:
        """The first round of a search, which :meth:`further` or :meth:`enough` ends."""
        begun = self._galleries[gallery].rounds(probe, among=among, limit=limit)
        found = next(begun, [])
        self._begun[query] = begun
        return found

    def further(
        self, gallery: int, query: int, probe: Probe, among: BitMap | None, limit: int
    ) -> list[Candidate] | None:
        """What the next round finds; None where the search has ended.

        Of a search that another replica began, all that is left of it.
        """
        begun = self._begun.get(query)
        if begun is None:
            every = self._galleries[gallery].rounds(probe, among=among, limit=limit)
            begun = iter(deque(every, maxlen=1))
            self._begun[query] = begun
        found = next(begun, None)
        if found is None:
            del self._begun[query]
        return found

    def enough(self, query: int) -> None:
        """End a search before its last round."""
        self._begun.pop(query, None)

    def score(
        self, gallery: int, probe: Probe, among: BitMap | None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """See :class:`thenar.protocols.Gallery`."""
        return self._galleries[gallery].score(probe, among=among)

    def copied(self, gallery: int, start: int, most: int) -> tuple[list[Any], int | None]:
        """Some references in the order of their numbers, and where the others begin.

        They are in the object store, and the answer has Ray's reference to them: an
        answer of a few would be sent by ways where nobody overwrites it.

        Args:
            gallery: of which.
            start: smaller numbers are not wanted.
            most: how many to send.
        """
        held = self._galleries[gallery]
        numbers = list(islice(held.numbers().iter_equal_or_larger(start), most + 1))
        some = [Packed(*packed) for packed in held.packed(BitMap(numbers[:most]))]
        return [ray.put(some)], next(iter(numbers[most:]), None)


def start(first: int, besides: Collection[str]) -> Any:
    """Start a replica on a machine that has none, if there is one.

    Args:
        first: machines are tried in the order of their names, beginning with this one.
        besides: machines that have one.
    """
    names = sorted(
        node["NodeID"]
        for node in ray.nodes()  # type: ignore[no-untyped-call]
        if node["Alive"] and node["Resources"].get("CPU", 0) > 0
    )
    turned = [names[(first + at) % len(names)] for at in range(len(names))]
    chosen = sorted(turned, key=lambda name: name in besides)[:1]
    strategy = NodeAffinitySchedulingStrategy(chosen[0], soft=True) if chosen else "DEFAULT"
    return (
        ray.remote(Holder)
        .options(max_concurrency=_CALLS_AT_ONCE, scheduling_strategy=strategy)
        .remote()
    )
