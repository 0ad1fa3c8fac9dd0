"""What a simulated service remembers, where two processes can share it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from thenar.errors import ThenarError


@attrs.frozen
class BooksSettings:
    """Settings of a simulated service.

    Attributes:
        books: path of its SQLite file, so that several processes see one service;
            kept in memory by default.
    """

    books: str = ":memory:"


class Books:
    """A small SQLite store: one transaction at a time, also between processes.

    Args:
        path: of the file, or ``":memory:"``.
        schema: statements that make the tables where they are missing.
        closed: what is raised once they are closed.
    """

    def __init__(self, path: str, schema: str, closed: type[ThenarError] = ThenarError) -> None:
        self._closed_error = closed
        self._is_closed = False
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, timeout=10, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(schema)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing of it. Raises what was named: the books are closed."""
        with self._lock:
            if self._is_closed:
                raise self._closed_error("It is closed.", remedy="make a new one.")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; closing twice is allowed."""
        with self._lock:
            self._is_closed = True
            self._connection.close()
