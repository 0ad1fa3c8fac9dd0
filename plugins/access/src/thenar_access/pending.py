"""Redemptions that nobody has used yet, written down before they are asked for."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import attrs

from thenar.errors import DoorError

_TABLE = "CREATE TABLE IF NOT EXISTS pending (nonce TEXT PRIMARY KEY, request TEXT NOT NULL)"


@attrs.frozen
class Left:
    """A redemption that was on its way when the gate was killed.

    Attributes:
        nonce: that it was asked for with.
        request: of the passage.
    """

    nonce: str
    request: str


class Pending:
    """What would stand though nobody entered, if the gate were killed now.

    It is in an SQLite file, on the disk when a call returns; no ticket is in it.

    Args:
        path: of the file, readable by the gate alone; None: nothing is kept.

    Raises:
        DoorError: of each change: it cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        if path is not None:
            path.touch(mode=0o600)
        self._file = sqlite3.connect(path or ":memory:", check_same_thread=False, timeout=60.0)
        with self._lock, self._file:
            self._file.execute(_TABLE)

    def ask(self, nonce: str, request: str) -> None:
        """It is about to be asked for, maybe again and for another request."""
        self._change("INSERT OR REPLACE INTO pending VALUES (?, ?)", nonce, request)

    def settle(self, nonce: str) -> None:
        """It was refused, or does not stand any more."""
        self._change("DELETE FROM pending WHERE nonce = ?", nonce)

    def use(self, request: str) -> None:
        """The door opens for this request: its redemption stands from now on."""
        self._change("DELETE FROM pending WHERE request = ?", request)

    def left(self) -> list[Left]:
        """What an earlier run of this gate left."""
        with self._lock:
            rows = self._file.execute("SELECT nonce, request FROM pending").fetchall()
        return [Left(*row) for row in rows]

    def close(self) -> None:
        """Closing twice is allowed."""
        with self._lock:
            self._file.close()

    def _change(self, statement: str, *values: str) -> None:
        try:
            with self._lock, self._file:
                self._file.execute(statement, values)
        except sqlite3.Error as error:
            raise DoorError(
                f"The gate's pending file cannot be written ({error}).",
                remedy="see to its disk and its permissions; nobody is let in without it",
            ) from error
