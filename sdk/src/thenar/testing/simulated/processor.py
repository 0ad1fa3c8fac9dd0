"""A payment processor that keeps books by idempotency key."""

from __future__ import annotations

import secrets
import sqlite3
import time

from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown
from thenar.records import Card, Money, PaymentState, PaymentToken, Receipt
from thenar.testing.simulated.books import Books, BooksSettings
from thenar.testing.simulated.card_reader import DECLINED, NO_FUNDS
from thenar.testing.simulated.faults import Faults

_SCHEMA = """
CREATE TABLE IF NOT EXISTS cards (
    token TEXT PRIMARY KEY, key TEXT UNIQUE, brand TEXT, last4 TEXT, expiry TEXT, decline TEXT
);
CREATE TABLE IF NOT EXISTS payments (
    payment TEXT PRIMARY KEY, token TEXT, state TEXT, currency TEXT,
    authorised INTEGER, captured INTEGER, refunded INTEGER, reason TEXT
);
CREATE TABLE IF NOT EXISTS requests (
    key TEXT PRIMARY KEY, asked TEXT, payment TEXT, state TEXT, refunded INTEGER, amount INTEGER
);
"""

_DECLINES = {DECLINED.number: "do not honour", NO_FUNDS.number: "insufficient funds"}


class SimulatedProcessor:
    """Tokenises test cards and moves money that does not exist.

    Each request is carried out once per idempotency key: the same key with the same
    request gets the same receipt, with another request an error. Planned faults
    befall ``"tokenise"``, ``"detokenise"``, ``"charge"``, ``"capture"``, ``"cancel"``,
    ``"refund"`` and ``"settle"``.
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

    def tokenise(self, card: Card, *, idempotency_key: str) -> PaymentToken:
        """Exchange a test card for a token; its number is not kept.

        Raises:
            PaymentDeclined: the number fails its check digit, or the card is expired or
                wiped already.
            PaymentUnknown: no answer came.
        """
        number = bytes(card.number()).decode("ascii")
        if not number or not _luhn(number):
            raise PaymentDeclined("The card number fails its check digit.")
        if card.expiry < time.strftime("%Y-%m", time.gmtime(self.faults.clock.time())):
            raise PaymentDeclined("The card is expired.")
        token = f"tok_{secrets.token_hex(12)}"
        row = (token, idempotency_key, card.brand, card.last4, card.expiry)
        with self.faults.around("tokenise", PaymentUnknown), self._books.transaction() as books:
            books.execute(
                "INSERT OR IGNORE INTO cards VALUES (?, ?, ?, ?, ?, ?)",
                (*row, _DECLINES.get(number, "")),
            )
            kept = books.execute("SELECT * FROM cards WHERE key = ?", (idempotency_key,)).fetchone()
        return PaymentToken(self._name, kept["token"], kept["brand"], kept["last4"], kept["expiry"])

    def detokenise(self, token: PaymentToken, *, idempotency_key: str) -> None:  # noqa: ARG002
        """Forget a token; one that is not known is no error.

        Raises:
            PaymentUnknown: no answer came.
        """
        with self.faults.around("detokenise", PaymentUnknown), self._books.transaction() as books:
            books.execute("DELETE FROM cards WHERE token = ?", (token.token,))

    def tokens(self) -> int:
        """How many tokens it keeps."""
        with self._books.transaction() as books:
            row = books.execute("SELECT count(*) FROM cards").fetchone()
        return int(row[0])

    def charge(
        self, token: PaymentToken, amount: Money, *, idempotency_key: str, capture: bool
    ) -> Receipt:
        """Authorise, and capture where asked.

        Raises:
            PaymentDeclined: the card is a declining one, or the token is not known.
            PaymentUnknown: no answer came.
        """
        asked = f"charge {token.token} {amount.minor} {amount.currency} {capture}"
        with self.faults.around("charge", PaymentUnknown), self._books.transaction() as books:
            if self._is_new(books, idempotency_key, asked):
                payment = self._authorise(books, token, amount, capture=capture)
                self._note(books, idempotency_key, asked, payment)
            receipt = self._receipt(books, idempotency_key)
        return _unless_declined(receipt)

    def _authorise(
        self, books: sqlite3.Connection, token: PaymentToken, amount: Money, *, capture: bool
    ) -> str:
        card = books.execute("SELECT * FROM cards WHERE token = ?", (token.token,)).fetchone()
        reason = "no such token" if card is None else str(card["decline"])
        if reason:
            state = PaymentState.DECLINED
        else:
            state = PaymentState.CAPTURED if capture else PaymentState.AUTHORISED
        payment = f"pay_{secrets.token_hex(12)}"
        captured = amount.minor if state is PaymentState.CAPTURED else 0
        books.execute(
            "INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
            (payment, token.token, state, amount.currency, amount.minor, captured, reason),
        )
        return payment

    def capture(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Capture up to what was authorised.

        Raises:
            PaymentError: not authorised, or for less.
            PaymentUnknown: no answer came.
        """
        asked = f"capture {payment} {amount.minor} {amount.currency}"
        with (
            self.faults.around("capture", PaymentUnknown),
            self._books.transaction() as books,
        ):
            if self._is_new(books, idempotency_key, asked):
                found = self._payment(books, payment, amount.currency, PaymentState.AUTHORISED)
                if amount.minor > found["authorised"]:
                    raise PaymentError("Expected at most the authorised amount.")
                books.execute(
                    "UPDATE payments SET state = ?, captured = ? WHERE payment = ?",
                    (PaymentState.CAPTURED, amount.minor, payment),
                )
                self._note(books, idempotency_key, asked, payment)
            return self._receipt(books, idempotency_key)

    def cancel(self, payment: str, *, idempotency_key: str) -> Receipt:
        """Give up an authorisation.

        Raises:
            PaymentError: it is not an open authorisation.
            PaymentUnknown: no answer came.
        """
        asked = f"cancel {payment}"
        with self.faults.around("cancel", PaymentUnknown), self._books.transaction() as books:
            if self._is_new(books, idempotency_key, asked):
                self._payment(books, payment, None, PaymentState.AUTHORISED)
                books.execute(
                    "UPDATE payments SET state = ? WHERE payment = ?",
                    (PaymentState.CANCELLED, payment),
                )
                self._note(books, idempotency_key, asked, payment)
            return self._receipt(books, idempotency_key)

    def refund(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Give back up to what was captured and not yet refunded.

        Raises:
            PaymentError: not captured, or for less.
            PaymentUnknown: no answer came.
        """
        asked = f"refund {payment} {amount.minor} {amount.currency}"
        with self.faults.around("refund", PaymentUnknown), self._books.transaction() as books:
            if self._is_new(books, idempotency_key, asked):
                found = self._payment(
                    books, payment, amount.currency, PaymentState.CAPTURED, PaymentState.REFUNDED
                )
                if found["refunded"] + amount.minor > found["captured"]:
                    raise PaymentError("Expected at most what was captured and not yet refunded.")
                books.execute(
                    "UPDATE payments SET state = ?, refunded = refunded + ? WHERE payment = ?",
                    (PaymentState.REFUNDED, amount.minor, payment),
                )
                self._note(books, idempotency_key, asked, payment)
            return self._receipt(books, idempotency_key)

    def settle(self, idempotency_key: str) -> Receipt | None:
        """What became of the request with this key; None: it never arrived.

        Raises:
            PaymentUnknown: still no answer.
        """
        with self.faults.around("settle", PaymentUnknown), self._books.transaction() as books:
            row = books.execute(
                "SELECT 1 FROM requests WHERE key = ?", (idempotency_key,)
            ).fetchone()
            return None if row is None else self._receipt(books, idempotency_key)

    def captured(self, currency: str) -> Money:
        """All that was captured and not refunded, to compare with what should have been."""
        with self._books.transaction() as books:
            row = books.execute(
                "SELECT coalesce(sum(captured - refunded), 0) FROM payments WHERE currency = ?",
                (currency,),
            ).fetchone()
        return Money(row[0], currency)

    def _is_new(self, books: sqlite3.Connection, key: str, asked: str) -> bool:
        row = books.execute("SELECT asked FROM requests WHERE key = ?", (key,)).fetchone()
        if row is not None and row["asked"] != asked:
            raise PaymentError("The idempotency key was used for another request.")
        return row is None

    def _payment(
        self,
        books: sqlite3.Connection,
        payment: str,
        currency: str | None,
        *states: PaymentState,
    ) -> sqlite3.Row:
        row: sqlite3.Row | None = books.execute(
            "SELECT * FROM payments WHERE payment = ?", (payment,)
        ).fetchone()
        if row is None or (currency is not None and row["currency"] != currency):
            raise PaymentError("No such payment in that currency.")
        if row["state"] not in states:
            raise PaymentError(f"Expected a payment {' or '.join(states)}, got {row['state']}.")
        return row

    def _note(self, books: sqlite3.Connection, key: str, asked: str, payment: str) -> None:
        row = books.execute("SELECT * FROM payments WHERE payment = ?", (payment,)).fetchone()
        amount = row["captured"] or row["authorised"]
        books.execute(
            "INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?)",
            (key, asked, payment, row["state"], row["refunded"], amount),
        )

    def _receipt(self, books: sqlite3.Connection, key: str) -> Receipt:
        row = books.execute(
            "SELECT r.*, p.currency, p.reason FROM requests r JOIN payments p USING (payment)"
            " WHERE r.key = ?",
            (key,),
        ).fetchone()
        return Receipt(
            payment=row["payment"],
            state=row["state"],
            amount=Money(row["amount"], row["currency"]),
            refunded=Money(row["refunded"], row["currency"]),
            idempotency_key=key,
            reason=row["reason"],
        )


def _unless_declined(receipt: Receipt) -> Receipt:
    if receipt.state is PaymentState.DECLINED:
        raise PaymentDeclined(f"The payment was declined: {receipt.reason}.")
    return receipt


def _luhn(number: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    doubled = [int(d) * 2 for d in number[-2::-2]]
    return (sum(map(int, number[-1::-2])) + sum(d // 10 + d % 10 for d in doubled)) % 10 == 0
