"""Bounds of rates that were counted in few trials (Clopper and Pearson 1934)."""

from __future__ import annotations

import math


def upper_bound(wrong: int, judged: int) -> float:
    """One-sided 95 % bound, by bisection."""
    return _upper(wrong, judged, 0.05)


def interval(wrong: int, judged: int) -> tuple[float, float]:
    """Two-sided 95 % interval, each side by bisection."""
    return 1 - _upper(judged - wrong, judged, 0.025), _upper(wrong, judged, 0.025)


def _upper(wrong: int, judged: int, tail: float) -> float:
    """The greatest rate at which so few wrong ones still have this probability."""
    low, high = wrong / judged, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        at_most = sum(
            math.comb(judged, k) * middle**k * (1 - middle) ** (judged - k)
            for k in range(wrong + 1)
        )
        low, high = (middle, high) if at_most > tail else (low, middle)
    return high
