"""Tonight's ticket holders as a candidate set, kept up to date from pretix.

A list of subjects in a file, as the secure service reads them (``[cloud.candidate_lists]``).
What is known of orders and media is kept beside it, so that each turn asks pretix only for
what changed since the last, also after a restart.

Source: https://docs.pretix.eu/dev/api/fundamentals.html (``X-Page-Generated``),
.../resources/orders.html (``modified_since``), .../reusablemedia.html (``updated_since``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs

from thenar_access.pretix_api import PretixApi

_TABLES = """
CREATE TABLE IF NOT EXISTS since (what TEXT PRIMARY KEY, time TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ticket (
    id INTEGER PRIMARY KEY, orders TEXT NOT NULL, good INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS ticket_orders ON ticket (orders);
CREATE TABLE IF NOT EXISTS medium (
    id INTEGER NOT NULL, ticket INTEGER NOT NULL, subject TEXT NOT NULL,
    PRIMARY KEY (id, ticket)
);
"""
_PAID = "p"


@attrs.frozen
class Refreshed:
    """What one turn did.

    Attributes:
        orders: how many had changed.
        media: how many had changed.
        holders: how many people are on the list now.
        is_new: whether the file was replaced.
    """

    orders: int
    media: int
    holders: int
    is_new: bool


class TicketHolders:
    """Who holds a good ticket of an event, and has it linked to a palm.

    Args:
        url: of pretix.
        organizer: its slug.
        token: API token of a device that may read orders and media.
        events: slugs of tonight's events.
        file: the list, one subject a line; replaced by renaming a new one over it. What is
            known so far lies beside it, with the ending ``.known``.
    """

    def __init__(
        self, url: str, organizer: str, token: str, events: Iterable[str], file: Path
    ) -> None:
        self._api = PretixApi(url, organizer, token)
        self._events = tuple(events)
        self._file = file
        self._known = file.with_name(f"{file.name}.known")

    def refresh(self) -> Refreshed:
        """Ask for what changed, and replace the list where somebody came or went.

        Raises:
            DoorError: pretix does not answer; the list stays as it was.
        """
        with closing(sqlite3.connect(self._known)) as books, books:
            books.executescript(_TABLES)
            orders = sum(self._refresh_orders(books, event) for event in self._events)
            media = self._refresh_media(books)
            holders = [row[0] for row in books.execute(_HOLDERS)]
        text = "".join(f"{subject}\n" for subject in holders)
        is_new = not self._file.exists() or self._file.read_text(encoding="utf-8") != text
        if is_new:
            partial = self._file.with_name(f"{self._file.name}.part")
            partial.write_text(text, encoding="utf-8")
            partial.replace(self._file)
        return Refreshed(orders, media, len(holders), is_new)

    def close(self) -> None:
        """Close connections; closing twice is allowed."""
        self._api.close()

    def _refresh_orders(self, books: sqlite3.Connection, event: str) -> int:
        changed, started = 0, ""
        since = _since(books, f"orders of {event}")
        path = f"events/{event}/orders/"
        query = {"modified_since": since} if since else {}
        for generated, order in self._api.generated(
            path, ordering="last_modified", include_canceled_positions="true", **query
        ):
            started = started or generated
            _store_order(books, f"{event}/{order['code']}", order)
            changed += 1
        _keep_since(books, f"orders of {event}", started)
        return changed

    def _refresh_media(self, books: sqlite3.Connection) -> int:
        changed, started = 0, ""
        since = _since(books, "media")
        query = {"updated_since": since} if since else {}
        for generated, medium in self._api.generated(
            "reusablemedia/", ordering="updated", type="barcode", **query
        ):
            started = started or generated
            _store_medium(books, medium)
            changed += 1
        _keep_since(books, "media", started)
        return changed


_HOLDERS = """
SELECT DISTINCT medium.subject FROM medium JOIN ticket ON medium.ticket = ticket.id
WHERE ticket.good ORDER BY medium.subject
"""


def _store_order(books: sqlite3.Connection, name: str, order: dict[str, Any]) -> None:
    books.execute("DELETE FROM ticket WHERE orders = ?", (name,))
    books.executemany(
        "INSERT OR REPLACE INTO ticket VALUES (?, ?, ?)",
        [
            (
                position["id"],
                name,
                order["status"] == _PAID and not position["canceled"] and not position["blocked"],
            )
            for position in order["positions"]
        ],
    )


def _store_medium(books: sqlite3.Connection, medium: dict[str, Any]) -> None:
    books.execute("DELETE FROM medium WHERE id = ?", (medium["id"],))
    subject = str(medium["notes"] or "").strip()
    if medium["active"] and subject and subject.isalnum():
        books.executemany(
            "INSERT OR REPLACE INTO medium VALUES (?, ?, ?)",
            [(medium["id"], ticket, subject) for ticket in medium["linked_orderpositions"]],
        )


def _since(books: sqlite3.Connection, what: str) -> str:
    row = books.execute("SELECT time FROM since WHERE what = ?", (what,)).fetchone()
    return str(row[0]) if row else ""


def _keep_since(books: sqlite3.Connection, what: str, time: str) -> None:
    if time:
        books.execute("INSERT OR REPLACE INTO since VALUES (?, ?)", (what, time))
