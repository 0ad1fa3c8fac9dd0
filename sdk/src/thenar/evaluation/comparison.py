"""Every probe compared with every enrolment image, and the best of each palm kept."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.errors import MatchingError
from thenar.evaluation.calibration import Claims
from thenar.evaluation.extraction import Extracted, Outcome, extract, spread, workers
from thenar.evaluation.manifest import Entry
from thenar.evaluation.progress import Progress
from thenar.protocols import Gallery, Matcher, SignatureMaker
from thenar.records import Probe, Signature

SMALLEST_FMR = 1e-300
"""False-match rates are told apart down to here."""


@attrs.frozen(eq=False)
class Enrolled:
    """The palms of the manifest and the references that stand for them.

    Attributes:
        palms: names, in the order of the manifest.
        gallery: the references, numbered from 0, palm by palm.
        column: (references,) number of each one's palm, ascending.
        references: the images behind the references, in their order.
    """

    palms: tuple[str, ...]
    gallery: Gallery
    column: NDArray[np.intp]
    references: tuple[Outcome, ...]

    @classmethod
    def of(cls, extracted: Sequence[Extracted[Signature]], matcher: Matcher) -> Enrolled:
        """Enrol every signature there is. Raises SignatureVersion: the matcher refuses them."""
        palms = tuple(dict.fromkeys(one.outcome.entry.palm for one in extracted))
        number = {palm: n for n, palm in enumerate(palms)}
        made = sorted(
            ((number[one.outcome.entry.palm], one) for one in extracted if one.made is not None),
            key=lambda pair: pair[0],
        )
        gallery = matcher.gallery()
        gallery.add((n, one.made) for n, (_, one) in enumerate(made) if one.made is not None)
        column = np.array([palm for palm, _ in made], np.intp)
        return cls(palms, gallery, column, tuple(one.outcome for _, one in made))

    def similarities(self, probe: Probe) -> NDArray[np.float32]:
        """(references,); one that the gallery leaves out was rejected outright: 0.

        Raises:
            MatchingError: the matcher gave something other than rates.
        """
        found = np.zeros(len(self.column), np.float32)
        numbers, fmr = self.gallery.score(probe)
        found[numbers] = similarity(fmr)
        return found

    def best(
        self, similarities: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """The best reference of each palm.

        Args:
            similarities: (references,).

        Returns:
            (palms,) its similarity, −∞ for a palm without references; and (palms,) its
            number, −1 for such a palm.
        """
        row = np.full(len(self.palms), -np.inf, np.float32)
        nearest = np.full(len(self.palms), -1, np.int32)
        size = len(self.column)
        columns, starts = np.unique(self.column, return_index=True)
        if size:
            row[columns] = np.maximum.reduceat(similarities, starts)
            at_best = np.where(similarities == row[self.column], np.arange(size), size)
            nearest[columns] = np.minimum.reduceat(at_best, starts)
        return row, nearest


@attrs.frozen(eq=False)
class Compared:
    """The outcome of all comparisons.

    Attributes:
        outcomes: what came of each probe, in their order.
        values: float32 (probes, palms), −∞ where either side failed.
        nearest: int32 (probes, palms), number of the palm's best reference, −1 where none.
        claims: what the matcher claimed of non-mated comparisons, reference by reference.
    """

    outcomes: tuple[Outcome, ...]
    values: NDArray[np.float32]
    nearest: NDArray[np.int32]
    claims: Claims


def similarity(fmr: NDArray[np.floating]) -> NDArray[np.float32]:
    """−log10 of a false-match rate: 0 is nothing alike, 300 the most that is told apart.

    Raises:
        MatchingError: a value is no rate.
    """
    if not ((fmr >= 0) & (fmr <= 1)).all():
        raise MatchingError("Expected false-match rates in 0..1 from the matcher, got others.")
    decades: NDArray[np.floating] = 0.0 - np.log10(np.maximum(fmr, SMALLEST_FMR))
    return decades.astype(np.float32)


def compare(
    enrolled: Enrolled, entries: Sequence[Entry], maker: SignatureMaker, progress: Progress
) -> Compared:
    """Make a probe of every image and compare it with every palm; keeps no probe."""
    column = {palm: n for n, palm in enumerate(enrolled.palms)}

    def one(entry: Entry) -> _Row:
        extracted = extract(entry, maker.probe)
        if extracted.made is None:
            nothing = np.zeros(0, np.float32)
            return _Row(extracted.outcome, nothing, nothing.astype(np.int32), Claims.none())
        similarities = enrolled.similarities(extracted.made)
        others = similarities[enrolled.column != column.get(entry.palm, -1)]
        return _Row(extracted.outcome, *enrolled.best(similarities), Claims.of(others))

    shape = (len(entries), len(enrolled.palms))
    values, nearest = np.full(shape, -np.inf, np.float32), np.full(shape, -1, np.int32)
    claims = Claims.none()
    outcomes = []
    with ThreadPoolExecutor(workers()) as pool:
        coming = progress("Recognising", len(entries), pool.map(one, entries))
        for number, row in enumerate(coming):
            outcomes.append(row.outcome)
            if row.outcome.quality is not None:
                values[number], nearest[number] = row.values, row.nearest
                claims = claims + row.claims
    return Compared(tuple(outcomes), values, nearest, claims)


@attrs.frozen(eq=False)
class _Row:
    """What came of one probe: a row of :class:`Compared`."""

    outcome: Outcome
    values: NDArray[np.float32]
    nearest: NDArray[np.int32]
    claims: Claims


def seconds_per_comparison(
    enrolled: Enrolled, outcomes: Sequence[Outcome], maker: SignatureMaker
) -> float | None:
    """Median seconds for one reference, one search at a time; None where none was possible."""
    taken = []
    for outcome in spread(outcomes) if len(enrolled.column) else ():
        probe = extract(outcome.entry, maker.probe).made
        if probe is not None:
            started = time.perf_counter()
            enrolled.gallery.score(probe)
            taken.append((time.perf_counter() - started) / len(enrolled.column))
    return statistics.median(taken) if taken else None
