"""The processor: house accounts, each request carried out once."""

from __future__ import annotations

import secrets

import attrs
from thenar.errors import PaymentDeclined, PaymentError
from thenar.records import Card, Money, PaymentState, PaymentToken, Receipt

from acme_plug.books import Books, Entry, asked_before, entry, write


@attrs.frozen
class AcmePlugSettings:
    """The table ``[payment.acme-plug]``.

    Attributes:
        file: path of the SQLite file with the accounts; made where it is missing.
        limit: minor units above which a single purchase is declined.
    """

    file: str
    limit: int = 20_000


class AcmePlugProcessor:
    """Writes purchases down; safe to use from several threads and programs."""

    def __init__(self, settings: AcmePlugSettings) -> None:
        self._books = Books(settings.file)
        self._limit = settings.limit

    def tokenise(self, card: Card, *, idempotency_key: str) -> PaymentToken:
        """Open an account; the card's number is not kept. Raises PaymentDeclined: no card."""
        if not card.number():
            raise PaymentDeclined("The card was wiped already.", remedy="insert it again.")
        with self._books.transaction() as books:
            books.execute(
                "INSERT OR IGNORE INTO account VALUES (?, ?)",
                (f"account-{secrets.token_hex(12)}", idempotency_key),
            )
            (token,) = books.execute(
                "SELECT token FROM account WHERE key = ?", (idempotency_key,)
            ).fetchone()
        return PaymentToken("acme-plug", token, card.brand, card.last4, card.expiry)

    def charge(
        self, token: PaymentToken, amount: Money, *, idempotency_key: str, capture: bool
    ) -> Receipt:
        """Write a purchase down. Raises PaymentDeclined: no such account, or above the limit."""
        asked = f"charge {token.token} {amount} {capture}"
        with self._books.transaction() as books:
            if before := asked_before(books, idempotency_key, asked):
                return before
            account = books.execute(
                "SELECT token FROM account WHERE token = ?", (token.token,)
            ).fetchone()
            if account is None:
                raise PaymentDeclined("No such account.", remedy="enrol with the card again.")
            if amount.minor > self._limit:
                raise PaymentDeclined("The purchase is above the limit.")
            state = PaymentState.CAPTURED if capture else PaymentState.AUTHORISED
            taken = amount.minor if capture else 0
            payment = f"payment-{secrets.token_hex(12)}"
            opened = Entry(payment, state, amount.currency, amount.minor, taken, 0)
            return write(books, opened, idempotency_key, asked)

    def capture(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Capture up to what was authorised. Raises PaymentError: not authorised, or for less."""
        asked = f"capture {payment} {amount}"
        with self._books.transaction() as books:
            if before := asked_before(books, idempotency_key, asked):
                return before
            held = entry(books, payment, PaymentState.AUTHORISED)
            if amount.currency != held.currency or amount.minor > held.held:
                raise PaymentError("Expected at most the authorised amount.")
            taken = attrs.evolve(held, state=PaymentState.CAPTURED, taken=amount.minor)
            return write(books, taken, idempotency_key, asked)

    def cancel(self, payment: str, *, idempotency_key: str) -> Receipt:
        """Give up an authorisation. Raises PaymentError: it is not an open one."""
        asked = f"cancel {payment}"
        with self._books.transaction() as books:
            if before := asked_before(books, idempotency_key, asked):
                return before
            held = entry(books, payment, PaymentState.AUTHORISED)
            given_up = attrs.evolve(held, state=PaymentState.CANCELLED)
            return write(books, given_up, idempotency_key, asked)

    def refund(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Give back up to what was captured. Raises PaymentError: not captured, or for less."""
        asked = f"refund {payment} {amount}"
        with self._books.transaction() as books:
            if before := asked_before(books, idempotency_key, asked):
                return before
            paid = entry(books, payment, PaymentState.CAPTURED, PaymentState.REFUNDED)
            if amount.currency != paid.currency or paid.back + amount.minor > paid.taken:
                raise PaymentError("Expected at most what was captured and not yet refunded.")
            back = paid.back + amount.minor
            refunded = attrs.evolve(paid, state=PaymentState.REFUNDED, back=back)
            return write(books, refunded, idempotency_key, asked)

    def settle(self, idempotency_key: str) -> Receipt | None:
        """What became of the request with this key; None: it was never written down."""
        with self._books.transaction() as books:
            return asked_before(books, idempotency_key, None)
