"""Tap any intermediate of the recognition by name.

The steps of capture, signature and matching offer what they compute::

    trace.offer("capture.mask", mask)

and nothing is kept unless somebody listens::

    with trace.tap("capture.*") as seen:
        crop = acquire(frames)
    seen["capture.mask"]

Taps belong to the current context (thread or task), so that two customers'
images can never meet in one tap. What is tapped is a reference, never a copy,
and never reaches the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fnmatch import fnmatchcase

_tap: ContextVar[tuple[tuple[str, ...], dict[str, object]] | None] = ContextVar(
    "thenar_tap", default=None
)


def offer(name: str, value: object) -> None:
    """Hand an intermediate to whoever taps ``name``; costs one look-up when nobody does."""
    listening = _tap.get()
    if listening is None:
        return
    patterns, seen = listening
    if any(fnmatchcase(name, pattern) for pattern in patterns):
        seen[name] = value


@contextmanager
def tap(*patterns: str) -> Iterator[dict[str, object]]:
    """Collect the intermediates whose names match a shell-style pattern.

    Yields a dict of name → last value offered, filled while the block runs.
    An inner tap hides the outer one.
    """
    seen: dict[str, object] = {}
    token = _tap.set((patterns or ("*",), seen))
    try:
        yield seen
    finally:
        _tap.reset(token)
