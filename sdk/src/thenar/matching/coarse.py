"""Find the pose: at which turn and shift do the lines of two palms agree best?

The coarse code is the line bits of every second cell, 256 a block and aspect, as
±1 and 0 where untrusted, so that a product of matrices tells agreeing less
disagreeing bits of many references and views at once. Two poses share a row of
the product, one of them times 65,536: sums of 256 terms stay apart in float32.

A quarter of the palm may give a little, so a pose counts by what its four
quarters reach near it.
"""

from __future__ import annotations

from typing import cast

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.matching.buffers import Buffers
from thenar.parameters import MATCHING

REFERENCES, VIEWS = 64, 16
"""Sides of one product of matrices; small enough that BLAS starts no threads of its own."""

_SHIFT = 1 << 16
_BIAS = 1 << 10
_BLOCKS = 4
_CELLS = 64
_LINE_BITS = 4


@attrs.frozen(eq=False)
class CoarseViews:
    """The coarse codes of all views, two poses a row.

    Attributes:
        codes: float32 (4 blocks, aspects, panels, VIEWS, 256).
        seen: float32 (panels, VIEWS, 256): their mask, a number a cell.
        poses: how many.
        side: shifts a side.
    """

    codes: NDArray[np.float32]
    seen: NDArray[np.float32]
    poses: int
    side: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Pairs of poses, shifts down, shifts right."""
        return -(-self.poses // 2), self.side, self.side


def coarse_views(cells: NDArray[np.uint8], trusted: NDArray[np.uint8]) -> CoarseViews:
    """The coarse codes of a probe.

    Args:
        cells: uint8 (4 blocks, poses, down, right, aspects, 256).
        trusted: uint8 (4 blocks, poses, down, right, 256), 255 where trusted.
    """
    _, poses, side, _, aspects, _ = cells.shape
    mask = _every_second(trusted)
    signs = _signs(_every_second(cells), mask[..., None, :])
    codes = signs.transpose(1, 5, 2, 3, 4, 0, 6).reshape(_BLOCKS, aspects, poses, side * side, -1)
    seen = (mask & np.uint8(1)).transpose(1, 2, 3, 0, 4).reshape(poses, side * side, -1)
    return CoarseViews(_paired(codes), _paired(seen), poses, side)


def _paired(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    """Two poses a row, in panels: (…, poses, shifts, 256) to (…, panels, VIEWS, 256)."""
    *front, poses, shifts, width = codes.shape
    rows = -(-poses // 2) * shifts
    panels = -(-rows // VIEWS)
    out = np.zeros((*front, panels * VIEWS, width), np.float32)
    pairs = out[..., :rows, :].reshape(*front, -1, shifts, width)
    pairs[..., : poses // 2, :, :] = codes[..., 1::2, :, :]
    pairs *= _SHIFT
    pairs += codes[..., ::2, :, :]
    out[..., :rows, :] = pairs.reshape(*front, rows, width)
    return out.reshape(*front, panels, VIEWS, width)


def _signs(cells: NDArray[np.uint8], trusted: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Line bits as ±1, 0 where untrusted; a new first axis counts the four of a cell."""
    bits = np.empty((_LINE_BITS, *cells.shape), np.uint8)
    for k in range(_LINE_BITS):
        np.right_shift(cells, np.uint8(_LINE_BITS + k - 1), out=bits[k])
    bits &= np.uint8(2)
    signs = bits.view(np.int8)
    signs -= np.int8(1)
    signs &= trusted.view(np.int8)
    return signs


def _every_second(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The cells of every second row and column: (…, 256) to (…, 64)."""
    grid = cells.reshape(*cells.shape[:-1], 16, 16)[..., ::2, ::2]
    return np.ascontiguousarray(grid).reshape(*cells.shape[:-1], _CELLS)


@attrs.frozen(eq=False)
class CoarseCodes:
    """The coarse codes of some references.

    Attributes:
        codes: float32 (4 blocks, aspects, 256, n).
        seen: float32 (256, n): in how many aspects a cell is trusted.
    """

    codes: NDArray[np.float32]
    seen: NDArray[np.float32]


def coarse_codes(
    cells: NDArray[np.uint8], trusted: NDArray[np.uint8], buffers: Buffers
) -> CoarseCodes:
    """The coarse codes of references.

    Args:
        cells: uint8 (n, aspects, 4 blocks, 256).
        trusted: uint8 (n, aspects, 4 blocks, 256), 255 where trusted.
        buffers: hold the result.
    """
    count, aspects = cells.shape[:2]
    shape = (2, _BLOCKS, aspects, _CELLS, count)
    both = buffers.of("coarse.cells", shape, np.uint8)
    for into, given in zip(both, (cells, trusted), strict=True):
        grid = given.reshape(count, aspects, _BLOCKS, 16, 16)[..., ::2, ::2]
        into.reshape(_BLOCKS, aspects, 8, 8, count)[...] = grid.transpose(2, 1, 3, 4, 0)
    codes = buffers.of("coarse.codes", (_BLOCKS, aspects, 4, _CELLS, count), np.float32)
    codes[...] = _signs(both[0], both[1]).transpose(1, 2, 0, 3, 4)
    seen = buffers.of("coarse.seen", (_BLOCKS, _CELLS, count), np.float32)
    (both[1] & np.uint8(1)).sum(axis=1, dtype=np.float32, out=seen)
    return CoarseCodes(codes.reshape(_BLOCKS, aspects, -1, count), seen.reshape(-1, count))


@attrs.frozen(eq=False)
class Poses:
    """Where references fit best; shifts in whole cells, 0 the first of them.

    Attributes:
        pose: intp (n,), in the order of the probe's.
        down: intp (n, 4 blocks).
        right: intp (n, 4 blocks).
    """

    pose: NDArray[np.intp]
    down: NDArray[np.intp]
    right: NDArray[np.intp]


def find_poses(views: CoarseViews, references: CoarseCodes, buffers: Buffers) -> Poses:
    """For each reference the pose that fits best, and each quarter's shift at it."""
    count = references.seen.shape[-1]
    shape = (*views.shape, count, 2)
    agree = buffers.of("agree", (_BLOCKS, *shape), np.uint16)
    for block in range(_BLOCKS):
        _product(views.codes[block], references.codes[block], agree[block], buffers)
    fit = _fit(views, references, agree, buffers)
    ordered = buffers.of("fit.ordered", (count, 2, fit.shape[0]), np.float32)
    ordered[...] = fit.transpose(1, 2, 0)
    best = ordered.reshape(count, -1).argmax(axis=1)
    half, rest = np.divmod(best, fit.shape[0])
    pair, rest = np.divmod(rest, views.side**2)
    down, right = np.divmod(rest, views.side)
    near_down = _near(down, _DOWN, views.side)
    near_right = _near(right, _RIGHT, views.side)
    each = np.arange(count)[:, None]
    found = agree[:, pair[:, None], near_down, near_right, each, half[:, None]].argmax(axis=2)
    return Poses(2 * pair + half, near_down[each, found.T], near_right[each, found.T])


_DOWN, _RIGHT = np.array(
    [(0, 0), *((d, r) for d in (-1, 0, 1) for r in (-1, 0, 1) if (d, r) != (0, 0))]
).T


def _near(shift: NDArray[np.intp], by: NDArray[np.intp], side: int) -> NDArray[np.intp]:
    return cast("NDArray[np.intp]", np.clip(shift[:, None] + by, 0, side - 1))


def _product(
    views: NDArray[np.float32],
    references: NDArray[np.float32],
    out: NDArray[np.uint16],
    buffers: Buffers,
) -> None:
    """Agreeing less disagreeing bits, plus a bias that keeps the two poses of a row apart.

    Args:
        views: float32 (aspects, panels, VIEWS, 256).
        references: float32 (aspects, 256, n).
        out: uint16 (pairs of poses, down, right, n, 2).
        buffers: to compute in.
    """
    count = references.shape[-1]
    shape = (*views.shape[1:3], count)
    total = buffers.of("product", shape, np.float32)
    np.matmul(views[0], references[0], out=total)
    for view, reference in zip(views[1:], references[1:], strict=True):
        total += np.matmul(view, reference, out=buffers.of("product.next", shape, np.float32))
    rows = total.reshape(-1, count)[: out.size // (2 * count)]
    both = out.reshape(-1, 2 * count).view(np.int32)
    np.copyto(both, rows, casting="unsafe")
    both += _BIAS * (_SHIFT + 1)


def _fit(
    views: CoarseViews, references: CoarseCodes, agree: NDArray[np.uint16], buffers: Buffers
) -> NDArray[np.float32]:
    """How well each pose fits: float32 (pairs·shifts, n, 2), −1 for a pose that is not there."""
    shape = agree.shape[1:]
    along = buffers.of("along", shape, np.uint16)
    near = buffers.of("near", shape, np.uint16)
    total = buffers.of("total", shape, np.uint16)
    total[...] = 0
    for one in agree:
        _widest(one, along, 2)
        _widest(along, near, 1)
        total += near
    _product(views.seen[None], references.seen[None], near, buffers)
    fit = buffers.of("fit", shape, np.float32)
    weight = buffers.of("weight", shape, np.float32)
    np.subtract(total, np.float32(_BLOCKS * _BIAS), out=fit)
    np.subtract(near, np.float32(_BIAS - MATCHING.prior_bits / _LINE_BITS), out=weight)
    fit /= weight
    if views.poses % 2:
        fit[-1, ..., 1] = -_LINE_BITS
    return fit.reshape(-1, *shape[-2:])


def _widest(values: NDArray[np.uint16], out: NDArray[np.uint16], axis: int) -> None:
    """The largest of each value and its two neighbours along an axis."""
    a, b, o = (np.moveaxis(x, axis, 0) for x in (values, values, out))
    np.maximum(a[1:], b[:-1], out=o[1:])
    o[0] = a[0]
    np.maximum(o[:-1], b[1:], out=o[:-1])
