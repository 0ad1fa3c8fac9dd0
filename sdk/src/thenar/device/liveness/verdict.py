"""From a measured feature to what a check says."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from thenar.records import AttackCheck


def judge(check: str, value: float, limit: float, spread: float, reason: str) -> AttackCheck:
    """Refuse a value above its limit.

    Args:
        check: name of the check.
        value: measured; larger is more attack-like.
        limit: what is still bona fide.
        spread: how far from the limit the score goes from 0.5 to 0.73.
        reason: why, if it is refused.
    """
    score = 0.5 * (1 + math.tanh((value - limit) / (2 * spread)))
    passed = value <= limit
    return AttackCheck(check, passed, score, "" if passed else reason)


def not_judged(check: str, why: str) -> AttackCheck:
    """The camera gives nothing to judge by."""
    return AttackCheck(check, passed=True, score=0.0, reason=f"not judged: {why}")


def spread_of(image: NDArray[np.float32], mask: NDArray[np.bool_]) -> float:
    """Standard deviation within the mask; 0 where the mask is empty."""
    return float(image[mask].std()) if mask.any() else 0.0
