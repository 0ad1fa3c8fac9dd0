"""What was asked of the acquirer, on disk before it is sent and until it is settled."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import attrs

from thenar.errors import PaymentError, SettingsError
from thenar.records import Money
from thenar_payment.iso8583.codec import Fields

_SCHEMA = """
CREATE TABLE IF NOT EXISTS request (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, payment TEXT NOT NULL, token TEXT NOT NULL,
    minor INTEGER NOT NULL, currency TEXT NOT NULL, capture INTEGER NOT NULL,
    state TEXT NOT NULL, fields TEXT NOT NULL, reversal TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT '', approval TEXT NOT NULL DEFAULT '',
    sent INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS request_payment ON request (payment);
CREATE INDEX IF NOT EXISTS request_state ON request (state);
CREATE TABLE IF NOT EXISTS trace (number INTEGER NOT NULL);
"""
_LAST_TRACE = 999_999


class Kind(StrEnum):
    """What was asked."""

    CHARGE = "charge"
    CAPTURE = "capture"
    CANCEL = "cancel"
    REFUND = "refund"


class State(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    """A charge or refund that is on its way: no answer yet."""
    FORWARDING = "forwarding"
    """A capture or cancellation, to be sent until it is confirmed."""
    APPROVED = "approved"
    DECLINED = "declined"
    REVERSING = "reversing"
    """Nobody knows whether it was approved; its reversal is sent until it is confirmed."""
    REVERSED = "reversed"


_OPEN = (State.FORWARDING, State.REVERSING)


@attrs.frozen
class Request:
    """One row.

    Attributes:
        key: idempotency key.
        kind: what was asked.
        payment: retrieval reference number of the payment's charge.
        token: the card's token, kept while the payment may still be captured or
            given up or its answer is not known, and then erased.
        amount: asked for.
        capture: whether a charge was to be captured at once.
        state: where it stands.
        fields: the message, as it is sent.
        reversal: the message that takes it back; empty where there is none.
        code: the acquirer's reply code.
        approval: its approval code.
        sent: how often it, or its reversal, was forwarded.
    """

    key: str
    kind: Kind
    payment: str
    token: str = attrs.field(repr=False)
    amount: Money
    capture: bool
    state: State
    fields: Fields = attrs.field(repr=False)
    reversal: Fields = attrs.field(factory=dict, repr=False)
    code: str = ""
    approval: str = ""
    sent: int = 0


class Journal:
    """A SQLite file of one process; each write is on disk when the call returns.

    Args:
        path: of the file, made where it is missing.

    Raises:
        SettingsError: it cannot be opened, or another process has it open.
    """

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        try:
            self._books = sqlite3.connect(
                path, timeout=1.0, isolation_level=None, check_same_thread=False
            )
            self._books.row_factory = sqlite3.Row
            self._books.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._books.execute("PRAGMA synchronous = FULL")
            self._books.execute("BEGIN EXCLUSIVE")
            self._books.execute("COMMIT")
            self._books.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise SettingsError(
                f"ISO 8583 journal {path}: {error}.",
                remedy="give each process and terminal a journal of its own.",
            ) from None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All of the block's writes, or none."""
        with self._lock:
            self._books.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._books.execute("ROLLBACK")
                raise
            self._books.execute("COMMIT")

    def next_trace(self) -> int:
        """A systems trace audit number, 1..999999, unlike all recent ones."""
        with self.writing():
            row = self._books.execute("SELECT number FROM trace").fetchone()
            number = 1 if row is None else row["number"] % _LAST_TRACE + 1
            self._books.execute("DELETE FROM trace")
            self._books.execute("INSERT INTO trace VALUES (?)", (number,))
        return number

    def add(self, request: Request) -> None:
        """Write a new request down, before it is sent."""
        self._books.execute(
            "INSERT INTO request (key, kind, payment, token, minor, currency, capture, state,"
            " fields, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                request.key,
                request.kind,
                request.payment,
                request.token,
                request.amount.minor,
                request.amount.currency,
                request.capture,
                request.state,
                json.dumps(request.fields),
                time.time(),
            ),
        )

    def find(self, key: str) -> Request | None:
        """The request with a key."""
        with self._lock:
            row = self._books.execute("SELECT * FROM request WHERE key = ?", (key,)).fetchone()
        return None if row is None else _request(row)

    def of_payment(self, payment: str) -> list[Request]:
        """All requests of a payment, oldest first. Raises PaymentError: not known."""
        with self._lock:
            rows = self._books.execute(
                "SELECT * FROM request WHERE payment = ? ORDER BY rowid", (payment,)
            ).fetchall()
        if not rows:
            raise PaymentError("ISO 8583: no such payment in this journal.")
        return [_request(row) for row in rows]

    def open_requests(self) -> list[str]:
        """Keys of what is to be forwarded, oldest first."""
        return self._keys(*_OPEN)

    def interrupted(self) -> list[str]:
        """Keys of what a process asked that is gone since."""
        return self._keys(State.ASKED)

    def answered(self, key: str, state: State, code: str = "", approval: str = "") -> None:
        """Keep what became of a request."""
        with self.writing():
            self._books.execute(
                "UPDATE request SET state = ?, code = ?, approval = ? WHERE key = ?",
                (state, code, approval, key),
            )

    def reverse(self, key: str, reversal: Fields, code: str = "") -> None:
        """From now on the request is to be taken back."""
        with self.writing():
            self._books.execute(
                "UPDATE request SET state = ?, reversal = ?, code = ? WHERE key = ?",
                (State.REVERSING, json.dumps(reversal), code, key),
            )

    def forwarded(self, key: str) -> None:
        """Count one forwarding; written before it is done."""
        with self.writing():
            self._books.execute("UPDATE request SET sent = sent + 1 WHERE key = ?", (key,))

    def erase_token(self, payment: str) -> None:
        """Forget the card of a payment; its other fields stay."""
        with self.writing():
            self._books.execute("UPDATE request SET token = '' WHERE payment = ?", (payment,))

    def close(self) -> None:
        """Close the file; closing twice is allowed."""
        with self._lock:
            self._books.close()

    def _keys(self, *states: State) -> list[str]:
        marks = ", ".join("?" * len(states))
        with self._lock:
            rows = self._books.execute(
                f"SELECT key FROM request WHERE state IN ({marks}) ORDER BY rowid",  # noqa: S608
                states,
            ).fetchall()
        return [str(row["key"]) for row in rows]


def _request(row: sqlite3.Row) -> Request:
    return Request(
        key=row["key"],
        kind=Kind(row["kind"]),
        payment=row["payment"],
        token=row["token"],
        amount=Money(row["minor"], row["currency"]),
        capture=bool(row["capture"]),
        state=State(row["state"]),
        fields=json.loads(row["fields"]),
        reversal=json.loads(row["reversal"]) if row["reversal"] else {},
        code=row["code"],
        approval=row["approval"],
        sent=row["sent"],
    )
