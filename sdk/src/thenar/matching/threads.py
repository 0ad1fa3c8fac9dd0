"""How many threads a search may use."""

from __future__ import annotations

import os

_most = os.cpu_count() or 1


def threads() -> int:
    """As many as there are cores, unless :func:`use` said otherwise."""
    return _most


def use(most: int) -> None:
    """Let searches of this process use so many, from 1; before the first of them."""
    global _most
    _most = most
