"""A notifier that keeps what it was given."""

from __future__ import annotations

from thenar.errors import NotifierError
from thenar.records import Message
from thenar.testing.simulated.books import Books, BooksSettings
from thenar.testing.simulated.faults import Faults

_SCHEMA = "CREATE TABLE IF NOT EXISTS messages (address TEXT, subject TEXT, body TEXT)"


class SimulatedNotifier:
    """Delivers into its books; planned faults befall ``"send"``."""

    def __init__(self, settings: BooksSettings | None = None, faults: Faults | None = None) -> None:
        self._books = Books((settings or BooksSettings()).books, _SCHEMA)
        self.faults = faults or Faults()

    def send(self, message: Message) -> None:
        """Deliver one message. Raises NotifierError where a fault was planned."""
        with self.faults.around("send", NotifierError), self._books.transaction() as books:
            books.execute(
                "INSERT INTO messages VALUES (?, ?, ?)",
                (message.address, message.subject, message.body),
            )

    def delivered(self, address: str) -> list[Message]:
        """What that address received, oldest first."""
        with self._books.transaction() as books:
            rows = books.execute(
                "SELECT * FROM messages WHERE address = ? ORDER BY rowid", (address,)
            ).fetchall()
        return [Message(**dict(row)) for row in rows]
