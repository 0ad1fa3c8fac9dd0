"""The one place for memory that kernels reuse."""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


class _Scratch:
    """What one thread reuses in one place."""

    def __init__(self) -> None:
        self.held: dict[str, NDArray[np.uint8]] = {}
        self.busy = threading.RLock()
        with _LIST:
            _EVERY.add(self)


_LIST = threading.Lock()
_EVERY: weakref.WeakSet[_Scratch] = weakref.WeakSet()


class Buffers(threading.local):
    """Named scratch memory, a set a thread; what it holds lasts until asked for again."""

    def __init__(self) -> None:
        self._scratch = _Scratch()

    def of(self, name: str, shape: tuple[int, ...], dtype: type[Number]) -> NDArray[Number]:
        """An array with anything in it; grows when asked for more than ever before."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        held = self._scratch.held.get(name)
        if held is None or len(held) < size:
            held = self._scratch.held[name] = np.empty(size, np.uint8)
        return held[:size].view(dtype).reshape(shape)

    def used(self) -> AbstractContextManager[object]:
        """While this thread uses what it asks for; nobody overwrites it then."""
        return self._scratch.busy


def overwrite_buffers() -> None:
    """Fill the scratch memory of all threads with zeros, each when it is not used.

    Whoever left may have been compared a moment ago, and parts of the reference be there.
    """
    with _LIST:
        every = list(_EVERY)
    for scratch in every:
        with scratch.busy:
            for held in scratch.held.values():
                held.fill(0)


@contextmanager
def unbuffered() -> Iterator[None]:
    """Calls inside compute in place.

    numpy copies operands that repeat, or whose rows are apart, through buffers, which
    takes three times as long as computing on them. For operands of one type only:
    others would be converted a few at a time.
    """
    with np.errstate():  # the size of the buffers belongs to this state
        np.setbufsize(_SMALLEST)
        yield


_SMALLEST = 16
