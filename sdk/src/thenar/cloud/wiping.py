"""Memory that is overwritten when it is freed.

What a request opened (palm crops, signatures, a person's key) would otherwise stay
in the process's memory until something else happens to be written there, and so
outlive the person who was forgotten. The C library of Linux (glibc) overwrites what
is freed if it is told to before the program starts, so the program starts itself
anew, once, with these settings:

- ``glibc.malloc.perturb``: every freed block is filled with a constant;
- ``glibc.malloc.tcache_count=0``: also small blocks, which the cache of each thread
  would keep as they are;
- ``PYTHONMALLOC=malloc``: also Python's own small objects.

Other C libraries ignore them; there what is freed is left to chance.
"""

from __future__ import annotations

import os
import sys

_SETTINGS = {
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
    "PYTHONMALLOC": "malloc",
}


def start_wiping() -> None:
    """Start this program anew with freed memory overwritten, unless it was already."""
    if sys.platform != "linux" or os.environ.items() >= _SETTINGS.items():
        return
    sys.stdout.flush()
    sys.stderr.flush()
    # The same program with the same arguments, in the same process.
    os.execve(sys.executable, sys.orig_argv, os.environ | _SETTINGS)  # noqa: S606
