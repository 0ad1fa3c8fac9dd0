"""Orthogonal line ordinal features (Sun, Tan, Wang and Li, CVPR 2005)."""

from __future__ import annotations

import numpy as np
from bench.rivals.code import Bits, Words, count, sample
from bench.rivals.gabor import responses
from numpy.typing import NDArray

LONG, SHORT = 5.0, 1.5
"""Deviations of the line-like Gaussian along and across, pixels of a 128×128 crop.

Chosen in its favour on the Tongji development set, of six pairs from (9, 3) down.
"""


class OrdinalCode:
    """Is a line darker one way than across? At 0°, 30° and 60°; one bit each."""

    name = "ordinal"

    def __init__(self) -> None:
        self._filters = [_line(angle) - _line(angle + 90) for angle in (0, 30, 60)]

    def planes(self, grey: NDArray[np.float32]) -> Bits:
        """The sign of each filter."""
        return sample(responses(grey, self._filters)) > 0

    def distance(self, differ: Words, valid: Words) -> NDArray[np.float64]:
        """Hamming distance."""
        apart = count(differ & valid[:, None]).sum(axis=-1)
        return apart / np.maximum(3 * count(valid), 1)


def _line(degrees: float) -> NDArray[np.float32]:
    angle, half = np.deg2rad(degrees), 17
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    along = x * np.cos(angle) + y * np.sin(angle)
    across = -x * np.sin(angle) + y * np.cos(angle)
    weight = np.exp(-0.5 * ((along / LONG) ** 2 + (across / SHORT) ** 2))
    return (weight / weight.sum()).astype(np.float32)
