"""The one place for memory that kernels reuse."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


class Buffers(threading.local):
    """Named scratch memory, a set a thread; what it holds lasts until asked for again."""

    def __init__(self) -> None:
        self._held: dict[str, NDArray[np.uint8]] = {}

    def of(self, name: str, shape: tuple[int, ...], dtype: type[Number]) -> NDArray[Number]:
        """An array with anything in it; grows when asked for more than ever before."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        held = self._held.get(name)
        if held is None or len(held) < size:
            held = self._held[name] = np.empty(size, np.uint8)
        return held[:size].view(dtype).reshape(shape)


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
