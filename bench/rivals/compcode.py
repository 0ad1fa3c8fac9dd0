"""CompCode: the direction that wins (Kong and Zhang, ICPR 2004)."""

from __future__ import annotations

import numpy as np
from bench.rivals.code import Bits, Words, count, sample
from bench.rivals.gabor import bank, responses
from numpy.typing import NDArray

LEVELS = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 1], [1, 1, 0], [1, 0, 0]], dtype=bool)
"""Three bits a direction, of which as many differ as two directions lie apart."""


class CompCode:
    """Winner of six directions; distance is the mean angle between winners."""

    name = "compcode"

    def __init__(self) -> None:
        self._filters = bank()

    def planes(self, grey: NDArray[np.float32]) -> Bits:
        """The lowest response wins: lines are dark."""
        winner = sample(responses(grey, self._filters)).argmin(axis=0)
        return np.moveaxis(LEVELS[winner], -1, 0)

    def distance(self, differ: Words, valid: Words) -> NDArray[np.float64]:
        """Hamming distance of the three planes: the angle in units of 90°."""
        apart = count(differ & valid[:, None]).sum(axis=-1)
        return apart / np.maximum(3 * count(valid), 1)
