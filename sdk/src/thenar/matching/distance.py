"""How unlike a probe and references are: 0 for equal, about 0.4 for strangers.

First the pose (:mod:`thenar.matching.coarse`). At it each quarter of the palm
may give a little, since skin stretches and hands tilt: all bits are compared at
its own best shift, by half cells. The distance is the share of trusted bits that
differ, taken over the quarters; fewer trusted bits pull it towards a stranger's,
as in Daugman, "How iris recognition works" (2004), eq. 4.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from thenar.matching.buffers import Buffers
from thenar.matching.coarse import Poses, coarse_codes, find_poses
from thenar.matching.overlay import BLOCKS, Overlay
from thenar.parameters import MATCHING

BITS_A_CELL = 8
BLOCK_BITS = 2048
_BUFFERS = Buffers()
_SPREAD = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little")
_EIGHT_CELLS = (_SPREAD * np.uint8(255)).reshape(-1).view(np.uint64)


def distances(
    over: Overlay, bits: NDArray[np.uint64], masks: NDArray[np.uint64]
) -> NDArray[np.float64]:
    """The distance of each of some references.

    Args:
        over: the probe.
        bits: uint64 (n, aspects, 128).
        masks: uint64 (n, aspects, 16).

    Returns:
        float64 (n,), 0..1.
    """
    with _BUFFERS.used():
        count, aspects = bits.shape[:2]
        trusted = _BUFFERS.of("trusted", bits.shape, np.uint64)
        np.take(_EIGHT_CELLS, masks.view(np.uint8), out=trusted, mode="clip")
        as_cells = (count, aspects, BLOCKS, -1)
        codes = coarse_codes(
            bits.view(np.uint8).reshape(as_cells),
            trusted.view(np.uint8).reshape(as_cells),
            _BUFFERS,
        )
        views = _fine_views(over, find_poses(over.coarse, codes, _BUFFERS))
        return _measured(over, views, bits, trusted, masks)


_HALF_CELLS = np.arange(-1, 2)


def _fine_views(over: Overlay, poses: Poses) -> NDArray[np.intp]:
    """The views, by half cells, that surround each quarter's whole shift: (n, 4 blocks, 9)."""
    middle, reach = over.side // 2, over.coarse.side // 2
    down = (middle + 2 * (poses.down - reach))[..., None] + _HALF_CELLS
    right = (middle + 2 * (poses.right - reach))[..., None] + _HALF_CELLS
    first = (np.arange(BLOCKS) * over.poses + poses.pose[:, None]) * over.side**2
    at = first[..., None, None] + down[..., :, None] * over.side + right[..., None, :]
    return cast("NDArray[np.intp]", at.reshape(*first.shape, -1))


def _measured(
    over: Overlay,
    views: NDArray[np.intp],
    bits: NDArray[np.uint64],
    trusted: NDArray[np.uint64],
    masks: NDArray[np.uint64],
) -> NDArray[np.float64]:
    """The distance of each reference, each quarter at the best of its views."""
    aspects = bits.shape[1]
    both = _laid(over.trusted, views, 1, "both")
    differ = _laid(over.cells, views, aspects, "differ")
    differ ^= _by_block(bits)
    differ &= _by_block(trusted)
    differ &= both
    unlike = _total(np.bitwise_count(differ, out=_BUFFERS.of("bytes", differ.shape, np.uint8)))
    seen = np.bitwise_count(_laid(over.seen, views, 1, "seen") & _by_block(masks))
    bits_seen = BITS_A_CELL * _total(seen).astype(np.float64)
    raw = unlike / np.maximum(bits_seen, 1.0)
    bits_seen /= BLOCK_BITS * aspects
    stranger = MATCHING.stranger
    distance = stranger - (stranger - raw) * np.sqrt(bits_seen)
    return distance.min(axis=2).mean(axis=1)  # type: ignore[no-any-return]


def _laid(
    table: NDArray[np.uint64], views: NDArray[np.intp], aspects: int, name: str
) -> NDArray[np.uint64]:
    """Rows of a table of views: (n, 4 blocks, 9, aspects, words)."""
    out = _BUFFERS.of(name, (*views.shape, table.shape[1]), np.uint64)
    np.take(table, views, axis=0, out=out, mode="clip")
    return out.reshape(*views.shape, aspects, -1)


def _by_block(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """References' words (n, aspects, 4·words) as (n, 4 blocks, 1, aspects, words)."""
    count, aspects = words.shape[:2]
    return words.reshape(count, aspects, BLOCKS, -1).swapaxes(1, 2)[:, :, None]


def _total(counts: NDArray[np.uint8]) -> NDArray[np.integer]:
    """The sum of bytes along the last two axes, 4·k of them, several at a time; below 2¹⁶."""
    flat = counts.reshape(*counts.shape[:-2], -1)
    word: Any = np.uint32 if flat.shape[-1] % 8 else np.uint64
    lanes = word(0x00FF00FF00FF00FF & np.iinfo(word).max)
    ones = word(0x0001000100010001 & np.iinfo(word).max)
    words = flat.view(word)
    pairs = (words >> word(8)) & lanes
    pairs += words & lanes
    total = pairs[..., 0].copy()
    for column in range(1, pairs.shape[-1]):
        total += pairs[..., column]
    total *= ones
    total >>= word(8 * words.itemsize - 16)
    return cast("NDArray[np.integer]", total)
