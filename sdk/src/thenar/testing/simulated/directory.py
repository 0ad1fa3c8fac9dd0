"""A directory that tests write into."""

from __future__ import annotations

import json
from collections.abc import Iterable

from thenar.errors import DirectoryError
from thenar.records import DirectoryEntry
from thenar.testing.simulated.books import Books, BooksSettings
from thenar.testing.simulated.faults import Faults

_SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
    external_id TEXT PRIMARY KEY, active INTEGER, groups TEXT, display_name TEXT
);
"""


class SimulatedDirectory:
    """Knows whoever was entered; planned faults befall ``"entries"`` and ``"look_up"``."""

    def __init__(self, settings: BooksSettings | None = None, faults: Faults | None = None) -> None:
        self._books = Books((settings or BooksSettings()).books, _SCHEMA)
        self.faults = faults or Faults()

    def enter(self, entry: DirectoryEntry) -> None:
        """Enter somebody, or change what is known of them."""
        row = (
            *(entry.external_id, entry.active),
            *(json.dumps(sorted(entry.groups)), entry.display_name),
        )
        with self._books.transaction() as books:
            books.execute("INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?)", row)

    def entries(self) -> Iterable[DirectoryEntry]:
        """Everybody, active or not. Raises DirectoryError: no answer came."""
        return self._select("entries", "SELECT * FROM people ORDER BY external_id")

    def look_up(self, external_id: str) -> DirectoryEntry | None:
        """One person, or None. Raises DirectoryError: no answer came."""
        query = "SELECT * FROM people WHERE external_id = ?"
        return next(iter(self._select("look_up", query, external_id)), None)

    def _select(self, call: str, query: str, *values: str) -> list[DirectoryEntry]:
        with self.faults.around(call, DirectoryError), self._books.transaction() as books:
            rows = books.execute(query, values).fetchall()
        return [
            DirectoryEntry(
                row["external_id"],
                active=bool(row["active"]),
                groups=json.loads(row["groups"]),
                display_name=row["display_name"],
            )
            for row in rows
        ]
