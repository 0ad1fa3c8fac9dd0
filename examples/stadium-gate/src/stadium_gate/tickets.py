"""Tonight's tickets, read anew whenever the club exports another list."""

from __future__ import annotations

import csv
import threading
from collections.abc import Mapping
from pathlib import Path

import attrs


class UnreadableList(Exception):
    """The list is not there, or is not one."""


@attrs.frozen
class Ticket:
    """One ticket.

    Attributes:
        ticket: its secret.
        block: to which it leads.
        valid_from, valid_to: seconds since the epoch.
        holder: the club's number of whoever bought it.
    """

    ticket: str = attrs.field(repr=False)
    block: str
    valid_from: float
    valid_to: float
    holder: str


class TicketList:
    """The club's list in a file.

    Args:
        file: CSV with a heading.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._read: tuple[object, Mapping[str, Ticket]] | None = None

    def tickets(self) -> Mapping[str, Ticket]:
        """Secret → ticket. Raises UnreadableList."""
        try:
            with self._lock:
                stat = self._file.stat()
                stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
                if self._read is None or self._read[0] != stamp:
                    self._read = (stamp, self._parsed())
                return self._read[1]
        except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError) as error:
            raise UnreadableList(type(error).__name__) from None

    def _parsed(self) -> Mapping[str, Ticket]:
        with self._file.open(encoding="utf-8", newline="") as lines:
            rows = [
                Ticket(
                    row["ticket"], row["block"], float(row["from"]), float(row["to"]), row["holder"]
                )
                for row in csv.DictReader(lines)
            ]
        return {row.ticket: row for row in rows}
