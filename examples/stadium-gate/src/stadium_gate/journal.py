"""Which tickets are used, and by which request; shared by all gates of the ground."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

SCHEMA = "CREATE TABLE IF NOT EXISTS used (ticket BLOB PRIMARY KEY, request TEXT NOT NULL)"


class UnwritableJournal(Exception):
    """The journal cannot be read or written."""


class Journal:
    """A SQLite file of used tickets; the tickets themselves are not in it, only their hash."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._books() as books:
            books.execute(SCHEMA)

    def use(self, ticket: str, request: str) -> bool:
        """Use a ticket; False where another request did. Raises UnwritableJournal."""
        row = (_hash(ticket), request)
        with self._books() as books:
            books.execute("INSERT OR IGNORE INTO used VALUES (?, ?)", row)
            found = books.execute("SELECT 1 FROM used WHERE ticket = ? AND request = ?", row)
            return found.fetchone() is not None

    def give_back(self, request: str) -> None:
        """Nobody passed: the ticket of this request may be used again. Raises UnwritableJournal."""
        with self._books() as books:
            books.execute("DELETE FROM used WHERE request = ?", (request,))

    @contextmanager
    def _books(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, isolation_level=None)) as books, books:
                books.execute("BEGIN IMMEDIATE")
                yield books
        except sqlite3.Error as error:
            raise UnwritableJournal(type(error).__name__) from None


def _hash(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode("utf-8")).digest()
