"""Which passes were issued, what they show, and which phones have them."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import attrs

from thenar.records import LoyaltyAccount

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pass (
    serial TEXT PRIMARY KEY, programme TEXT NOT NULL, member TEXT NOT NULL,
    points INTEGER NOT NULL, tier TEXT NOT NULL, tag INTEGER NOT NULL, modified INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS registration (
    device TEXT NOT NULL, serial TEXT NOT NULL, push_token TEXT NOT NULL, told INTEGER NOT NULL,
    PRIMARY KEY (device, serial)
);
"""


@attrs.frozen
class Issued:
    """A pass.

    Attributes:
        serial: its number.
        account: what it shows.
        tag: counts up with every change of any pass.
        modified: when it last changed, whole seconds since the epoch; no two states of a
            pass have the same, since phones ask by it.
    """

    serial: str
    account: LoyaltyAccount
    tag: int
    modified: int


@attrs.frozen
class Registration:
    """A phone that wants to be told of changes.

    Attributes:
        device: the phone's library identifier.
        serial: of the pass.
        push_token: where it is told.
    """

    device: str
    serial: str
    push_token: str = attrs.field(repr=False)


class PassBook:
    """A SQLite file; safe to use from several threads and processes.

    Args:
        path: of the file, made where it is missing.
        clock: seconds since the epoch.
    """

    def __init__(self, path: str, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._books = sqlite3.connect(
            path, timeout=10, isolation_level=None, check_same_thread=False
        )
        self._books.row_factory = sqlite3.Row
        self._books.executescript(_SCHEMA)

    def keep(self, serial: str, account: LoyaltyAccount) -> Issued:
        """Note what a pass shows from now on; the same again changes nothing."""
        with self._writing() as books:
            before = self.find(serial)
            if before is not None and before.account == account:
                return before
            last = books.execute("SELECT coalesce(max(tag), 0) FROM pass").fetchone()[0]
            modified = int(self._clock())
            if before is not None:
                modified = max(modified, before.modified + 1)
            books.execute(
                "INSERT OR REPLACE INTO pass VALUES (?, ?, ?, ?, ?, ?, ?)",
                (serial, *attrs.astuple(account), last + 1, modified),
            )
            return Issued(serial, account, last + 1, modified)

    def find(self, serial: str) -> Issued | None:
        """A pass by its number."""
        with self._lock:
            row = self._books.execute("SELECT * FROM pass WHERE serial = ?", (serial,)).fetchone()
        return None if row is None else _issued(row)

    def register(self, registration: Registration) -> bool:
        """Note a phone; False where it was noted before, whose push token is then renewed."""
        with self._writing() as books:
            known = books.execute(
                "UPDATE registration SET push_token = ? WHERE device = ? AND serial = ?",
                (registration.push_token, registration.device, registration.serial),
            ).rowcount
            if not known:
                books.execute(
                    "INSERT INTO registration SELECT ?, serial, ?, tag FROM pass WHERE serial = ?",
                    (registration.device, registration.push_token, registration.serial),
                )
            return not known

    def unregister(self, device: str, serial: str) -> None:
        """Forget a phone; one that is not known is no error."""
        with self._writing() as books:
            books.execute(
                "DELETE FROM registration WHERE device = ? AND serial = ?", (device, serial)
            )

    def of_device(self, device: str) -> Sequence[Issued]:
        """The passes that a phone has registered, the last changed last."""
        with self._lock:
            rows = self._books.execute(
                "SELECT pass.* FROM pass JOIN registration USING (serial) WHERE device = ?"
                " ORDER BY tag",
                (device,),
            ).fetchall()
        return [_issued(row) for row in rows]

    def registered(self) -> Sequence[Issued]:
        """Every pass that a phone has."""
        with self._lock:
            rows = self._books.execute(
                "SELECT * FROM pass WHERE serial IN (SELECT serial FROM registration) ORDER BY tag"
            ).fetchall()
        return [_issued(row) for row in rows]

    def to_tell(self) -> Sequence[Registration]:
        """Phones that were not told yet of the last change of a pass."""
        with self._lock:
            rows = self._books.execute(
                "SELECT device, serial, push_token FROM registration JOIN pass USING (serial)"
                " WHERE tag > told ORDER BY tag"
            ).fetchall()
        return [Registration(*row) for row in rows]

    def told(self, registration: Registration) -> None:
        """A phone was told of all that changed until now."""
        with self._writing() as books:
            books.execute(
                "UPDATE registration SET told = (SELECT tag FROM pass WHERE serial = ?1)"
                " WHERE serial = ?1 AND device = ?2",
                (registration.serial, registration.device),
            )

    def close(self) -> None:
        """Close the file; closing twice is allowed."""
        with self._lock:
            self._books.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._books.execute("BEGIN IMMEDIATE")
            try:
                yield self._books
            except BaseException:
                self._books.execute("ROLLBACK")
                raise
            self._books.execute("COMMIT")


def _issued(row: sqlite3.Row) -> Issued:
    account = LoyaltyAccount(row["programme"], row["member"], row["points"], row["tier"])
    return Issued(row["serial"], account, row["tag"], row["modified"])
