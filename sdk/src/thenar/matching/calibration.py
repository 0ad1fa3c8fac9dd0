"""From a distance to the false-match rate at which it would just be accepted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thenar.parameters import MATCHING

_SMALLEST = 1e-300


def false_match_rate(distance: NDArray[np.float64], aspects: int) -> NDArray[np.float64]:
    """The share of non-mated comparisons that come out at least as alike.

    The distances of strangers are close to normal in their lower tail; mean and
    deviation were fitted to it (``MATCHING.stranger_mean``, ``stranger_deviation``).
    Several aspects narrow the distribution by the square root of their number.

    Args:
        distance: float64, any shape.
        aspects: how many aspects were compared.

    Returns:
        float64 of the same shape, 1e-300..1, increasing with distance.
    """
    deviation = MATCHING.stranger_deviation / np.sqrt(aspects)
    return np.maximum(normal_tail((distance - MATCHING.stranger_mean) / deviation), _SMALLEST)


def normal_tail(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Φ(z), accurate for z far below 0, where 1 − erf would vanish.

    Continued fraction for the complementary error function (Abramowitz and
    Stegun 26.2.14) below −3, and 26.2.17 (error < 7.5e-8) above.
    """
    x = np.abs(z)
    density = np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
    fraction = x.copy()
    for k in range(24, 0, -1):
        fraction = x + k / np.maximum(fraction, 1e-9)
    far = density / np.maximum(fraction, 1e-9)
    t = 1 / (1 + 0.2316419 * x)
    series = t * (
        0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    )
    tail = np.where(x > 3, far, density * series)
    both: NDArray[np.float64] = np.where(z <= 0, tail, 1 - tail)
    return both
