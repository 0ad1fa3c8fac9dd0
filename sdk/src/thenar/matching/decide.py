"""Whose palm it is: best against second best, never the first that is near enough."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

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
    return Identification(None if reasons else person, rate, lead, tuple(reasons), request_id)


def _decades(rate: float) -> float:
    return float(np.log10(max(rate, 1e-300)))
