"""The threads of a search: how many, and work for them.

numpy lets go of the interpreter while it computes, so threads help where every call
of numpy is long. One thread is the caller's own: nothing is handed over then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
_most = os.cpu_count() or 1


def threads() -> int:
    """As many as there are cores, unless :func:`use` said otherwise."""
    return _most


def use(most: int) -> None:
    """Let searches of this process use so many, from 1; before the first of them."""
    global _most
    _most = most


def spread(work: Callable[[T], R], things: Iterable[T]) -> Iterable[R]:
    """Work on each of some things, by all threads; results in their order."""
    return map(work, things) if _most == 1 else _workers().map(work, things)


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_most, "thenar-matching")
