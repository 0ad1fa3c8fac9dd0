"""Does quality predict error? Error versus discard (ISO/IEC 29794-1)."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray


@attrs.frozen(eq=False)
class DiscardCurve:
    """The false non-match rate of what is left when the worst captures are discarded.

    Attributes:
        discarded: (n,) share of the mated comparisons discarded, ascending from 0.
        fnmr: (n,) FNMR of the rest, at one fixed threshold.
    """

    discarded: NDArray[np.float64]
    fnmr: NDArray[np.float64]


def error_versus_discard(missed: NDArray[np.bool_], quality: NDArray[np.floating]) -> DiscardCurve:
    """Discard mated comparisons from the lowest quality up; equal qualities go together.

    Args:
        missed: (n,) True where the comparison was a false non-match, n ≥ 1.
        quality: (n,) 0..100, the lower one of probe and reference.
    """
    order = np.argsort(quality, kind="stable")
    _, starts = np.unique(quality[order], return_index=True)
    errors_from = np.cumsum(missed[order][::-1])[::-1]
    left = len(missed) - starts
    return DiscardCurve(starts / len(missed), errors_from[starts] / left)
