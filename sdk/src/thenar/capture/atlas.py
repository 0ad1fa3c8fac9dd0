"""A hand's usual proportions, to tell a hidden or dented valley from a true one.

In palm units: the origin lies half way between P2 and P4, x runs to P4, y into
the palm, and |P2 P4| is 1. The places are medians over the development hands;
a person's own differ by about 0.03.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thenar.parameters import CAPTURE
from thenar.records import Hand

BASES = np.array([[-0.82, 0.12], [-0.26, -0.15], [0.26, -0.16], [0.81, 0.06]])
"""Middle of the base of index, middle, ring and little finger."""

THUMB = np.array([[-1.23, 1.36]])
"""Middle of the base of the thumb."""

LENGTHS = np.array([1.02, 1.53, 1.68, 1.52, 1.22])
"""Of thumb, index, middle, ring and little finger, from the opened palm to the tip."""

VALLEYS = np.array([[-0.5, 0.0], [-0.015, -0.14], [0.5, 0.0]])
"""P2, P3 and P4."""

CENTRE = np.array([[0.06, 1.43]])
"""Centre of the palm's inscribed circle."""

_PLACES = np.vstack([BASES, VALLEYS, CENTRE])


def fit(
    bases: NDArray[np.float64],
    valleys: NDArray[np.float64],
    centre: NDArray[np.float64],
    side: Hand,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lay the atlas over a hand by a similarity that outliers cannot pull (Huber 1981).

    Args:
        bases: 4×2, index to little finger, pixels; NaN where missing.
        valleys: 3×2, P2 to P4, pixels; NaN where missing.
        centre: (2,), pixels.
        side: a right hand is a mirrored atlas.

    Returns:
        Where the atlas puts the three valleys, 3×2 pixels, and how far each of
        the eight places is from the hand's own, in palm units; NaN where missing.
    """
    points = np.vstack([bases, valleys, centre[None]])
    here = ~np.isnan(points[:, 0])
    places = _PLACES * (1.0, 1.0 if side is Hand.LEFT else -1.0)
    off = np.full(len(points), np.nan)
    weights = np.ones(np.count_nonzero(here))
    for _ in range(CAPTURE.atlas_rounds):
        turn, shift = _similarity(places[here], points[here], weights)
        laid = places @ turn.T + shift
        scale = max(float(np.hypot(*turn[0])), 1e-9)
        off[here] = np.hypot(*(points - laid)[here].T) / scale
        weights = 1 / (1 + (off[here] / CAPTURE.atlas_spread) ** 2)
    return laid[4:7], off


def _similarity(
    source: NDArray[np.float64], target: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted least-squares turn, scale and shift (Umeyama 1991, in the plane)."""
    share = weights / weights.sum()
    mean_source, mean_target = share @ source, share @ target
    s, t = source - mean_source, target - mean_target
    cosine = share @ (s * t).sum(axis=1)
    sine = share @ (s[:, 0] * t[:, 1] - s[:, 1] * t[:, 0])
    turn = np.array([[cosine, -sine], [sine, cosine]]) / max(share @ (s * s).sum(axis=1), 1e-9)
    return turn, mean_target - turn @ mean_source
