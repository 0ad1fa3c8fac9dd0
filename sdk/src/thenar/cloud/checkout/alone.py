"""One thread at a time for each checkout, so that its request tells how it ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_changed = threading.Condition()
_busy: set[str] = set()


@contextmanager
def alone(name: str, *, wait: bool = True) -> Iterator[bool]:
    """Hold a checkout.

    Args:
        name: which.
        wait: until another thread has let go of it.

    Yields:
        False where another thread holds it, and that was not waited for.
    """
    with _changed:
        while wait and name in _busy:
            _changed.wait()
        mine = name not in _busy
        if mine:
            _busy.add(name)
    try:
        yield mine
    finally:
        if mine:
            with _changed:
                _busy.discard(name)
                _changed.notify_all()
