"""From a byte a pixel to the packed cells of a signature.

A 128×128 crop has 32×32 cells, one every fourth pixel. They are stored block by
block, so that each quarter of the palm is contiguous and can be laid over a
probe with a shift of its own::

    block 0 (top left)     words   0..31      mask words  0..3
    block 1 (top right)    words  32..63      mask words  4..7
    block 2 (bottom left)  words  64..95      mask words  8..11
    block 3 (bottom right) words  96..127     mask words 12..15

Inside a block cells go row by row, 16 rows of 16. Eight cells make a 64-bit
word, the first in its lowest byte. The mask has one bit a cell, the first in
the lowest bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SIGNATURE
from thenar.records import CROP_SIDE

STEP = CROP_SIDE // SIGNATURE.cells
FIRST = STEP // 2


def pack(
    plane: NDArray[np.uint8], mask: NDArray[np.bool_]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """One aspect of a signature.

    Args:
        plane: uint8 128×128, a byte a pixel.
        mask: bool 128×128, True where trusted.

    Returns:
        uint64 (128,) of cells and uint64 (16,) of their mask; untrusted cells are 0.
    """
    seen = mask[FIRST::STEP, FIRST::STEP]
    cells = np.where(seen, plane[FIRST::STEP, FIRST::STEP], np.uint8(0))
    bits = np.packbits(_blocks(seen), bitorder="little")
    return _blocks(cells).view("<u8").astype(np.uint64), bits.view("<u8").astype(np.uint64)


def unpack(
    bits: NDArray[np.uint64], mask: NDArray[np.uint64]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The cells as 32×32 bytes, and their mask as 32×32 bools: the reverse of :func:`pack`."""
    cells = _grid(bits.astype("<u8").view(np.uint8))
    seen = _grid(np.unpackbits(mask.astype("<u8").view(np.uint8), bitorder="little"))
    return cells, seen.astype(np.bool_)


def _blocks(grid: NDArray[np.generic]) -> NDArray[np.uint8]:
    half = SIGNATURE.cells // 2
    return np.ascontiguousarray(grid.reshape(2, half, 2, half).swapaxes(1, 2)).reshape(-1)


def _grid(flat: NDArray[np.uint8]) -> NDArray[np.uint8]:
    half = SIGNATURE.cells // 2
    return flat.reshape(2, 2, half, half).swapaxes(1, 2).reshape(2 * half, 2 * half)
