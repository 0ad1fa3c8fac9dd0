"""Block codes compared by FAISS: every reference, at every pose, every time.

The layout of a block code is :mod:`thenar.signature.cells`: 32×32 cells of a byte,
every fourth pixel, block by block. A probe is a byte a pixel; each of its poses is cut
at every shift by whole cells, and FAISS counts the bits in which each of these views
differs from each reference. It knows no masks: what a palm does not show counts as 0.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Iterator
from math import erfc, sqrt

import attrs
import faiss
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.errors import MatchingError, SignatureVersion
from thenar.records import Candidate, Probe, Signature

STEP, FIRST, CELLS, BYTES = 4, 2, 32, 1024
AT_ONCE = 4096
Aspects = tuple[str, ...]


@attrs.frozen
class FaissSettings:
    """The table ``[matcher.faiss]``.

    Attributes:
        reach: shifts that are tried to each side, in cells.
        stranger_mean: share of bits in which the best view of a stranger differs.
        stranger_deviation: its standard deviation.
    """

    reach: int = attrs.field(default=4, validator=attrs.validators.in_(range(9)))
    stranger_mean: float = 0.451
    stranger_deviation: float = 0.0142


@attrs.frozen(eq=False)
class Shelf:
    """References with the same aspects; replaced whole by every change.

    Attributes:
        numbers: uint32 (n,).
        codes: uint8 (n, aspects, 1024).
    """

    numbers: NDArray[np.uint32]
    codes: NDArray[np.uint8]

    def __attrs_post_init__(self) -> None:
        weakref.finalize(self, self.codes.fill, 0).atexit = False


class FaissMatcher:
    """Compares block codes, exhaustively."""

    def __init__(self, settings: FaissSettings) -> None:
        self._settings = settings

    def compare(self, probe: Probe, reference: Signature) -> float:
        """The false-match rate, 0..1, at which the two would just be called mates."""
        gallery = self.gallery()
        gallery.add([(0, reference)])
        return float(gallery.score(probe)[1][0])

    def gallery(self) -> FaissGallery:
        """A new, empty gallery."""
        return FaissGallery(self._settings)


class FaissGallery:
    """References in this process's memory."""

    def __init__(self, settings: FaissSettings) -> None:
        self._settings = settings
        self._shelves: dict[Aspects, Shelf] = {}
        self._change = threading.Lock()

    def __len__(self) -> int:
        return sum(len(shelf.numbers) for shelf in self._shelves.values())

    def add(self, references: Iterable[tuple[int, Signature]]) -> None:
        """Add or replace references; the next search sees them."""
        arriving: dict[Aspects, dict[int, Signature]] = {}
        for number, signature in references:
            check(signature)
            for others in arriving.values():
                others.pop(number, None)
            arriving.setdefault(signature.aspects, {})[number] = signature
        with self._change:
            shelves = _without(self._shelves, [n for some in arriving.values() for n in some])
            for aspects, signatures in arriving.items():
                numbers = np.fromiter(signatures, np.uint32, len(signatures))
                codes = [signature.bits.view(np.uint8) for signature in signatures.values()]
                fresh = np.array(codes, np.uint8).reshape(len(codes), len(aspects), BYTES)
                if aspects in shelves:
                    numbers = np.concatenate([shelves[aspects].numbers, numbers])
                    fresh = np.concatenate([shelves[aspects].codes, fresh])
                shelves[aspects] = Shelf(numbers, fresh)
            self._shelves = shelves

    def remove(self, references: Iterable[int]) -> None:
        """Remove references and overwrite their bits; unknown numbers are ignored."""
        gone = list(references)
        with self._change:
            old, self._shelves = self._shelves, _without(self._shelves, gone)
            for shelf in old.values():
                shelf.codes[np.isin(shelf.numbers, gone)] = 0

    def search(
        self, probe: Probe, *, among: BitMap | None = None, limit: int = 2
    ) -> list[Candidate]:
        """The references most like the probe, best first."""
        best: dict[int, float] = {}
        for numbers, views, codes in self._compared(probe, among):
            unlike, which = faiss.knn_hamming(views, codes, min(limit, len(codes)))
            share = unlike / (8 * codes.shape[1])
            for number, one in zip(numbers[which].ravel(), share.ravel(), strict=True):
                best[int(number)] = min(float(one), best.get(int(number), 1.0))
        nearest = sorted(best.items(), key=lambda one: (one[1], one[0]))[:limit]
        return [Candidate(number, self._rate(share)) for number, share in nearest]

    def score(
        self, probe: Probe, *, among: BitMap | None = None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Every reference compared in full."""
        numbers, rates = [np.empty(0, np.uint32)], [np.empty(0)]
        for some, views, codes in self._compared(probe, among):
            for at in range(0, len(codes), 64):
                part = codes[at : at + 64]
                unlike, which = faiss.knn_hamming(views, part, len(part))
                least = np.full(len(part), np.iinfo(np.int32).max, np.int32)
                np.minimum.at(least, which.ravel(), unlike.ravel())
                numbers.append(some[at : at + 64])
                rates.append(np.array([self._rate(one / (8 * part.shape[1])) for one in least]))
        order = np.argsort(np.concatenate(numbers), kind="stable")
        return np.concatenate(numbers)[order], np.concatenate(rates)[order]

    def _compared(
        self, probe: Probe, among: BitMap | None
    ) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint8]]]:
        """Numbers, the probe's views and references' codes, a row each, some at a time."""
        check(probe)
        for aspects, shelf in self._shelves.items():
            common = [name for name in probe.aspects if name in aspects]
            if not common:
                continue
            views = cut(probe, [probe.aspects.index(name) for name in common], self._settings.reach)
            theirs = [aspects.index(name) for name in common]
            wanted = np.arange(len(shelf.numbers))
            if among is not None:
                wanted = np.flatnonzero([number in among for number in shelf.numbers.tolist()])
            for at in range(0, len(wanted), AT_ONCE):
                some = wanted[at : at + AT_ONCE]
                codes = np.ascontiguousarray(shelf.codes[some][:, theirs]).reshape(len(some), -1)
                yield shelf.numbers[some], views, codes

    def _rate(self, share: float) -> float:
        """How often a stranger is as alike: the lower tail of a normal distribution."""
        settings = self._settings
        z = (share - settings.stranger_mean) / settings.stranger_deviation
        return max(0.5 * erfc(-z / sqrt(2)), 1e-300)


def cut(probe: Probe, aspects: list[int], reach: int) -> NDArray[np.uint8]:
    """Every view of a probe as a row of cells: uint8 (poses · shifts², aspects · 1024)."""
    planes = np.where(probe.mask[:, None], probe.planes[:, aspects], np.uint8(0))
    pad = reach * STEP
    padded = np.pad(planes, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows = []
    for down in range(0, 2 * pad + 1, STEP):
        for right in range(0, 2 * pad + 1, STEP):
            cells = padded[:, :, FIRST + down :: STEP, FIRST + right :: STEP][..., :CELLS, :CELLS]
            half = CELLS // 2
            blocks = cells.reshape(*cells.shape[:2], 2, half, 2, half).swapaxes(3, 4)
            rows.append(blocks.reshape(len(cells), -1))
    return np.ascontiguousarray(np.concatenate(rows))


def check(one: Probe | Signature) -> None:
    """Raise unless it is a block code of version 1, of a palm, that is not protected."""
    if (one.algorithm, one.version) != ("blocks", 1):
        raise SignatureVersion(
            f"Expected algorithm 'blocks' version 1, got {one.algorithm!r} {one.version}."
        )
    if isinstance(one, Probe) and one.key:
        raise MatchingError(
            "Expected references that are not protected under a tenant's key.",
            remedy="set template_key = 0 under [cloud], or choose the matcher 'numpy'",
        )
    if isinstance(one, Signature) and not 0.25 < set_bits(one) < 0.75:
        raise MatchingError(
            "Expected a palm, got nearly the same bit throughout, which is near to everybody.",
            remedy="enrol the palm again",
        )


def set_bits(code: Signature) -> float:
    """The share of bits that are 1: about half of them, in a palm."""
    return float(np.bitwise_count(code.bits).sum()) / (64 * code.bits.size)


def _without(shelves: dict[Aspects, Shelf], gone: list[int]) -> dict[Aspects, Shelf]:
    kept = {}
    for aspects, shelf in shelves.items():
        here = ~np.isin(shelf.numbers, gone)
        kept[aspects] = shelf if here.all() else Shelf(shelf.numbers[here], shelf.codes[here])
    return kept
