"""Does the matcher keep its word? The false-match rate claimed against the one observed."""

from __future__ import annotations

from typing import Self

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import EVALUATION

DECADES = 16
"""Claims are counted down to 10^−16; smaller ones fall in the last step."""

_STEPS = round(DECADES / EVALUATION.calibration_step)


@attrs.frozen(eq=False)
class Claims:
    """How often non-mated comparisons reached each claimed false-match rate.

    A comparison here is a probe with one enrolment image, which is what a matcher
    makes its claim about; the best of n images of a palm reaches a rate up to n
    times as often.

    Attributes:
        counts: int64 (steps + 1,), comparisons by claimed −log10 FMR, step by step.
    """

    counts: NDArray[np.int64]

    @classmethod
    def none(cls) -> Self:
        """Nothing counted yet."""
        return cls(np.zeros(_STEPS + 1, np.int64))

    @classmethod
    def of(cls, similarities: NDArray[np.floating]) -> Self:
        """Count similarities (−log10 of the claimed rate, ≥ 0)."""
        # A claim stated exactly at a step must fall into it in spite of rounding.
        steps = np.floor(similarities / EVALUATION.calibration_step + 1e-4)
        clipped = np.clip(steps, 0, _STEPS).astype(np.intp)
        return cls(np.bincount(clipped, minlength=_STEPS + 1))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.counts + other.counts)

    @property
    def total(self) -> int:
        """How many comparisons were counted."""
        return int(self.counts.sum())

    def observed(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Claimed rates, descending from 1, and the share of comparisons at or below each.

        Returns:
            Two arrays (steps + 1,).
        """
        claimed = np.logspace(0, -DECADES, _STEPS + 1)
        reached = np.cumsum(self.counts[::-1])[::-1].astype(np.float64)
        return claimed, reached / max(self.total, 1)
