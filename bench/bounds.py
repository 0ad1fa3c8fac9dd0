"""Bounds of rates that were counted in few trials."""

from __future__ import annotations

import math


def upper_bound(wrong: int, judged: int) -> float:
    """One-sided 95 % Clopper–Pearson bound, by bisection."""
    low, high = wrong / judged, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        at_most = sum(
            math.comb(judged, k) * middle**k * (1 - middle) ** (judged - k)
            for k in range(wrong + 1)
        )
        low, high = (middle, high) if at_most > 0.05 else (low, middle)
    return high
