"""What the process itself must not leak: no core dump, and freed pictures go at once.

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
_M_MMAP_THRESHOLD = -3
_FROM_BYTES = 32 * 1024
"""Pictures from this size up get pages of their own, which the kernel takes back when freed."""


@attrs.frozen
class Hardened:
    """What holds from now on.

    Attributes:
        no_core: a crash writes no core dump.
        returned: freed pictures go back to the kernel at once, instead of lying about.
        undumpable: no process of the same user can attach to this one or read its memory.
    """

    no_core: bool
    returned: bool
    undumpable: bool


def harden() -> Hardened:
    """Close the process against dumps, for as long as it lives.

    Elsewhere than on Linux only the limit on core dumps is set.
    """
    return Hardened(forbid_core_dumps(), return_freed_pictures(), forbid_reading())


def forbid_core_dumps() -> bool:
    """Set the limit on core dumps to nothing (setrlimit(2)); whether it is."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def return_freed_pictures() -> bool:
    """Give large blocks pages of their own (mallopt(3) of glibc); whether it does.

    Pages that are given back come to the next process full of zeros.
    """
    libc = _libc()
    if libc is None or not hasattr(libc, "mallopt"):
        return False
    return bool(libc.mallopt(_M_MMAP_THRESHOLD, _FROM_BYTES) == 1)


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
