"""The matcher: shares of cells that differ, at the shift that fits best."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Mapping

import attrs
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from thenar.errors import SignatureVersion
from thenar.records import Candidate, Probe, Signature

from acme_plug.signature import CELLS, AcmePlugMaker

SHIFTS = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
"""Cells by which a probe is moved over a reference."""


@attrs.frozen
class AcmePlugSettings:
    """The table ``[matcher.acme-plug]``.

    Attributes:
        freedom: how many cells of a palm vary by themselves, from the spread of distances
            between different people (Daugman 2003): p (1 − p) / variance.
    """

    freedom: int = attrs.field(default=90, validator=attrs.validators.gt(0))


class AcmePlugMatcher:
    """Compares signatures of :class:`~acme_plug.signature.AcmePlugMaker`."""

    def __init__(self, settings: AcmePlugSettings) -> None:
        self._freedom = settings.freedom

    def compare(self, probe: Probe, reference: Signature) -> float:
        """The false-match rate of two palms. Raises SignatureVersion: not of this maker."""
        gallery = self.gallery()
        gallery.add([(0, reference)])
        return float(gallery.score(probe)[1][0])

    def gallery(self) -> AcmePlugGallery:
        """A new, empty gallery."""
        return AcmePlugGallery(self._freedom)


@attrs.frozen(eq=False)
class Cells:
    """A reference, unpacked: which cells are dark, and which can be trusted."""

    dark: NDArray[np.bool_]
    trusted: NDArray[np.bool_]


class AcmePlugGallery:
    """References by number. Writers replace the whole table, so readers never wait."""

    def __init__(self, freedom: int) -> None:
        self._freedom = freedom
        self._held: Mapping[int, Cells] = {}
        self._writing = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def add(self, references: Iterable[tuple[int, Signature]]) -> None:
        """Add or replace references. Raises SignatureVersion: not of this maker."""
        new = {number: unpacked(reference) for number, reference in references}
        with self._writing:
            self._held = {**self._held, **new}

    def remove(self, references: Iterable[int]) -> None:
        """Remove references and overwrite their bits; unknown numbers are ignored."""
        with self._writing:
            held = dict(self._held)
            removed = [held.pop(number) for number in references if number in held]
            self._held = held
        for cells in removed:
            cells.dark[:] = cells.trusted[:] = False

    def search(
        self, probe: Probe, *, among: BitMap | None = None, limit: int = 2
    ) -> list[Candidate]:
        """The references most like the probe, best first."""
        numbers, rates = self.score(probe, among=among)
        best = np.argsort(rates, kind="stable")[:limit]
        return [Candidate(int(numbers[i]), float(rates[i])) for i in best]

    def score(
        self, probe: Probe, *, among: BitMap | None = None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Every reference compared: numbers, ascending, and false-match rates."""
        must_be_of_this_maker(probe)
        held = self._held
        numbers = sorted(held if among is None else (n for n in among if n in held))
        rates = [
            false_match_rate(distance(probe, held[number]), self._freedom) for number in numbers
        ]
        return np.array(numbers, np.uint32), np.array(rates, np.float64)


def distance(probe: Probe, reference: Cells) -> float:
    """Share of trusted cells that differ, 0..1, at the shift and pose that fit best."""
    best = 1.0
    for planes, mask in zip(probe.planes, probe.mask, strict=True):
        for shift in SHIFTS:
            dark = np.roll(planes[0], shift, axis=(0, 1)).astype(bool)
            both = np.roll(mask, shift, axis=(0, 1)) & reference.trusted
            if both.sum() >= CELLS:
                best = min(best, float((dark ^ reference.dark)[both].mean()))
    return best


def false_match_rate(distance: float, freedom: int) -> float:
    """How often two people would be as alike, were their cells drawn by lot (Daugman 2003).

    The best of several shifts is taken, so it is at most that many times likelier.
    """
    alone = 0.5 * math.erfc((0.5 - distance) * math.sqrt(2 * freedom))
    return min(1.0, alone * len(SHIFTS))


def unpacked(reference: Signature) -> Cells:
    """A reference's cells. Raises SignatureVersion: not of this maker."""
    must_be_of_this_maker(reference)
    dark, trusted = (
        np.unpackbits(rows[0].view(np.uint8)).reshape(CELLS, CELLS).astype(bool)
        for rows in (reference.bits, reference.mask)
    )
    return Cells(dark, trusted)


def must_be_of_this_maker(made: Signature | Probe) -> None:
    """Raises SignatureVersion where another algorithm or version made it."""
    if (made.algorithm, made.version) != (AcmePlugMaker.algorithm, AcmePlugMaker.version):
        raise SignatureVersion(
            f"Expected {AcmePlugMaker.algorithm} {AcmePlugMaker.version}, "
            f"got {made.algorithm} {made.version}.",
            remedy="enrol with the maker that the settings name.",
        )
