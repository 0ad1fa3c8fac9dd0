"""Several algorithms side by side, while people are re-enrolled with the newest.

References of each algorithm and version lie in a gallery of their own, made by the
matcher that belongs to them. Whoever shows a palm is compared with all of them, each
by a probe of its own kind; what is found is put together on the one scale that all
matchers share, the false-match rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.errors import SignatureVersion
from thenar.protocols import Gallery, Matcher, SignatureMaker
from thenar.records import Candidate, PalmCrop, Probe, Signature

Kind = tuple[str, int]
"""Algorithm and version."""


class SeveralMakers:
    """Signatures by the newest maker; probes by all of them.

    Args:
        makers: the newest first; of distinct algorithm or version.
    """

    def __init__(self, makers: Sequence[SignatureMaker]) -> None:
        self._newest, *self._earlier = makers

    @property
    def algorithm(self) -> str:
        """Of the newest."""
        return self._newest.algorithm

    @property
    def version(self) -> int:
        """Of the newest."""
        return self._newest.version

    def make(self, crops: Sequence[PalmCrop]) -> Signature:
        """See :class:`thenar.protocols.SignatureMaker`."""
        return self._newest.make(crops)

    def probe(self, crops: Sequence[PalmCrop]) -> Probe:
        """The newest maker's probe, with those of the others as ``earlier``."""
        earlier = tuple(maker.probe(crops) for maker in self._earlier)
        return attrs.evolve(self._newest.probe(crops), earlier=earlier)


class SeveralMatchers:
    """A matcher for signatures of several kinds.

    Args:
        matchers: kind → the matcher that compares it.
    """

    def __init__(self, matchers: Mapping[Kind, Matcher]) -> None:
        self._matchers = matchers

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What it compares."""
        return tuple(self._matchers)

    def compare(self, probe: Probe, reference: Signature) -> float:
        """By the matcher of the reference. Raises SignatureVersion: the probe has none of it."""
        for shown in (probe, *probe.earlier):
            if _kind(shown) == _kind(reference) and _kind(reference) in self._matchers:
                return self._matchers[_kind(reference)].compare(shown, reference)
        raise _unknown(reference, [_kind(shown) for shown in (probe, *probe.earlier)])

    def gallery(self) -> GalleryOfSeveral:
        """A new, empty gallery."""
        return GalleryOfSeveral(
            {kind: matcher.gallery() for kind, matcher in self._matchers.items()}
        )


class GalleryOfSeveral:
    """References of several kinds; a number has one reference, of one of them.

    A search is one more chance to be taken for somebody in every kind that is
    searched, so rates are multiplied by their number (Bonferroni): what is accepted
    below a rate is accepted no more often than before.

    Args:
        galleries: kind → its gallery, empty.
    """

    def __init__(self, galleries: Mapping[Kind, Gallery]) -> None:
        self._galleries = galleries

    def __len__(self) -> int:
        """How many references it holds."""
        return sum(map(len, self._galleries.values()))

    def add(self, references: Iterable[tuple[int, Signature]]) -> None:
        """Add or replace references; see :class:`thenar.protocols.Gallery`."""
        arriving: dict[Kind, dict[int, Signature]] = {kind: {} for kind in self._galleries}
        for number, signature in references:
            if _kind(signature) not in arriving:
                raise _unknown(signature, arriving)
            for others in arriving.values():
                others.pop(number, None)
            arriving[_kind(signature)][number] = signature
        for kind, signatures in arriving.items():
            if signatures:
                self._galleries[kind].add(signatures.items())
                for other, gallery in self._galleries.items():
                    if other != kind:
                        gallery.remove(signatures)

    def remove(self, references: Iterable[int]) -> None:
        """Remove references from whichever gallery holds them."""
        numbers = BitMap(references)
        for gallery in self._galleries.values():
            gallery.remove(numbers)

    def search(
        self, probe: Probe, *, among: BitMap | None = None, limit: int = 2
    ) -> list[Candidate]:
        """The references most like the probe, best first, each compared by its own kind."""
        shown = self._shown(probe)
        found = [
            attrs.evolve(one, fmr=min(1.0, one.fmr * len(shown)))
            for gallery, own in shown
            for one in gallery.search(own, among=among, limit=limit)
        ]
        return sorted(found, key=lambda one: (one.fmr, one.reference))[:limit]

    def score(
        self, probe: Probe, *, among: BitMap | None = None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Every reference that there is a probe for compared in full."""
        shown = self._shown(probe)
        scored = [gallery.score(own, among=among) for gallery, own in shown]
        numbers = np.concatenate([np.empty(0, np.uint32), *(some for some, _ in scored)])
        rates = np.concatenate([np.empty(0), *(some for _, some in scored)]) * len(shown)
        order = np.argsort(numbers, kind="stable")
        return numbers[order], np.minimum(rates[order], 1.0)

    def _shown(self, probe: Probe) -> list[tuple[Gallery, Probe]]:
        """Galleries that hold anything, each with its probe. Raises SignatureVersion: none."""
        probes = {_kind(one): one for one in (probe, *probe.earlier)}
        if not probes.keys() & self._galleries.keys():
            raise _unknown(probe, self._galleries)
        return [
            (gallery, probes[kind])
            for kind, gallery in self._galleries.items()
            if kind in probes and len(gallery)
        ]


def _kind(one: Probe | Signature) -> Kind:
    return one.algorithm, one.version


def _unknown(one: Probe | Signature, known: Iterable[Kind]) -> SignatureVersion:
    names = ", ".join(f"{algorithm!r} version {version}" for algorithm, version in known)
    return SignatureVersion(
        f"Expected algorithm {names}; got {one.algorithm!r} version {one.version}.",
        remedy="make the signature again, or name the matcher that belongs to it",
    )
