"""From a measured feature to what a check says."""

from __future__ import annotations

import math
from collections.abc import Sequence

from thenar.parameters import LIVENESS
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


def hint(
    check: str,
    value: float,
    limit: float,
    spread: float,
    reason: str,
    *,
    most: float = LIVENESS.hint,
) -> AttackCheck:
    """What weighs with others but refuses nobody alone; arguments as of :func:`judge`.

    Its score stays below ``most``.
    """
    said = judge(check, value, limit, spread, reason)
    return AttackCheck(check, True, most * said.score, said.reason)


def fused(said: Sequence[AttackCheck]) -> float:
    """How likely it is that some check saw an artefact: 0..1, noisy-or of their scores."""
    return 1 - math.prod(1 - one.score for one in said)


def not_judged(check: str, why: str, *, passed: bool = True) -> AttackCheck:
    """There is nothing to judge by; passes only where no camera of this kind gives it."""
    return AttackCheck(check, passed, 0.0 if passed else 1.0, f"not judged: {why}")
