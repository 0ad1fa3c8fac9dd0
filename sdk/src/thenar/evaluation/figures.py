"""The figures of an evaluation, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.evaluation import rates
from thenar.evaluation.intervals import Interval, Resamples, interval, persons_in
from thenar.evaluation.ranks import ranks
from thenar.evaluation.scores import Scores

Rates = Mapping[str, float | None]


@attrs.frozen
class Figures:
    """Error rates (ISO/IEC 19795-1), fractions; None where the data cannot support one.

    Attributes:
        genuine: mated comparisons made.
        impostor: non-mated comparisons made.
        fte: share of the palms for which no enrolment image gave a signature.
        fta: share of the probe images that gave no signature.
        eer: rate at which FMR and FNMR are equal.
        fnmr_at_fmr: FNMR at each FMR of :data:`thenar.evaluation.rates.TARGETS`.
        frr_at_far: the same over attempts; a failure to acquire or to enrol is a rejection.
        rank1: share of the mated probes whose own palm is alone in first place; a failure
            is a miss.
        intervals: 95 % intervals by name of the figure, e.g. ``"eer"`` and
            ``"fnmr_at_fmr 1e-4"``.
        seed: the persons of the bootstrap were drawn with it.
        resamples: how often they were drawn.
    """

    genuine: int
    impostor: int
    fte: float
    fta: float
    eer: float | None
    fnmr_at_fmr: Rates
    frr_at_far: Rates
    rank1: float | None
    intervals: Mapping[str, Interval]
    seed: int
    resamples: int


@attrs.frozen(eq=False)
class Resampled:
    """One figure, and what it was in each resample.

    Attributes:
        value: the figure; None where the data cannot support it.
        drawn: (resamples,); NaN where undefined.
    """

    value: float | None
    drawn: NDArray[np.floating]


def resampled(scores: Scores, resamples: Resamples) -> dict[str, Resampled]:
    """Every figure by its name in :attr:`Figures.intervals`."""
    made, tried = scores.comparisons(), scores.attempts()
    mated = scores.probe_palm >= 0
    first = ranks(scores) == 1
    eer = rates.eer(made.genuine, made.impostor)
    found = {
        "fte": Resampled(
            float(np.mean(~scores.palm_enrolled)),
            resamples.share(~scores.palm_enrolled, scores.palm_person),
        ),
        "fta": Resampled(
            float(np.mean(~scores.probe_acquired)),
            resamples.share(~scores.probe_acquired, scores.probe_person),
        ),
        "rank1": Resampled(
            float(first.mean()) if mated.any() else None,
            resamples.share(first, scores.probe_person[mated]),
        ),
        "eer": Resampled(eer, resamples.equal_error_rates(made, eer or 0.0)),
    }
    for name, attempts in (("fnmr_at_fmr", made), ("frr_at_far", tried)):
        drawn = resamples.miss_rates(attempts)
        for label, target in rates.TARGETS.items():
            value = rates.miss_rate_at(attempts.genuine, attempts.impostor, target)
            found[f"{name} {label}"] = Resampled(value, drawn[label])
    return found


def figures(scores: Scores, resamples: Resamples) -> Figures:
    """All figures of one set of scores.

    Args:
        scores: at least one palm and one probe.
        resamples: the persons drawn for the intervals.
    """
    found = resampled(scores, resamples)
    made = scores.comparisons()
    independent = {
        "fte": len(np.unique(scores.palm_person)),
        "fta": len(np.unique(scores.probe_person)),
    }
    # Between no mate missed and one, an EER is interpolated: it stands for no error.
    smallest = {"eer": 1 / max(len(made.genuine), 1)}
    sure = {
        name: interval(
            one.value,
            one.drawn,
            independent.get(name, persons_in(scores)),
            smallest.get(name, 0.0),
        )
        for name, one in found.items()
    }
    return Figures(
        genuine=len(made.genuine),
        impostor=len(made.impostor),
        fte=found["fte"].value or 0.0,
        fta=found["fta"].value or 0.0,
        eer=found["eer"].value,
        fnmr_at_fmr={label: found[f"fnmr_at_fmr {label}"].value for label in rates.TARGETS},
        frr_at_far={label: found[f"frr_at_far {label}"].value for label in rates.TARGETS},
        rank1=found["rank1"].value,
        intervals={name: held for name, held in sure.items() if held is not None},
        seed=resamples.seed,
        resamples=len(resamples.drawn),
    )
