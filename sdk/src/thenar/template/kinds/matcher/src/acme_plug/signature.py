"""The maker: one bit a cell, set where the palm is darker than around it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from thenar.errors import SignatureError
from thenar.records import CROP_SIDE, Band, PalmCrop, Probe, Signature

CELLS = 32
"""Cells on a side."""

AROUND = 5
"""Cells on a side of the square that a cell is compared with; odd."""


@attrs.frozen
class AcmePlugMakerSettings:
    """The table ``[signature.acme-plug]``.

    Attributes:
        least_skin: share of trusted skin, 0..1, below which a crop is not used.
    """

    least_skin: float = 0.5


class AcmePlugMaker:
    """Makes signatures of dark and light cells."""

    algorithm = "acme-plug"
    version = 1

    def __init__(self, settings: AcmePlugMakerSettings) -> None:
        self._least_skin = settings.least_skin

    def make(self, crops: Sequence[PalmCrop]) -> Signature:
        """One signature, of the best capture. Raises SignatureError: too little skin."""
        crop = self._best(crops)
        dark, trusted = darker(crop)
        return Signature(
            algorithm=self.algorithm,
            version=self.version,
            aspects=("lines",),
            bits=packed(dark),
            mask=packed(trusted),
            hand=crop.hand,
            quality=crop.quality,
        )

    def probe(self, crops: Sequence[PalmCrop]) -> Probe:
        """The best capture, cell by cell. Raises SignatureError: too little skin."""
        crop = self._best(crops)
        dark, trusted = darker(crop)
        return Probe(
            algorithm=self.algorithm,
            version=self.version,
            aspects=("lines",),
            planes=dark.astype(np.uint8)[None, None],
            mask=trusted[None],
            hand=crop.hand,
            quality=crop.quality,
        )

    def _best(self, crops: Sequence[PalmCrop]) -> PalmCrop:
        usable = [crop for crop in crops if crop.mask.mean() >= self._least_skin]
        if not usable:
            raise SignatureError(
                f"Expected a crop with {self._least_skin:.0%} of trusted skin, got none.",
                remedy="capture the palm again, whole and evenly lit.",
            )
        return max(usable, key=lambda crop: crop.quality)


def darker(crop: PalmCrop) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which cells are darker than around them, and which can be trusted; both 32 × 32."""
    pixels = crop.bands.get(Band.RGB)
    if pixels is None:
        pixels = next(iter(crop.bands.values()))
    grey = pixels.mean(axis=2) if pixels.ndim == 3 else pixels.astype(np.float64)
    size = CROP_SIDE // CELLS
    level = grey.reshape(CELLS, size, CELLS, size).mean(axis=(1, 3))
    trusted = crop.mask.reshape(CELLS, size, CELLS, size).mean(axis=(1, 3)) > 0.5
    framed = np.pad(level, AROUND // 2, mode="edge")
    squares = np.lib.stride_tricks.sliding_window_view(framed, (AROUND, AROUND))
    return level < squares.mean(axis=(2, 3)), trusted


def packed(cells: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """32 × 32 cells as one row of 16 words."""
    return np.packbits(cells).view(np.uint64)[None].copy()
