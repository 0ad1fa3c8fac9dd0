"""How references lie in memory: what every search reads, and the rest.

A *sight* is the line bits of every second cell, 1,024 an aspect, in 16 words of
16 cells. Each word is a wide grid over the whole palm, and they lie between each other.
The first half of a sight, its *front*, lies word by word, since a search reads it of all
references. The other half, its *back*, lies with the rest of a signature, reference by
reference: of a few references here and there it is read in a piece, where the front
takes a line of the cache for each word.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIGHT_WORDS = 16
HALF = SIGHT_WORDS // 2
WORDS = 128
REST_WORDS = WORDS - HALF
FRONT, BACK, WHOLE = slice(0, HALF), slice(HALF, SIGHT_WORDS), slice(0, SIGHT_WORDS)
MASK_WORDS = 16

_SEEN = 256


_GRIDS = (
    *((0, 0), (4, 4), (0, 4), (4, 0), (2, 2), (6, 6), (2, 6), (6, 2)),
    *((0, 2), (4, 6), (0, 6), (4, 2), (2, 0), (6, 4), (2, 4), (6, 0)),
)


def _orders() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Bytes of a signature that have a sight, in its order, and the others."""
    block = np.arange(WORDS * 8).reshape(2, 2, 16, 16)
    palm = block.swapaxes(1, 2).reshape(32, 32)
    seen = np.concatenate([palm[down::8, right::8].reshape(-1) for down, right in _GRIDS])
    return seen, np.setdiff1d(palm, seen)


SEEN, UNSEEN = _orders()
_UNITED = np.argsort(np.concatenate([SEEN, UNSEEN]))


def divide(bits: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Fronts and rest of signatures.

    Args:
        bits: uint64 (n, aspects, 128), as :mod:`thenar.signature.cells` packs them.

    Returns:
        uint64 (aspects, 8, n) and uint64 (n, aspects, 120), whose first 8 are the back.
    """
    cells = np.ascontiguousarray(bits).view(np.uint8)
    seen = np.take(cells, SEEN, axis=-1)
    sight = _pairs(seen >> np.uint8(4)).view(np.uint64)
    texture = _pairs(seen & np.uint8(15)).view(np.uint64)
    unseen = np.take(cells, UNSEEN, axis=-1).view(np.uint64)
    front = np.ascontiguousarray(sight[..., FRONT].transpose(1, 2, 0))
    return front, np.concatenate([sight[..., BACK], texture, unseen], axis=-1)


def unite(
    front: NDArray[np.uint64],
    rest: NDArray[np.uint64],
    places: NDArray[np.intp],
    out: NDArray[np.uint64],
) -> None:
    """The reverse of :func:`divide`, for some references and one aspect.

    Copies made on the way are overwritten.

    Args:
        front: uint64 (8, n).
        rest: uint64 (n, 120).
        places: intp (m,), which of the n.
        out: uint64 (m, 128), where they are written.
    """
    others = rest[places]
    sight = np.concatenate([front[:, places].T, others[:, :HALF]], axis=1)
    lines, below = sight.view(np.uint8), others[:, HALF:].view(np.uint8)
    cells = np.empty((len(places), WORDS * 8), np.uint8)
    for half in (0, 1):
        shift = np.uint8(4 * half)
        texture = (below[:, : _SEEN // 2] >> shift) & np.uint8(15)
        cells[:, half:_SEEN:2] = texture | ((lines >> shift) << np.uint8(4))
    cells[:, _SEEN:] = below[:, _SEEN // 2 :]
    out.view(np.uint8)[...] = np.take(cells, _UNITED, axis=1)
    for copy in (sight, others, cells):
        copy.fill(0)


def _pairs(nibbles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(nibbles[..., ::2] | (nibbles[..., 1::2] << np.uint8(4)))
