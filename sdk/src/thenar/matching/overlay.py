"""Lay a probe over references: every pose and shift of it, packed like a reference.

A probe is dense, a byte a pixel. Sampled every fourth pixel from some offset it
looks like a reference's cells, shifted by that offset. All shifts by half a cell
are cut, once a probe. Those by whole cells are also the *coarse* views, of the
lines of every second cell alone, which find the pose.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from thenar.matching.coarse import CoarseViews, coarse_views
from thenar.matching.protection import protection
from thenar.parameters import MATCHING, SIGNATURE
from thenar.records import CROP_SIDE, Probe

STEP = CROP_SIDE // SIGNATURE.cells
FIRST = STEP // 2
HALF = SIGNATURE.cells // 2
BLOCKS = 4


@attrs.frozen(eq=False)
class Overlay:
    """All views of a probe; they count poses, then shifts down, then shifts right.

    Attributes:
        cells: uint64 (4 blocks · views, aspects·32): the cells of every view.
        trusted: uint64 (4 blocks · views, 32): their mask, a byte a cell.
        seen: uint64 (4 blocks · views, 4): their mask, a bit a cell.
        coarse: the views among them that find the pose.
        poses: how many turns of the palm, over all captures.
        side: shifts a side.
    """

    cells: NDArray[np.uint64]
    trusted: NDArray[np.uint64]
    seen: NDArray[np.uint64]
    coarse: CoarseViews
    poses: int
    side: int


def overlay(probe: Probe, aspects: NDArray[np.intp]) -> Overlay:
    """Cut every view of a probe.

    Args:
        probe: of algorithm ``blocks``.
        aspects: indices of the aspects that will be compared.
    """
    beyond = MATCHING.reach
    side = 4 * beyond + 3
    poses, count = len(probe.planes), len(aspects)
    grid = (2, 2, poses, side, side)
    trusted = np.empty((*grid, HALF * HALF), np.uint8)
    _cut(np.where(probe.mask, np.uint8(255), np.uint8(0)), beyond, trusted)
    cells = np.empty((*grid, count, HALF * HALF), np.uint8)
    for place, aspect in enumerate(aspects):
        planes = probe.planes[:, aspect]
        if probe.key:
            planes = np.take(protection(probe.key).table, planes)
        _cut(planes, beyond, cells[..., place, :])
    if probe.key:
        _protected(cells, trusted, probe, aspects)
    seen = np.packbits(trusted, axis=-1, bitorder="little")

    by_block = (BLOCKS, poses, side, side, -1, HALF * HALF)
    reach = side // 2 + 2 * MATCHING.reach * np.array([-1, 1])
    whole = (slice(None), slice(None), *2 * (slice(reach[0], reach[1] + 1, 2),))
    return Overlay(
        cells.view(np.uint64).reshape(-1, count * 32),
        trusted.view(np.uint64).reshape(-1, 32),
        seen.view(np.uint64).reshape(-1, 4),
        coarse_views(cells.reshape(by_block)[whole], trusted.reshape(by_block)[whole][..., 0, :]),
        poses,
        side,
    )


def _protected(
    cells: NDArray[np.uint8],
    trusted: NDArray[np.uint8],
    probe: Probe,
    aspects: NDArray[np.intp],
) -> None:
    """Let every view be as the probe's key makes references, once bits are in their places."""
    by = protection(probe.key)
    at_once = np.empty_like(trusted[0, 0])
    for block, at in enumerate(np.ndindex(2, 2)):
        views = [trusted[at], *np.moveaxis(cells[at], -2, 0)]
        flips = [np.uint8(0), *(by.flips(probe.aspects[aspect])[block] for aspect in aspects)]
        for view, flip in zip(views, flips, strict=True):
            np.take(view, by.order[block], axis=-1, out=at_once, mode="clip")
            np.bitwise_xor(at_once, flip, out=view)


def _cut(planes: NDArray[np.uint8], beyond: int, out: NDArray[np.uint8]) -> None:
    """Every view of planes (poses, 128, 128) into (2, 2, poses, side, side, 256 cells).

    Views overlap. The 16 cells of a block's row are cut first, at every place
    that they can stand, so that 16 rows of them are one run of memory.
    """
    pad = (beyond + 1) * STEP
    half_step = STEP // 2
    first = FIRST + half_step
    padded = np.pad(planes, ((0, 0), (pad, pad), (pad, pad)))[:, first::half_step]
    side = 4 * beyond + 3
    for odd in (0, 1):
        columns = np.ascontiguousarray(padded[:, odd::2, first::half_step])
        # poses, rows, place, 16 cells of every second column
        runs = sliding_window_view(columns, 2 * HALF - 1, axis=2)[..., ::2]
        strips = np.ascontiguousarray(runs.swapaxes(1, 2))
        for down in (0, 1):
            for right in (0, 1):
                views = sliding_window_view(
                    strips.reshape(*strips.shape[:2], -1), HALF * HALF, axis=2
                )[:, 2 * HALF * right :, HALF * HALF * down :: HALF]
                part = out[down, right, :, odd::2]
                part[...] = views[:, :side, : part.shape[1]].swapaxes(1, 2)
