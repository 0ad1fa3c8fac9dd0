"""Lay a probe over references: every pose and shift of it, packed like a reference.

A probe is dense, a byte a pixel. Sampled every fourth pixel from some offset it
looks like a reference's cells, shifted by that offset. Two lattices of shifts
are cut, once a probe:

- *coarse*: lines only, every second cell, shifts of a whole cell: finds the pose;
- *fine*: all bits of all cells, shifts of half a cell: measures.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import MATCHING, SIGNATURE
from thenar.records import CROP_SIDE, Probe

STEP = CROP_SIDE // SIGNATURE.cells
FIRST = STEP // 2
HALF = SIGNATURE.cells // 2
BLOCKS = 4

_SPREAD = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little")
EIGHT_CELLS = (_SPREAD * np.uint8(255)).reshape(-1).view("<u8").astype(np.uint64)
"""For each byte of a mask, the 64-bit word that keeps the eight cells it names."""


def expand(mask: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A mask of one bit a cell as one of one byte a cell; last axis grows eightfold."""
    as_bytes = np.ascontiguousarray(mask.astype("<u8")).view(np.uint8)
    return EIGHT_CELLS[as_bytes]


def coarse_of(
    bits: NDArray[np.uint64], mask: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The coarse code of references: the line bits of every second cell.

    Args:
        bits: uint64 (n, 128), as :mod:`thenar.signature.cells` packs them.
        mask: uint64 (n, 128), expanded.

    Returns:
        Two uint64 (n, 16): the code and its mask, two cells a byte.
    """
    return _every_second(bits), _every_second(mask)


def _every_second(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    cells = np.ascontiguousarray(words.astype("<u8")).view(np.uint8)
    grid = cells.reshape(-1, 2, 2, HALF, HALF).swapaxes(2, 3)
    return _nibbles(grid.reshape(-1, 2 * HALF, 2 * HALF)[:, ::2, ::2])


def _nibbles(cells: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The high nibbles of n×16×16 cells, two a byte: uint64 (n, 16)."""
    high = cells >> np.uint8(4)
    pairs = np.ascontiguousarray(high[..., ::2] | (high[..., 1::2] << np.uint8(4)))
    return pairs.reshape(len(cells), -1).view("<u8").astype(np.uint64)


@attrs.frozen(eq=False)
class Overlay:
    """All views of a probe.

    Attributes:
        coarse: uint64 (views, aspects·16); views count poses, then shifts down, then right.
        coarse_mask: likewise.
        fine: uint64 (views, aspects, 4 blocks, 32).
        fine_mask: uint64 (views, 4 blocks, 32), expanded.
        coarse_side: shifts a side of the coarse lattice.
        fine_side: shifts a side of the fine lattice.
    """

    coarse: NDArray[np.uint64]
    coarse_mask: NDArray[np.uint64]
    fine: NDArray[np.uint64]
    fine_mask: NDArray[np.uint64]
    coarse_side: int
    fine_side: int

    def fine_view(self, coarse_view: NDArray[np.intp]) -> NDArray[np.intp]:
        """The fine view with the same pose and shift as a coarse one."""
        pose, rest = np.divmod(coarse_view, self.coarse_side**2)
        down, right = np.divmod(rest, self.coarse_side)
        middle, reach = self.fine_side // 2, self.coarse_side // 2
        row = middle + 2 * (down - reach)
        column = middle + 2 * (right - reach)
        return (pose * self.fine_side + row) * self.fine_side + column  # type: ignore[no-any-return]


def overlay(probe: Probe, aspects: NDArray[np.intp]) -> Overlay:
    """Cut every view of a probe.

    Args:
        probe: of algorithm ``blocks``.
        aspects: indices of the aspects that will be compared.
    """
    reach = MATCHING.reach
    beyond = reach + MATCHING.give + 1
    pad = beyond * STEP
    planes = np.pad(probe.planes[:, aspects], ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    seen = np.pad(probe.mask, ((0, 0), (pad, pad), (pad, pad)))
    whole = np.where(seen, np.uint8(255), np.uint8(0))

    shifts = np.arange(-reach, reach + 1) * STEP
    at = pad + FIRST + shifts[:, None] + np.arange(0, CROP_SIDE, 2 * STEP)
    coarse = _lattice(planes, at)
    coarse_mask = _lattice(whole[:, None], at)
    views = len(coarse)

    fine_shifts = np.arange(-2 * beyond, 2 * beyond + 1)[1:-1] * (STEP // 2)
    at = pad + FIRST + fine_shifts[:, None] + np.arange(0, CROP_SIDE, STEP)
    count = len(aspects)
    return Overlay(
        _nibbles(coarse.reshape(views * count, HALF, HALF)).reshape(views, -1),
        np.tile(_nibbles(coarse_mask.reshape(views, HALF, HALF)), count),
        _blocked(_lattice(planes, at)),
        _blocked(_lattice(whole[:, None], at))[:, 0],
        len(shifts),
        len(fine_shifts),
    )


def _lattice(planes: NDArray[np.uint8], at: NDArray[np.intp]) -> NDArray[np.uint8]:
    """Cells of every view: (poses·shifts², aspects, cells, cells)."""
    rows = planes[:, :, at]  # poses, aspects, shifts, cells, W
    cells = rows[..., at]  # poses, aspects, shifts, cells, shifts, cells
    cells = cells.transpose(0, 2, 4, 1, 3, 5)
    side = at.shape[1]
    return np.ascontiguousarray(cells).reshape(-1, planes.shape[1], side, side)


def _blocked(cells: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """n×aspects×32×32 cells as uint64 (n, aspects, 4, 32)."""
    views, aspects = cells.shape[:2]
    blocks = cells.reshape(views, aspects, 2, HALF, 2, HALF).swapaxes(3, 4)
    flat = np.ascontiguousarray(blocks).reshape(views, aspects, BLOCKS, HALF * HALF)
    return flat.view("<u8").astype(np.uint64, copy=False)
