"""One evaluation from beginning to end."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.evaluation.calibration import Claims
from thenar.evaluation.comparison import Compared, Enrolled, compare, seconds_per_comparison
from thenar.evaluation.extraction import Outcome, enrol, seconds_per_image
from thenar.evaluation.figures import Figures, figures
from thenar.evaluation.intervals import Resamples
from thenar.evaluation.manifest import Manifest
from thenar.evaluation.progress import Progress, silent
from thenar.evaluation.scores import Scores
from thenar.protocols import Matcher, SignatureMaker


@attrs.frozen(eq=False)
class Evaluation:
    """All that one evaluation found.

    Attributes:
        algorithm: name and version of the signature, e.g. ``"blocks/1"``.
        manifest: what it ran over.
        palms: names of the palms, in the order of the columns of ``scores``.
        enrolled: what came of each enrolment image.
        probes: what came of each probe.
        scores: every probe against every palm.
        references: the enrolment images that stand for the palms.
        nearest: int32 (probes, palms), number in ``references`` of the palm's best one,
            −1 where there is none.
        claims: what the matcher claimed of non-mated comparisons.
        figures: the error rates.
        seconds_per_image: median from file to signature, one at a time; None where none.
        seconds_per_comparison: median with one reference; None where there was none.
    """

    algorithm: str
    manifest: Manifest
    palms: tuple[str, ...]
    enrolled: tuple[Outcome, ...]
    probes: tuple[Outcome, ...]
    scores: Scores
    references: tuple[Outcome, ...]
    nearest: NDArray[np.int32]
    claims: Claims
    figures: Figures
    seconds_per_image: float | None
    seconds_per_comparison: float | None


def evaluate(
    manifest: Manifest,
    maker: SignatureMaker,
    matcher: Matcher,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Evaluation:
    """Measure one signature and its matcher on a manifest.

    Args:
        manifest: from :func:`read_manifest`.
        maker: makes the signatures.
        matcher: compares them.
        seed: draws the persons of the bootstrap; equal seeds draw equal persons.
        progress: shows how far it is.

    Raises:
        SignatureVersion: the matcher does not take the maker's signatures.
        MatchingError: the matcher gave something other than false-match rates.
    """
    extracted = enrol(manifest.enrol, maker, progress)
    images = tuple(one.outcome for one in extracted)
    enrolled = Enrolled.of(extracted, matcher)
    compared = compare(enrolled, manifest.probes, maker, progress)
    scores = _scores(enrolled, images, compared)
    return Evaluation(
        algorithm=f"{maker.algorithm}/{maker.version}",
        manifest=manifest,
        palms=enrolled.palms,
        enrolled=images,
        probes=compared.outcomes,
        scores=scores,
        references=enrolled.references,
        nearest=compared.nearest,
        claims=compared.claims,
        figures=figures(scores, Resamples.of(scores.persons, seed=seed)),
        seconds_per_image=seconds_per_image([*images, *compared.outcomes], maker),
        seconds_per_comparison=seconds_per_comparison(enrolled, compared.outcomes, maker),
    )


def _scores(enrolled: Enrolled, images: Sequence[Outcome], compared: Compared) -> Scores:
    owner = {one.entry.palm: one.entry.person for one in images}
    owners = [owner[palm] for palm in enrolled.palms]
    presenters = [probe.entry.person for probe in compared.outcomes]
    number = {person: n for n, person in enumerate(dict.fromkeys([*owners, *presenters]))}
    column = {palm: n for n, palm in enumerate(enrolled.palms)}
    return Scores(
        values=compared.values,
        probe_palm=np.array([column.get(p.entry.palm, -1) for p in compared.outcomes], np.intp),
        probe_person=np.array([number[person] for person in presenters], np.intp),
        palm_person=np.array([number[person] for person in owners], np.intp),
        probe_acquired=np.array([p.quality is not None for p in compared.outcomes], bool),
        palm_enrolled=np.isin(np.arange(len(enrolled.palms)), enrolled.column),
    )
