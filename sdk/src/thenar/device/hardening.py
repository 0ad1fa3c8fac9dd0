"""What the process itself must not leak: no core dump, no picture in freed memory.

Called by ``thenar device run`` before the camera is opened. What the system does not
offer is left out, and told.
"""

from __future__ import annotations

import ctypes
import resource
import sys

import attrs

_PR_SET_DUMPABLE = 4
_PR_GET_DUMPABLE = 3
_M_PERTURB = -6
_M_MMAP_THRESHOLD = -3
_FROM_BYTES = 8 * 1024
"""Blocks from this size up get pages of their own where the heap has no room for them."""
_FILL = 0x5A
"""What freed blocks are overwritten with."""


@attrs.frozen
class Hardened:
    """What holds from now on.

    Attributes:
        no_core: a crash writes no core dump.
        overwritten: what is freed is overwritten, or goes back to the kernel at once.
        undumpable: no process of the same user can attach to this one or read its memory.
    """

    no_core: bool
    overwritten: bool
    undumpable: bool


def harden() -> Hardened:
    """Close the process against dumps, for as long as it lives.

    Elsewhere than on Linux only the limit on core dumps is set.
    """
    return Hardened(forbid_core_dumps(), overwrite_freed_memory(), forbid_reading())


def forbid_core_dumps() -> bool:
    """Set the limit on core dumps to nothing (setrlimit(2)); whether it is."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def overwrite_freed_memory() -> bool:
    """Have what is freed overwritten, or given back to the kernel at once; whether it is.

    glibc fills freed blocks with a pattern (mallopt(3), M_PERTURB), and large blocks get
    pages of their own, which go back when freed and come to the next process full of
    zeros. So no copy that a library made of a picture outlives its use.
    """
    libc = _libc()
    if libc is None or not hasattr(libc, "mallopt"):
        return False
    filled = libc.mallopt(_M_PERTURB, _FILL) == 1
    return bool(libc.mallopt(_M_MMAP_THRESHOLD, _FROM_BYTES) == 1 and filled)


def forbid_reading() -> bool:
    """Forbid core dumps by any means, attaching, and reading memory (prctl(2)); whether it is.

    That is of no effect against the superuser.
    """
    libc = _libc()
    if libc is None:
        return False
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return bool(libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None
