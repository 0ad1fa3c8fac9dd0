"""How unlike a probe and references are: 0 for equal, about 0.4 for strangers.

First the pose: of all turns and shifts, the one at which the coarse codes agree
best. Then each quarter of the palm may give a little, since skin stretches and
hands tilt: its own best shift near the pose. The distance is the share of
trusted bits that differ, taken over the quarters; fewer trusted bits pull it
towards a stranger's, as in Daugman, "How iris recognition works" (2004), eq. 4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thenar.matching.overlay import BLOCKS, Overlay
from thenar.parameters import MATCHING

_BLOCK_BITS = 2048.0


def best_poses(
    over: Overlay, codes: NDArray[np.uint64], masks: NDArray[np.uint64]
) -> NDArray[np.intp]:
    """For each reference, the coarse views that fit best.

    Args:
        over: the probe.
        codes: uint64 (n, words), coarse codes of references.
        masks: uint64 (n, words).

    Returns:
        intp (n, MATCHING.poses), views in order of fit.
    """
    fits = np.empty((len(over.coarse), len(codes)), np.float32)
    differ = np.empty_like(codes)
    both = np.empty_like(codes)
    counts = np.empty(codes.shape, np.uint8)
    for view, (code, mask) in enumerate(zip(over.coarse, over.coarse_mask, strict=True)):
        np.bitwise_and(masks, mask, out=both)
        np.bitwise_xor(codes, code, out=differ)
        np.bitwise_and(differ, both, out=differ)
        unlike = np.bitwise_count(differ, out=counts).sum(axis=1, dtype=np.float32)
        seen = np.bitwise_count(both, out=counts).sum(axis=1, dtype=np.float32)
        np.divide(unlike + MATCHING.prior_bits / 2, seen + MATCHING.prior_bits, out=fits[view])
    keep = min(MATCHING.poses, len(fits))
    best = np.argpartition(fits, keep - 1, axis=0)[:keep]
    order = np.argsort(np.take_along_axis(fits, best, axis=0), axis=0)
    return np.take_along_axis(best, order, axis=0).T


def distances(
    over: Overlay,
    poses: NDArray[np.intp],
    bits: NDArray[np.uint64],
    masks: NDArray[np.uint64],
) -> NDArray[np.float64]:
    """The distance of each reference at the best of its poses.

    Args:
        over: the probe.
        poses: intp (n, k) coarse views, from :func:`best_poses`.
        bits: uint64 (n, aspects, 128).
        masks: uint64 (n, aspects, 128), expanded.

    Returns:
        float64 (n,), 0..1.
    """
    count = len(bits)
    blocks = bits.reshape(count, -1, BLOCKS, 32)
    block_masks = masks.reshape(count, -1, BLOCKS, 32)
    best = np.ones(count)
    for column in range(poses.shape[1]):
        view = over.fine_view(poses[:, column])
        total = sum(
            _block(over, view, blocks[:, :, b], block_masks[:, :, b], b) for b in range(BLOCKS)
        )
        np.minimum(best, total / BLOCKS, out=best)
    return best


def _block(
    over: Overlay,
    view: NDArray[np.intp],
    bits: NDArray[np.uint64],
    masks: NDArray[np.uint64],
    block: int,
) -> NDArray[np.float64]:
    """One quarter's distance at its own best shift: whole cells first, then half ones."""
    give = 2 * MATCHING.give
    steps = np.arange(-give, give + 1, 2)
    whole = _offsets(steps, over.fine_side)
    fits = _fits(over, view[:, None] + whole, bits, masks, block)
    near = view + whole[fits.argmin(axis=1)]
    half = _offsets(np.arange(-1, 2), over.fine_side)
    refined = _fits(over, near[:, None] + half, bits, masks, block)
    return refined.min(axis=1)  # type: ignore[no-any-return]


def _offsets(steps: NDArray[np.intp], side: int) -> NDArray[np.intp]:
    return (steps[:, None] * side + steps).reshape(-1)


def _fits(
    over: Overlay,
    views: NDArray[np.intp],
    bits: NDArray[np.uint64],
    masks: NDArray[np.uint64],
    block: int,
) -> NDArray[np.float64]:
    """Distances (n, k) of one quarter at k views of each of n references."""
    seen = over.fine_mask[views, block][:, :, None] & masks[:, None]
    differ = (over.fine[views, :, block] ^ bits[:, None]) & seen
    unlike = np.bitwise_count(differ).sum(axis=(2, 3), dtype=np.int64)
    trusted = np.bitwise_count(seen).sum(axis=(2, 3), dtype=np.int64)
    raw = unlike / np.maximum(trusted, 1)
    stranger = MATCHING.stranger
    full = _BLOCK_BITS * bits.shape[1]
    return stranger - (stranger - raw) * np.sqrt(trusted / full)  # type: ignore[no-any-return]
