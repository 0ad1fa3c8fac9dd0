"""The books: accounts, payments, and every request by its idempotency key."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import attrs
from thenar.errors import PaymentError, PaymentUnknown
from thenar.records import Money, PaymentState, Receipt

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (token TEXT PRIMARY KEY, key TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS payment (
    id TEXT PRIMARY KEY, state TEXT, currency TEXT, held INTEGER, taken INTEGER, back INTEGER
);
CREATE TABLE IF NOT EXISTS request (
    key TEXT PRIMARY KEY, asked TEXT, id TEXT, state TEXT, amount INTEGER, back INTEGER
);
"""


@attrs.frozen
class Entry:
    """One payment.

    Attributes:
        id: of the payment.
        state: where it stands.
        currency: ISO 4217 code.
        held, taken, back: minor units authorised, captured and refunded.
    """

    id: str
    state: PaymentState = attrs.field(converter=PaymentState)
    currency: str
    held: int
    taken: int
    back: int


class Books:
    """A SQLite file.

    Args:
        file: path; made where it is missing.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        with self.transaction() as books:
            books.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it, or nothing. Raises PaymentUnknown: the file cannot be read or written."""
        try:
            with closing(sqlite3.connect(self._file, isolation_level=None)) as books, books:
                books.execute("BEGIN IMMEDIATE")
                yield books
        except sqlite3.Error as error:
            raise PaymentUnknown(
                f"{self._file}: the accounts cannot be read or written.",
                remedy="check the file in the settings, then settle by the idempotency key.",
            ) from error


def entry(books: sqlite3.Connection, payment: str, *states: PaymentState) -> Entry:
    """A payment in one of these states. Raises PaymentError: there is none."""
    row = books.execute("SELECT * FROM payment WHERE id = ?", (payment,)).fetchone()
    if row is None:
        raise PaymentError("No such payment.")
    found = Entry(*row)
    if found.state not in states:
        raise PaymentError(f"Expected a payment {' or '.join(states)}, got {found.state}.")
    return found


def write(books: sqlite3.Connection, entry: Entry, key: str, asked: str) -> Receipt:
    """Write down where a payment stands now, and which request brought it there."""
    books.execute("INSERT OR REPLACE INTO payment VALUES (?, ?, ?, ?, ?, ?)", attrs.astuple(entry))
    amount = entry.taken or entry.held
    row = (key, asked, entry.id, entry.state, amount, entry.back)
    books.execute("INSERT INTO request VALUES (?, ?, ?, ?, ?, ?)", row)
    return _receipt(key, entry.id, entry.state, amount, entry.back, entry.currency)


def asked_before(books: sqlite3.Connection, key: str, asked: str | None) -> Receipt | None:
    """The answer that this key got, or None.

    Raises:
        PaymentError: it was used for another request.
    """
    row = books.execute(
        "SELECT r.asked, r.id, r.state, r.amount, r.back, p.currency"
        " FROM request r JOIN payment p USING (id) WHERE r.key = ?",
        (key,),
    ).fetchone()
    if row is None:
        return None
    if asked is not None and row[0] != asked:
        raise PaymentError("The idempotency key was used for another request.")
    return _receipt(key, *row[1:])


def _receipt(key: str, payment: str, state: str, amount: int, back: int, currency: str) -> Receipt:
    return Receipt(
        payment=payment,
        state=PaymentState(state),
        amount=Money(amount, currency),
        idempotency_key=key,
        refunded=Money(back, currency),
    )
