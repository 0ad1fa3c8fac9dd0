"""References that can be searched, exactly."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import attrs
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.errors import SignatureVersion
from thenar.matching.calibration import false_match_rate
from thenar.matching.coarse import REFERENCES
from thenar.matching.distance import distances
from thenar.matching.overlay import overlay
from thenar.records import Candidate, Probe, Signature

ALGORITHM = "blocks"
VERSION = 1


@attrs.frozen(eq=False)
class _Shelf:
    """References that have the same aspects; never changed once searched."""

    aspects: tuple[str, ...]
    numbers: NDArray[np.uint32]
    bits: NDArray[np.uint64]
    masks: NDArray[np.uint64]


class NumpyGallery:
    """An exact gallery in this process's memory.

    Searches work on a snapshot, so that adding and removing never block them.
    """

    def __init__(self) -> None:
        self._shelves: dict[tuple[str, ...], _Shelf] = {}
        self._change = threading.Lock()

    def __len__(self) -> int:
        """How many references it holds."""
        return sum(len(shelf.numbers) for shelf in self._shelves.values())

    def add(self, references: Iterable[tuple[int, Signature]]) -> None:
        """Add or replace references; see :class:`thenar.protocols.Gallery`."""
        arriving: dict[tuple[str, ...], dict[int, Signature]] = {}
        for number, signature in references:
            check_version(signature)
            arriving.setdefault(signature.aspects, {})[number] = signature
        with self._change:
            shelves = dict(self._shelves)
            new = {number for signatures in arriving.values() for number in signatures}
            _take_out(shelves, new)
            for aspects, signatures in arriving.items():
                shelves[aspects] = _extended(shelves.get(aspects), aspects, signatures)
            self._shelves = shelves

    def remove(self, references: Iterable[int]) -> None:
        """Remove references and overwrite their bits; unknown numbers are ignored."""
        with self._change:
            shelves = dict(self._shelves)
            _take_out(shelves, set(references))
            self._shelves = shelves

    def search(
        self, probe: Probe, *, among: BitMap | None = None, limit: int = 2
    ) -> list[Candidate]:
        """The references most like the probe, best first."""
        numbers, rates = self.score(probe, among=among)
        order = np.argsort(rates, kind="stable")[:limit]
        return [Candidate(int(numbers[i]), float(rates[i])) for i in order]

    def score(
        self, probe: Probe, *, among: BitMap | None = None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Every reference compared in full."""
        check_version(probe)
        found = [_score(shelf, probe, among) for shelf in self._shelves.values()]
        numbers = np.concatenate([n for n, _ in found] or [np.empty(0, np.uint32)])
        rates = np.concatenate([r for _, r in found] or [np.empty(0)])
        order = np.argsort(numbers)
        return numbers[order], rates[order]


def check_version(one: Probe | Signature) -> None:
    """Raise SignatureVersion unless this matcher compares it."""
    if (one.algorithm, one.version) != (ALGORITHM, VERSION):
        raise SignatureVersion(
            f"Expected algorithm {ALGORITHM!r} version {VERSION}, "
            f"got {one.algorithm!r} version {one.version}.",
            remedy="make the signature again, or choose the matcher that belongs to it",
        )


def _score(
    shelf: _Shelf, probe: Probe, among: BitMap | None
) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    numbers = shelf.numbers
    chosen = slice(None) if among is None else np.isin(numbers, np.array(among, np.uint32))
    numbers = numbers[chosen]
    common = [name for name in probe.aspects if name in shelf.aspects]
    if not common or not len(numbers):
        return numbers, np.ones(len(numbers))
    theirs = [shelf.aspects.index(name) for name in common]
    over = overlay(probe, np.array([probe.aspects.index(name) for name in common]))
    bits = np.ascontiguousarray(shelf.bits[chosen][:, theirs])
    masks = np.ascontiguousarray(shelf.masks[chosen][:, theirs])
    unlike = np.empty(len(numbers))
    for start in range(0, len(numbers), REFERENCES):
        part = slice(start, start + REFERENCES)
        unlike[part] = distances(over, bits[part], masks[part])
    return numbers, false_match_rate(unlike, len(common))


def _extended(
    shelf: _Shelf | None, aspects: tuple[str, ...], signatures: dict[int, Signature]
) -> _Shelf:
    numbers = np.array(list(signatures), np.uint32)
    bits = np.stack([signature.bits for signature in signatures.values()])
    masks = np.stack([signature.mask for signature in signatures.values()])
    if shelf is None:
        return _Shelf(aspects, numbers, bits, masks)
    return _Shelf(
        aspects,
        np.concatenate([shelf.numbers, numbers]),
        np.concatenate([shelf.bits, bits]),
        np.concatenate([shelf.masks, masks]),
    )


def _take_out(shelves: dict[tuple[str, ...], _Shelf], numbers: set[int]) -> None:
    """Replace the shelves that hold any of the numbers, and overwrite what leaves."""
    for aspects, shelf in list(shelves.items()):
        leaving = np.isin(shelf.numbers, np.fromiter(numbers, np.uint32, len(numbers)))
        if not leaving.any():
            continue
        stay = ~leaving
        shelves[aspects] = _Shelf(aspects, shelf.numbers[stay], shelf.bits[stay], shelf.masks[stay])
        shelf.bits[leaving] = 0
        shelf.masks[leaving] = 0
