"""An EDCC-like code: enhanced and discriminative competitive code.

After Xu, Fei, Wen and Zhang, "Discriminative and robust competitive code for
palmprint recognition", IEEE Trans. SMC: Systems 2018: the image is sharpened by a
Laplacian of a Gaussian; beside the winning direction, one bit says which of its two
neighbours comes closer; equal winners count once and equal winners with equal
bits twice.
"""

from __future__ import annotations

import cv2
import numpy as np
from bench.rivals.code import Bits, Words, count, sample
from bench.rivals.gabor import DIRECTIONS, bank, responses
from numpy.typing import NDArray

BLUR = 2.0
"""Deviation of the Gaussian under the Laplacian, pixels of a 128×128 crop; better than 1."""


class EDCC:
    """Winner and side; compared by equality, not by angle."""

    name = "edcc"

    def __init__(self) -> None:
        self._filters = bank()

    def planes(self, grey: NDArray[np.float32]) -> Bits:
        """Winner in three planes, side in the fourth."""
        sharp = -cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), BLUR), cv2.CV_32F, ksize=5)
        strength = -sample(responses(sharp, self._filters))
        winner = strength.argmax(axis=0)
        left, right = (
            np.take_along_axis(strength, ((winner + step) % DIRECTIONS)[None], axis=0)[0]
            for step in (1, -1)
        )
        digits = [(winner >> bit & 1).astype(bool) for bit in range(3)]
        return np.stack([*digits, left >= right])

    def distance(self, differ: Words, valid: Words) -> NDArray[np.float64]:
        """One less the share of equal winners, those with the same side counted twice."""
        equal = ~np.bitwise_or.reduce(differ[:, :3], axis=1) & valid
        same_side = equal & ~differ[:, 3]
        return 1 - (count(equal) + count(same_side)) / np.maximum(2 * count(valid), 1)
