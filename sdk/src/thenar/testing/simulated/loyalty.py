"""A loyalty programme that keeps its members' points."""

from __future__ import annotations

import sqlite3

from thenar.errors import LoyaltyError
from thenar.records import LoyaltyAccount
from thenar.testing.simulated.books import Books, BooksSettings
from thenar.testing.simulated.faults import Faults

_SCHEMA = """
CREATE TABLE IF NOT EXISTS members (member TEXT PRIMARY KEY, points INTEGER, tier TEXT);
CREATE TABLE IF NOT EXISTS changes (key TEXT PRIMARY KEY, member TEXT, points INTEGER);
"""


class SimulatedLoyalty:
    """Books points once per idempotency key.

    Planned faults befall ``"look_up"``, ``"accrue"`` and ``"redeem"``.
    """

    def __init__(
        self,
        settings: BooksSettings | None = None,
        faults: Faults | None = None,
        *,
        name: str = "simulated",
    ) -> None:
        self._books = Books((settings or BooksSettings()).books, _SCHEMA)
        self.faults = faults or Faults()
        self._name = name

    def join(self, member: str, *, points: int = 0, tier: str = "") -> LoyaltyAccount:
        """A new member joins the programme."""
        with self._books.transaction() as books:
            books.execute("INSERT INTO members VALUES (?, ?, ?)", (member, points, tier))
        return self.look_up(member)

    def look_up(self, member: str) -> LoyaltyAccount:
        """The member's standing. Raises LoyaltyError: unknown member or no answer."""
        with self.faults.around("look_up", LoyaltyError), self._books.transaction() as books:
            return self._account(books, member)

    def accrue(self, member: str, points: int, *, idempotency_key: str) -> LoyaltyAccount:
        """Add points, once per key. Raises LoyaltyError."""
        with self.faults.around("accrue", LoyaltyError):
            return self._change(member, points, idempotency_key)

    def redeem(self, member: str, points: int, *, idempotency_key: str) -> LoyaltyAccount:
        """Take points, once per key. Raises LoyaltyError: too few, unknown, no answer."""
        with self.faults.around("redeem", LoyaltyError):
            return self._change(member, -points, idempotency_key)

    def _change(self, member: str, points: int, key: str) -> LoyaltyAccount:
        with self._books.transaction() as books:
            account = self._account(books, member)
            done = books.execute("SELECT * FROM changes WHERE key = ?", (key,)).fetchone()
            if done is not None:
                if (done["member"], done["points"]) != (member, points):
                    raise LoyaltyError("The idempotency key was used for another change.")
                return account
            if account.points + points < 0:
                raise LoyaltyError(f"Expected at least {-points} points, there are too few.")
            books.execute("INSERT INTO changes VALUES (?, ?, ?)", (key, member, points))
            books.execute(
                "UPDATE members SET points = points + ? WHERE member = ?", (points, member)
            )
            return self._account(books, member)

    def _account(self, books: sqlite3.Connection, member: str) -> LoyaltyAccount:
        row = books.execute("SELECT * FROM members WHERE member = ?", (member,)).fetchone()
        if row is None:
            raise LoyaltyError("No such member.", remedy="join the programme first.")
        return LoyaltyAccount(
            programme=self._name, member=member, points=row["points"], tier=row["tier"]
        )
