"""A hand's usual proportions, to tell a hidden or dented valley from a true one.

In palm units: the origin lies half way between P2 and P4, x runs to P4, y into
the palm, and |P2 P4| is 1. The places are medians over the development hands;
a person's own differ by about 0.03.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thenar.parameters import CAPTURE

BASES = np.array([[-0.82, 0.12], [-0.26, -0.15], [0.26, -0.16], [0.81, 0.06]])
"""Middle of the base of index, middle, ring and little finger."""

VALLEYS = np.array([[-0.5, 0.0], [-0.015, -0.14], [0.5, 0.0]])
"""P2, P3 and P4."""

CENTRE = np.array([[0.06, 1.43]])
"""Centre of the palm's inscribed circle."""

_PLACES = np.vstack([BASES, VALLEYS, CENTRE])


def fit(
    bases: NDArray[np.float64], valleys: NDArray[np.float64], centre: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lay the atlas over a hand by a similarity that outliers cannot pull (Huber 1981).

    Args:
        bases: 4×2, index to little finger, pixels.
        valleys: 3×2, P2 to P4, pixels.
        centre: (2,), pixels.

    Returns:
        Where the atlas puts the three valleys, 3×2 pixels, and how far each of
        the eight places is from the hand's own, in palm units.
    """
    points = np.vstack([bases, valleys, centre[None]])
    # A mirrored hand is a mirrored atlas: compare whichever turns the same way.
    along, down = valleys[2] - valleys[0], centre - (valleys[0] + valleys[2]) / 2
    flip = 1.0 if along[0] * down[1] - along[1] * down[0] > 0 else -1.0
    places = _PLACES * (1.0, flip)
    weights = np.ones(len(points))
    for _ in range(CAPTURE.atlas_rounds):
        turn, shift = _similarity(places, points, weights)
        laid = places @ turn.T + shift
        scale = max(float(np.hypot(*turn[0])), 1e-9)
        off = np.hypot(*(points - laid).T) / scale
        weights = 1 / (1 + (off / CAPTURE.atlas_spread) ** 2)
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
