"""Whose palm it is: best against second best, never the first that is near enough."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from thenar.parameters import MATCHING
from thenar.records import Identification


def decide(
    scored: Iterable[tuple[str, float]], *, fmr: float, margin: float, request_id: str = ""
) -> Identification:
    """Name the person, or say why nobody is named.

    A person's score is their best; a person may be scored several times.

    Args:
        scored: (person, false-match rate 0..1) of each candidate.
        fmr: the largest false-match rate that is accepted.
        margin: decades by which the best person must beat the second.
        request_id: repeated in the answer.

    The rate in the answer is at least ``MATCHING.least_claim``: what lies below is
    the model's extrapolation, good for ranking and for the margin, and no claim.
    """
    best: dict[str, float] = {}
    for person, rate in scored:
        best[person] = min(rate, best.get(person, 1.0))
    ranked = sorted(best.items(), key=lambda item: item[1])
    if not ranked:
        return Identification(None, reasons=("nobody to compare with",), request_id=request_id)
    person, rate = ranked[0]
    lead = float("inf") if len(ranked) == 1 else _decades(ranked[1][1]) - _decades(rate)
    reasons = []
    if rate > fmr:
        reasons.append(f"nobody is alike enough: {rate:.1e}, at most {fmr:.0e} is accepted")
    if lead < margin:
        reasons.append(f"two people are alike: {lead:.1f} decades apart, {margin:.1f} needed")
    claim = max(rate, MATCHING.least_claim)
    return Identification(None if reasons else person, claim, lead, tuple(reasons), request_id)


def _decades(rate: float) -> float:
    return float(np.log10(max(rate, 1e-300)))
