"""A dictionary that forgets its oldest entries; safe to use from several threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from thenar_access.limits import REMEMBERED

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Holds the last :data:`~thenar_access.limits.REMEMBERED` entries."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, key: Key, value: Value) -> None:
        """Add or replace."""
        with self._lock:
            self._entries[key] = value
            if len(self._entries) > REMEMBERED:
                self._entries.popitem(last=False)

    def get(self, key: Key) -> Value | None:
        """The value, or None."""
        with self._lock:
            return self._entries.get(key)

    def take(self, key: Key) -> Value | None:
        """The value, which is forgotten; or None."""
        with self._lock:
            return self._entries.pop(key, None)
