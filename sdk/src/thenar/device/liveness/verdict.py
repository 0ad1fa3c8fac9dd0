"""From a measured feature to what a check says."""

from __future__ import annotations

import math

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


def not_judged(check: str, why: str, *, passed: bool = True) -> AttackCheck:
    """There is nothing to judge by; passes only where no camera of this kind gives it."""
    return AttackCheck(check, passed, 0.0 if passed else 1.0, f"not judged: {why}")
