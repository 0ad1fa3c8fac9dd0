"""BOCV: every direction's bit (Guo, Zhang, Zhang and Zhang, Pattern Recognition Letters 2009)."""

from __future__ import annotations

import numpy as np
from bench.rivals.code import Bits, Words, count, sample
from bench.rivals.gabor import bank, responses
from numpy.typing import NDArray


class BOCV:
    """Six directions, each response set against zero; no direction has to win."""

    name = "bocv"

    def __init__(self) -> None:
        self._filters = bank()

    def planes(self, grey: NDArray[np.float32]) -> Bits:
        """A bit where the response is that of a line."""
        return sample(responses(grey, self._filters)) < 0

    def distance(self, differ: Words, valid: Words) -> NDArray[np.float64]:
        """Hamming distance of the six planes."""
        apart = count(differ & valid[:, None]).sum(axis=-1)
        return apart / np.maximum(6 * count(valid), 1)
