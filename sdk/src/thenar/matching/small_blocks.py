"""Overwriting what numpy keeps for itself instead of freeing it.

Blocks below a kilobyte are not given back to the C library, which would overwrite
them, but kept for the next array of the same size: up to seven of each size, with
what was in them.
"""

from __future__ import annotations

import numpy as np

_KEPT = 8
"""One more than numpy keeps of a size (``NCACHE`` in its ``alloc.c``)."""
_LARGEST = 1024
"""Bytes; larger blocks are freed (``NBUCKETS`` there)."""


def overwrite_small_blocks() -> None:
    """Take every block that is kept, and fill it with zeros; a few milliseconds."""
    for size in range(1, _LARGEST):
        for block in [np.empty(size, np.uint8) for _ in range(_KEPT)]:
            block.fill(0)
