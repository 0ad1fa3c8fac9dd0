"""An office door that knows badge numbers."""

from __future__ import annotations

from thenar.errors import DoorError
from thenar.records import Decision, Passage
from thenar.testing.simulated.books import Books
from thenar.testing.simulated.faults import Faults
from thenar.testing.simulated.gate import GateSettings

_SCHEMA = """
CREATE TABLE IF NOT EXISTS badges (badge TEXT PRIMARY KEY, active INTEGER);
CREATE TABLE IF NOT EXISTS openings (request TEXT);
"""


class SimulatedBadgeDoor:
    """Lets active badges pass; planned faults befall ``"ask"`` and ``"open"``."""

    def __init__(self, settings: GateSettings | None = None, faults: Faults | None = None) -> None:
        settings = settings or GateSettings()
        self._books = Books(settings.books, _SCHEMA, DoorError)
        self.offline = settings.offline
        self.faults = faults or Faults()

    def issue(self, badge: str) -> None:
        """Make a badge active."""
        self._set(badge, active=True)

    def revoke(self, badge: str) -> None:
        """Make a badge inactive."""
        self._set(badge, active=False)

    def _set(self, badge: str, *, active: bool) -> None:
        with self._books.transaction() as books:
            books.execute("INSERT OR REPLACE INTO badges VALUES (?, ?)", (badge, active))

    def ask(self, passage: Passage) -> Decision:
        """May this badge pass? Raises DoorError: no answer came."""
        with self.faults.around("ask", DoorError), self._books.transaction() as books:
            row = books.execute(
                "SELECT active FROM badges WHERE badge = ?", (passage.credential,)
            ).fetchone()
        allow = row is not None and bool(row["active"])
        reason = "badge active" if allow else "no such badge" if row is None else "badge revoked"
        return Decision(allow=allow, reason=reason, request_id=passage.request_id)

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
