"""The programme: members, their points, and every change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import attrs
from thenar.errors import LoyaltyError
from thenar.records import LoyaltyAccount

SCHEMA = """
CREATE TABLE IF NOT EXISTS member (number TEXT PRIMARY KEY, points INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS change (key TEXT PRIMARY KEY, number TEXT, points INTEGER);
"""


@attrs.frozen
class AcmePlugSettings:
    """The table ``[loyalty.acme-plug]``.

    Attributes:
        file: path of the SQLite file; made where it is missing.
    """

    file: str


class AcmePlugProgramme:
    """Points of members; safe to use from several threads and programs."""

    def __init__(self, settings: AcmePlugSettings) -> None:
        self._file = settings.file
        with self._books() as books:
            books.executescript(SCHEMA)

    def join(self, member: str, points: int = 0) -> None:
        """A new member joins."""
        with self._books() as books:
            books.execute("INSERT INTO member VALUES (?, ?)", (member, points))

    def look_up(self, member: str) -> LoyaltyAccount:
        """The member's standing. Raises LoyaltyError: unknown, or the file cannot be read."""
        with self._books() as books:
            return self._account(books, member)

    def accrue(self, member: str, points: int, *, idempotency_key: str) -> LoyaltyAccount:
        """Add points, once per key. Raises LoyaltyError."""
        return self._change(member, points, idempotency_key)

    def redeem(self, member: str, points: int, *, idempotency_key: str) -> LoyaltyAccount:
        """Take points, once per key. Raises LoyaltyError: too few, unknown."""
        return self._change(member, -points, idempotency_key)

    def _change(self, member: str, points: int, key: str) -> LoyaltyAccount:
        with self._books() as books:
            account = self._account(books, member)
            done = books.execute(
                "SELECT number, points FROM change WHERE key = ?", (key,)
            ).fetchone()
            if done == (member, points):
                return account
            if done is not None:
                raise LoyaltyError("The idempotency key was used for another change.")
            if account.points + points < 0:
                raise LoyaltyError("There are too few points.", remedy="redeem fewer.")
            books.execute("INSERT INTO change VALUES (?, ?, ?)", (key, member, points))
            books.execute(
                "UPDATE member SET points = points + ? WHERE number = ?", (points, member)
            )
            return self._account(books, member)

    def _account(self, books: sqlite3.Connection, member: str) -> LoyaltyAccount:
        row = books.execute("SELECT points FROM member WHERE number = ?", (member,)).fetchone()
        if row is None:
            raise LoyaltyError("No such member.", remedy="let them join first.")
        return LoyaltyAccount("acme-plug", member, row[0])

    @contextmanager
    def _books(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing."""
        try:
            with closing(sqlite3.connect(self._file, isolation_level=None)) as books, books:
                books.execute("BEGIN IMMEDIATE")
                yield books
        except sqlite3.Error as error:
            raise LoyaltyError(
                f"{self._file}: the points cannot be read or written.",
                remedy="check the file in the settings.",
            ) from error
