"""A stadium gate with a list of tickets."""

from __future__ import annotations

import attrs

from thenar.errors import DoorError
from thenar.records import Decision, OfflinePolicy, Passage
from thenar.testing.simulated.books import Books
from thenar.testing.simulated.faults import Faults

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tickets (
    secret TEXT PRIMARY KEY, valid_from REAL, valid_to REAL, request TEXT
);
CREATE TABLE IF NOT EXISTS openings (request TEXT);
"""


@attrs.frozen
class GateSettings:
    """Settings of a simulated gate.

    Attributes:
        books: path of its SQLite file; in memory by default.
        offline: what it does when nobody can be asked.
    """

    books: str = ":memory:"
    offline: OfflinePolicy = attrs.field(default=OfflinePolicy.FAIL_CLOSED, converter=OfflinePolicy)


class SimulatedGate:
    """Redeems each ticket once; planned faults befall ``"ask"`` and ``"open"``."""

    def __init__(self, settings: GateSettings | None = None, faults: Faults | None = None) -> None:
        settings = settings or GateSettings()
        self._books = Books(settings.books, _SCHEMA, DoorError)
        self.offline = settings.offline
        self.faults = faults or Faults()

    def sell(self, secret: str, *, valid_from: float = 0.0, valid_to: float = float("inf")) -> None:
        """Put a ticket on the list, valid between two times in seconds since the epoch."""
        with self._books.transaction() as books:
            books.execute(
                "INSERT INTO tickets VALUES (?, ?, ?, NULL)", (secret, valid_from, valid_to)
            )

    def ask(self, passage: Passage) -> Decision:
        """Redeem the ticket: once, except that the same request gets the same answer.

        Raises:
            DoorError: no answer came.
        """
        with self.faults.around("ask", DoorError):
            reason = self._redeem(passage)
        return Decision(
            allow=reason == "ticket valid", reason=reason, request_id=passage.request_id
        )

    def _redeem(self, passage: Passage) -> str:
        with self._books.transaction() as books:
            ticket = books.execute(
                "SELECT * FROM tickets WHERE secret = ?", (passage.credential,)
            ).fetchone()
            if ticket is None:
                return "no such ticket"
            if ticket["request"] not in (None, passage.request_id):
                return "ticket already used"
            if not ticket["valid_from"] <= passage.time < ticket["valid_to"]:
                return "ticket not valid at this time"
            books.execute(
                "UPDATE tickets SET request = ? WHERE secret = ?",
                (passage.request_id, passage.credential),
            )
        return "ticket valid"

    def open(self, decision: Decision) -> None:
        """Let one person through. Raises DoorError: it is not to be opened, or is stuck."""
        if not decision.allow:
            raise DoorError("Expected a decision that allows passage.")
        with self.faults.around("open", DoorError), self._books.transaction() as books:
            books.execute("INSERT INTO openings VALUES (?)", (decision.request_id,))

    @property
    def openings(self) -> list[str]:
        """The requests for which it opened, in order."""
        with self._books.transaction() as books:
            rows = books.execute("SELECT request FROM openings ORDER BY rowid").fetchall()
        return [row["request"] for row in rows]

    def close(self) -> None:
        """Let go of its books; closing twice is allowed."""
        self._books.close()
