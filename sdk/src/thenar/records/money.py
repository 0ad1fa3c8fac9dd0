"""Money and what moves it."""

from __future__ import annotations

import re
from enum import StrEnum

import attrs

from thenar.errors import InvalidRecord
from thenar.records._checks import fail, text, whole

_CURRENCY = re.compile(r"[A-Z]{3}")
_WITHOUT_MINOR = re.compile("BIF|CLP|DJF|GNF|ISK|JPY|KMF|KRW|PYG|RWF|UGX|VND|VUV|XAF|XOF|XPF")
_THOUSANDTHS = re.compile("BHD|IQD|JOD|KWD|LYD|OMR|TND")
_LAST_FOUR = re.compile(r"[0-9]{4}")


@attrs.frozen(order=False)
class Money:
    """An amount of one currency.

    Attributes:
        minor: integer minor units (cents), 0 or more.
        currency: ISO 4217 alphabetic code, e.g. ``"EUR"``.
    """

    minor: int = attrs.field(validator=whole())
    currency: str = attrs.field()

    @currency.validator
    def _iso_4217(self, attribute: attrs.Attribute[str], value: object) -> None:
        if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
            raise fail(self, attribute, "an ISO 4217 code such as 'EUR'", value)

    def __str__(self) -> str:
        """As people write it, e.g. ``"EUR 12.40"``, ``"JPY 1240"``."""
        digits = 2
        if _WITHOUT_MINOR.fullmatch(self.currency):
            digits = 0
        elif _THOUSANDTHS.fullmatch(self.currency):
            digits = 3
        whole_units, rest = divmod(self.minor, 10**digits)
        return f"{self.currency} {whole_units}" + (f".{rest:0{digits}d}" if digits else "")

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise InvalidRecord(
                f"Money: expected {self.currency} on both sides, got {other.currency}."
            )


class Card:
    """A payment card while it is in the reader.

    The number lives in one mutable buffer, is never shown, compared, copied or
    pickled, and is gone after :meth:`wipe`. Only a payment processor's
    ``tokenise`` reads it.
    """

    __slots__ = ("_number", "brand", "expiry", "last4")

    def __init__(self, number: bytearray, *, expiry: str, brand: str) -> None:
        """Take a card over from the reader.

        Args:
            number: ASCII digits; the buffer is taken over and overwritten by ``wipe``.
            expiry: ``"YYYY-MM"``.
            brand: as the card names itself, e.g. ``"visa"``.
        """
        if not isinstance(number, bytearray):
            raise InvalidRecord("Card.number: expected a bytearray, which can be wiped.")
        if not 12 <= len(number) <= 19 or not number.isdigit():
            raise InvalidRecord("Card.number: expected 12 to 19 ASCII digits.")
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", expiry):
            raise InvalidRecord("Card.expiry: expected 'YYYY-MM'.")
        self._number = number
        self.expiry = expiry
        self.brand = brand
        self.last4 = bytes(number[-4:]).decode("ascii")

    def number(self) -> memoryview:
        """The digits, for the tokeniser alone; empty after :meth:`wipe`."""
        return memoryview(self._number).toreadonly()

    def wipe(self) -> None:
        """Overwrite the digits."""
        self._number[:] = bytes(len(self._number))
        del self._number[:]

    def __repr__(self) -> str:
        return f"Card(brand={self.brand!r}, last4={self.last4!r})"

    def __reduce__(self) -> str:
        raise InvalidRecord("Card: a card in the reader is never copied or stored.")


@attrs.frozen
class PaymentToken:
    """A processor's stand-in for a card; all that is kept of it.

    Attributes:
        processor: name of the payment driver that made it.
        token: opaque to Thenar.
        brand: as the card names itself.
        last4: last four digits.
        expiry: ``"YYYY-MM"``.
    """

    processor: str = attrs.field(validator=text)
    token: str = attrs.field(validator=text, repr=False)
    brand: str = ""
    last4: str = attrs.field(default="0000")
    expiry: str = ""

    @last4.validator
    def _four_digits(self, attribute: attrs.Attribute[str], value: str) -> None:
        if not _LAST_FOUR.fullmatch(value):
            raise fail(self, attribute, "four digits", f"{len(value)} characters")


class PaymentState(StrEnum):
    """Where a payment stands."""

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"
    """No answer came; to be settled by its idempotency key."""


@attrs.frozen
class Receipt:
    """What a processor says of one payment.

    Attributes:
        payment: the processor's identifier of the payment.
        state: where it stands.
        amount: authorised or captured.
        idempotency_key: the key it was asked with.
        refunded: refunded so far, same currency.
        reason: the processor's code for a decline, empty otherwise.
    """

    payment: str = attrs.field(validator=text)
    state: PaymentState = attrs.field(converter=PaymentState)
    amount: Money
    idempotency_key: str = attrs.field(validator=text)
    refunded: Money = attrs.field()
    reason: str = ""

    @refunded.default
    def _nothing_refunded(self) -> Money:
        return Money(0, self.amount.currency)

    @refunded.validator
    def _not_more_than_paid(self, attribute: attrs.Attribute[Money], value: Money) -> None:
        if value.currency != self.amount.currency or value.minor > self.amount.minor:
            raise fail(self, attribute, f"at most {self.amount}", value)


@attrs.frozen
class LoyaltyAccount:
    """A member's standing in one programme.

    Attributes:
        programme: name of the loyalty offer.
        member: the programme's number for the member.
        points: balance, 0 or more.
        tier: the programme's own word, may be empty.
    """

    programme: str = attrs.field(validator=text)
    member: str = attrs.field(validator=text)
    points: int = attrs.field(validator=whole())
    tier: str = ""
