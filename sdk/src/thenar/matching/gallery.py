"""References that can be searched while they come and go."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping

import attrs
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.errors import SignatureVersion
from thenar.matching.buffers import overwrite_buffers
from thenar.matching.layout import MASK_WORDS, WORDS
from thenar.matching.search import Rated, Segments, Shelf, joined, rounds, score
from thenar.matching.segment import CAPACITY, Segment
from thenar.parameters import MATCHING
from thenar.records import Candidate, Hand, Probe, Signature

ALGORITHM = "blocks"
VERSION = 1


@attrs.frozen
class _Kind:
    """What references on one shelf have in common."""

    aspects: tuple[str, ...]
    hand: Hand

    def may_be(self, hand: Hand) -> bool:
        """A palm of this hand may be among them."""
        return hand is self.hand or Hand.UNKNOWN in (hand, self.hand)


class NumpyGallery:
    """A gallery in this process's memory.

    A search works on what was there when it began: adding and removing never block
    it, and the next search sees them.
    """

    def __init__(self) -> None:
        self._shelves: dict[_Kind, Shelf] = {}
        self._change = threading.Lock()

    def __len__(self) -> int:
        """How many references it holds."""
        shelves = self._shelves.values()
        return sum(len(segment.held) for shelf in shelves for segment, _ in shelf.segments)

    @property
    def bytes(self) -> int:
        """Memory that the references take."""
        shelves = self._shelves.values()
        return sum(segment.bytes for shelf in shelves for segment, _ in shelf.segments)

    def numbers(self) -> BitMap:
        """The references it holds."""
        shelves = self._shelves.values()
        return BitMap.union(
            BitMap(), *(segment.held for shelf in shelves for segment, _ in shelf.segments)
        )

    def packed(
        self, numbers: BitMap
    ) -> Iterator[
        tuple[tuple[str, ...], NDArray[np.uint32], NDArray[np.uint64], NDArray[np.uint64], Hand]
    ]:
        """Copies of references, as :meth:`add_packed` takes them."""
        for kind, shelf in self._shelves.items():
            every = list(range(len(kind.aspects)))
            for segment, filled in shelf.segments:
                if len(places := segment.places(numbers, filled)):
                    bits = np.empty((len(places), len(every), WORDS), np.uint64)
                    masks = np.empty((len(places), len(every), MASK_WORDS), np.uint64)
                    segment.read(places, every, bits, masks)
                    yield kind.aspects, segment.numbers[places], bits, masks, kind.hand

    def add(self, references: Iterable[tuple[int, Signature]]) -> None:
        """Add or replace references; see :class:`thenar.protocols.Gallery`."""
        arriving: dict[int, Signature] = {}
        for number, signature in references:
            check_version(signature)
            arriving[number] = signature
        kinds: dict[_Kind, dict[int, Signature]] = {}
        for number, signature in arriving.items():
            kind = _Kind(signature.aspects, signature.hand)
            kinds.setdefault(kind, {})[number] = signature
        for kind, signatures in kinds.items():
            self.add_packed(kind.aspects, *stacked(signatures), kind.hand)

    def add_packed(
        self,
        aspects: tuple[str, ...],
        numbers: NDArray[np.uint32],
        bits: NDArray[np.uint64],
        masks: NDArray[np.uint64],
        hand: Hand = Hand.UNKNOWN,
    ) -> None:
        """Add or replace many references at once.

        Args:
            aspects: of all of them.
            numbers: uint32 (n,), distinct.
            bits: uint64 (n, aspects, 128).
            masks: uint64 (n, aspects, 16).
            hand: of all of them.
        """
        kind = _Kind(aspects, hand)
        with self._change:
            before = self._shelves
            shelf = before.get(kind, Shelf(kind.aspects))
            self._shelves = {**before, kind: _extended(shelf, numbers, bits, masks)}
            _take_out(before, BitMap(numbers))

    def remove(self, references: Iterable[int]) -> None:
        """Remove references and overwrite their bits; unknown numbers are ignored.

        Also what searches may have left of them in memory that they reuse.
        """
        with self._change:
            _take_out(self._shelves, BitMap(references))
            self._shelves = {kind: _tidied(shelf) for kind, shelf in self._shelves.items()}
        overwrite_buffers()

    def search(
        self, probe: Probe, *, among: BitMap | None = None, limit: int = 2
    ) -> list[Candidate]:
        """The references most like the probe, best first; see :class:`thenar.protocols.Gallery`."""
        found: list[Candidate] = []
        for found in self.rounds(probe, among=among, limit=limit):
            if found and found[0].fmr <= MATCHING.certain:
                break
        return found

    def rounds(
        self, probe: Probe, *, among: BitMap | None, limit: int
    ) -> Iterator[list[Candidate]]:
        """A search a round at a time, for whoever searches elsewhere too and may stop."""
        check_version(probe)
        segments: dict[tuple[str, ...], Segments] = {}
        for kind, shelf in self._shelves.items():
            if kind.may_be(probe.hand):
                segments[kind.aspects] = segments.get(kind.aspects, ()) + shelf.segments
        shelves = [Shelf(*both) for both in segments.items()]
        turns = [rounds(shelf, probe, among, limit) for shelf in shelves]
        found: list[Rated] = []
        while some := [rated for turn in turns if (rated := next(turn, None))]:
            found += some
            yield _best(found, limit)

    def score(
        self, probe: Probe, *, among: BitMap | None = None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Every reference compared in full."""
        check_version(probe)
        numbers, rates = joined(score(shelf, probe, among) for shelf in self._shelves.values())
        order = np.argsort(numbers, kind="stable")
        return numbers[order], rates[order]


def _best(found: Iterable[Rated], limit: int) -> list[Candidate]:
    """The best of what was found, each reference once."""
    numbers, rates = joined(found)
    best: list[Candidate] = []
    for place in np.lexsort((numbers, rates)):
        candidate = Candidate(int(numbers[place]), float(rates[place]))
        if all(candidate.reference != other.reference for other in best):
            best.append(candidate)
        if len(best) >= limit:
            break
    return best[:limit]


def stacked(
    signatures: Mapping[int, Signature],
) -> tuple[NDArray[np.uint32], NDArray[np.uint64], NDArray[np.uint64]]:
    """Numbers, bits and masks of signatures with the same aspects."""
    return (
        np.fromiter(signatures, np.uint32, len(signatures)),
        np.stack([signature.bits for signature in signatures.values()]),
        np.stack([signature.mask for signature in signatures.values()]),
    )


def check_version(one: Probe | Signature) -> None:
    """Raise SignatureVersion unless this matcher compares it."""
    if (one.algorithm, one.version) != (ALGORITHM, VERSION):
        raise SignatureVersion(
            f"Expected algorithm {ALGORITHM!r} version {VERSION}, "
            f"got {one.algorithm!r} version {one.version}.",
            remedy="make the signature again, or choose the matcher that belongs to it",
        )


def _extended(
    shelf: Shelf, numbers: NDArray[np.uint32], bits: NDArray[np.uint64], masks: NDArray[np.uint64]
) -> Shelf:
    """The shelf with references appended to its last segment and to new ones."""
    segments = list(shelf.segments)
    start = 0
    while start < len(numbers):
        if not segments or segments[-1][0].filled == CAPACITY:
            segments.append((Segment(len(shelf.aspects)), 0))
        segment, _ = segments[-1]
        some = slice(start, start + CAPACITY - segment.filled)
        segment.append(numbers[some], bits[some], masks[some])
        segments[-1] = (segment, segment.filled)
        start = some.stop
    return Shelf(shelf.aspects, tuple(segments))


def _take_out(shelves: dict[_Kind, Shelf], numbers: BitMap) -> None:
    """Remove references from the places that shelves knew of."""
    for shelf in shelves.values():
        for segment, filled in shelf.segments:
            if segment.held.intersect(numbers):
                segment.remove(numbers, before=filled)


def _tidied(shelf: Shelf) -> Shelf:
    """The shelf without segments that are mostly empty places."""
    segments = []
    for segment, filled in shelf.segments:
        gone = filled - len(segment.held)
        if filled == len(segment.held):
            segments.append((segment, filled))
        elif gone == filled:
            continue
        elif gone < MATCHING.empty_share * CAPACITY:
            segments.append((segment, filled))
        else:
            fresh = segment.living(filled)
            segments.append((fresh, fresh.filled))
    return Shelf(shelf.aspects, tuple(segments))
