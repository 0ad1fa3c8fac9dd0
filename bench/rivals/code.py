"""What all rivals have in common: a code, its maker, its gallery, its matcher."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.errors import SignatureVersion
from thenar.records import CROP_SIDE, Band, Candidate, PalmCrop, Probe, Signature

GRID = 32
"""Cells a side of every rival's code."""

SHIFT = 4
"""Cells that a probe is moved at most, in both directions, to be laid over a reference."""

CHUNK = 200
"""References compared at once: few enough for their bits to stay in the cache."""

Words = NDArray[np.uint64]
Bits = NDArray[np.bool_]


class Code(Protocol):
    """One published code."""

    name: str

    def planes(self, grey: NDArray[np.float32]) -> Bits:
        """The bits of a 128×128 image: (planes, 32, 32)."""

    def distance(self, differ: Words, valid: Words) -> NDArray[np.float64]:
        """How unlike two codes are, 0..1.

        Args:
            differ: (references, planes, words), a set bit where the two differ.
            valid: (references, words), a set bit where both can be trusted.
        """


def count(words: Words) -> NDArray[np.int64]:
    """Set bits along the last axis."""
    return np.bitwise_count(words).sum(axis=-1, dtype=np.int64)


def sample(image: NDArray[np.floating]) -> NDArray[np.floating]:
    """The middle of each cell of the grid."""
    step = CROP_SIDE // GRID
    return image[..., step // 2 :: step, step // 2 :: step]


def pack(bits: Bits) -> Words:
    """(..., 32, 32) → (..., 16) words."""
    flat = np.packbits(bits.reshape(*bits.shape[:-2], GRID * GRID), axis=-1)
    return np.ascontiguousarray(flat).view(np.uint64)


class CodeMaker:
    """Makes one rival's signatures."""

    version = 1

    def __init__(self, code: Code) -> None:
        self.code = code
        self.algorithm = code.name

    def make(self, crops: Sequence[PalmCrop]) -> Signature:
        crop, planes, mask = self._coded(crops)
        bits = pack(planes)
        masks = np.broadcast_to(pack(mask), bits.shape).copy()
        return Signature(
            self.algorithm, self.version, self._names(planes), bits, masks, crop.hand, crop.quality
        )

    def probe(self, crops: Sequence[PalmCrop]) -> Probe:
        crop, planes, mask = self._coded(crops)
        return Probe(
            self.algorithm,
            self.version,
            self._names(planes),
            planes[None].astype(np.uint8),
            mask[None],
            crop.hand,
            crop.quality,
        )

    def _coded(self, crops: Sequence[PalmCrop]) -> tuple[PalmCrop, Bits, Bits]:
        crop = max(crops, key=lambda crop: crop.quality)
        mask = sample(crop.mask.astype(np.float32)) > 0
        return crop, self.code.planes(_grey(crop)), mask

    @staticmethod
    def _names(planes: Bits) -> tuple[str, ...]:
        return tuple(f"plane {number}" for number in range(len(planes)))


def _grey(crop: PalmCrop) -> NDArray[np.float32]:
    for band in (Band.GREY, Band.RGB, Band.NIR):
        if band in crop.bands:
            pixels = crop.bands[band]
            break
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return pixels.astype(np.float32)


class CodeGallery:
    """References of one rival, searched exhaustively."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._held: dict[int, Signature] = {}
        self._stacked: tuple[NDArray[np.uint32], Words, Words] | None = None

    def __len__(self) -> int:
        return len(self._held)

    def add(self, references: Iterable[tuple[int, Signature]]) -> None:
        for number, signature in references:
            _check(self._code, signature)
            self._held[number] = signature
        self._stacked = None

    def remove(self, references: Iterable[int]) -> None:
        for number in references:
            self._held.pop(number, None)
        self._stacked = None

    def search(
        self, probe: Probe, *, among: BitMap | None = None, limit: int = 2
    ) -> list[Candidate]:
        numbers, distances = self.score(probe, among=among)
        order = np.argsort(distances, kind="stable")[:limit]
        return [Candidate(int(numbers[n]), float(distances[n])) for n in order]

    def score(
        self, probe: Probe, *, among: BitMap | None = None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        _check(self._code, probe)
        numbers, bits, masks = self._stack()
        if among is not None:
            chosen = np.isin(numbers, np.array(among, np.uint32))
            numbers, bits, masks = numbers[chosen], bits[chosen], masks[chosen]
        best = np.ones(len(numbers))
        shifted = list(_shifted(probe.planes[0].astype(bool), probe.mask[0]))
        for start in range(0, len(numbers), CHUNK):
            part = slice(start, start + CHUNK)
            nearest, theirs, trusted = best[part], bits[part], masks[part]
            for planes, mask in shifted:
                distance = self._code.distance(theirs ^ planes, trusted & mask)
                np.minimum(nearest, distance, out=nearest)
        return numbers, best

    def _stack(self) -> tuple[NDArray[np.uint32], Words, Words]:
        if self._stacked is None:
            numbers = sorted(self._held)
            self._stacked = (
                np.array(numbers, np.uint32),
                np.stack([self._held[n].bits for n in numbers]),
                np.stack([self._held[n].mask[0] for n in numbers]),
            )
        return self._stacked


def _shifted(planes: Bits, mask: Bits) -> Iterable[tuple[Words, Words]]:
    """The probe's words at every shift; what comes in from outside is not to be trusted."""
    wide = np.pad(planes, ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)))
    trusted = np.pad(mask, SHIFT)
    for down in range(2 * SHIFT + 1):
        for right in range(2 * SHIFT + 1):
            part = (slice(down, down + GRID), slice(right, right + GRID))
            yield pack(wide[:, *part]), pack(trusted[part])


class CodeMatcher:
    """Compares one rival's codes."""

    def __init__(self, code: Code) -> None:
        self._code = code

    def compare(self, probe: Probe, reference: Signature) -> float:
        gallery = self.gallery()
        gallery.add([(0, reference)])
        return float(gallery.score(probe)[1][0])

    def gallery(self) -> CodeGallery:
        return CodeGallery(self._code)


def _check(code: Code, one: Probe | Signature) -> None:
    if (one.algorithm, one.version) != (code.name, CodeMaker.version):
        raise SignatureVersion(
            f"Expected {code.name!r}, got {one.algorithm!r} version {one.version}.",
            remedy="choose the matcher that belongs to the signature",
        )
