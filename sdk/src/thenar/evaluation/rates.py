"""Error rates from scores (ISO/IEC 19795-1).

A score is a similarity: larger is more alike, −∞ is an attempt that never came
to a comparison. Only the order of scores matters, so every rate is unchanged by
any increasing transformation of them.

Each function also takes *weights*, a row a resample, so that the bootstrap runs
through the very code that gives the figure itself (one row of ones).
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

TARGETS = {"1e-3": 1e-3, "1e-4": 1e-4, "1e-5": 1e-5, "1e-6": 1e-6}
"""False-match rates at which the other error is reported."""

Floats = NDArray[np.floating]


@attrs.frozen(eq=False)
class Weighted:
    """Scores of attempts with weights.

    Attributes:
        scores: (n,), ascending.
        weights: (resamples, n).
        total: (resamples,), the weight of all attempts; more than the sum of ``weights``
            where only the highest scores are held.
    """

    scores: Floats
    weights: Floats
    total: Floats

    @classmethod
    def plain(cls, scores: Floats) -> Weighted:
        """Every score once."""
        ordered = np.sort(scores)
        return cls(ordered, np.ones((1, len(ordered))), np.array([float(len(ordered))]))


def supports(attempts: int, rate: float) -> bool:
    """Whether so many non-mated attempts can support a figure at this false-match rate.

    By the rule of three (ISO/IEC 19795-1, annex B): ``attempts`` without an error show,
    with 95 % confidence, a rate below 3 ∕ ``attempts``.
    """
    return attempts * rate >= 3 - 1e-9


def threshold_at(impostor: Weighted, rate: float) -> Floats:
    """The score that a mate must *exceed* so that at most ``rate`` of the impostors do.

    Returns:
        (resamples,); −∞ where every score held may be accepted.
    """
    if not len(impostor.scores):
        return np.full(len(impostor.total), -np.inf)
    accepted = np.cumsum(impostor.weights[:, ::-1], axis=1)
    allowed = rate * impostor.total * (1 + 1e-12)
    too_many = accepted > allowed[:, None]
    first = np.argmax(too_many, axis=1)
    scores = impostor.scores[::-1][first]
    return np.where(too_many.any(axis=1), scores, -np.inf)


def rejected_at(genuine: Weighted, threshold: Floats) -> Floats:
    """The share of genuine attempts at or below a threshold a resample: (resamples,)."""
    below = np.searchsorted(genuine.scores, threshold, side="right")
    sums = np.pad(np.cumsum(genuine.weights, axis=1), ((0, 0), (1, 0)))
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[np.arange(len(sums)), below] / genuine.total)


def equal_error_rate(genuine: Weighted, impostor: Weighted) -> Floats:
    """The rate at which FMR and FNMR meet: (resamples,).

    Taken at the distinct scores, linear between the two operating points where the
    order of the errors turns.
    """
    points = np.unique(np.concatenate([genuine.scores, impostor.scores]))
    points = points[np.isfinite(points)]
    fnmr = _below(genuine, points)
    passing = impostor.weights.sum(axis=1, keepdims=True) - _below(impostor, points, scaled=False)
    with np.errstate(invalid="ignore"):
        fmr = passing / impostor.total[:, None]
    rows = len(fmr)
    fnmr = np.hstack([np.zeros((rows, 1)), fnmr, np.ones((rows, 1))])
    fmr = np.hstack([np.ones((rows, 1)), fmr, np.zeros((rows, 1))])
    after = np.argmax(fnmr >= fmr, axis=1)
    row = np.arange(rows)
    gap_before = fmr[row, after - 1] - fnmr[row, after - 1]
    gap_after = fnmr[row, after] - fmr[row, after]
    with np.errstate(invalid="ignore"):
        along = gap_before / (gap_before + gap_after)
    rise = fnmr[row, after] - fnmr[row, after - 1]
    return np.asarray(fnmr[row, after - 1] + along * rise)


def _below(attempts: Weighted, points: Floats, *, scaled: bool = True) -> Floats:
    sums = np.pad(np.cumsum(attempts.weights, axis=1), ((0, 0), (1, 0)))
    below = sums[:, np.searchsorted(attempts.scores, points, side="left")]
    if not scaled:
        return np.asarray(below)
    with np.errstate(invalid="ignore"):
        return np.asarray(below / attempts.total[:, None])


@attrs.frozen(eq=False)
class Det:
    """A detection error trade-off: three arrays of one length, thresholds ascending.

    Attributes:
        threshold: a score is accepted when it is at least this.
        fmr: share of the impostors accepted.
        fnmr: share of the mates rejected.
    """

    threshold: Floats
    fmr: Floats
    fnmr: Floats


def det(genuine: Floats, impostor: Floats) -> Det:
    """Both errors at every distinct score and above the highest (ISO/IEC 19795-1)."""
    points = np.append(np.unique(np.concatenate([genuine, impostor])), np.inf)
    accepted = len(impostor) - np.searchsorted(np.sort(impostor), points, side="left")
    rejected = np.searchsorted(np.sort(genuine), points, side="left")
    return Det(points, accepted / max(len(impostor), 1), rejected / max(len(genuine), 1))


def eer(genuine: Floats, impostor: Floats) -> float | None:
    """Equal error rate; None where there is no mate or no impostor."""
    if not len(genuine) or not len(impostor):
        return None
    return float(equal_error_rate(Weighted.plain(genuine), Weighted.plain(impostor))[0])


def miss_rate_at(genuine: Floats, impostor: Floats, rate: float) -> float | None:
    """FNMR at an FMR, or FRR at an FAR where attempts that failed are in as −∞.

    Args:
        genuine: (n,) scores of mated attempts.
        impostor: (m,) scores of non-mated attempts.
        rate: largest share of the impostors that may be accepted.

    Returns:
        Share of the mates rejected; None where the data cannot support it.
    """
    if not len(genuine) or not supports(len(impostor), rate):
        return None
    threshold = threshold_at(Weighted.plain(impostor), rate)
    return float(rejected_at(Weighted.plain(genuine), threshold)[0])
