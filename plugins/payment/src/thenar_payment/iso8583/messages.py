"""What each message holds."""

from __future__ import annotations

import time
from collections.abc import Callable

from thenar.errors import PaymentError
from thenar.records import Money
from thenar_payment.iso8583.codec import Fields
from thenar_payment.iso8583.dialect import Dialect
from thenar_payment.iso8583.journal import Request
from thenar_payment.iso8583.settings import Iso8583Settings

_LARGEST = 10**12 - 1


class Messages:
    """Composes messages of one terminal.

    Args:
        settings: terminal, merchant and acquirer.
        dialect: types and fixed fields.
        next_trace: gives a new trace number.
    """

    def __init__(
        self, settings: Iso8583Settings, dialect: Dialect, next_trace: Callable[[], int]
    ) -> None:
        self._settings = settings
        self._dialect = dialect
        self._next_trace = next_trace

    def network(self, kind: str) -> Fields:
        """``"sign-on"`` or ``"echo"``."""
        now = time.time()
        return {
            **self._dialect.message(kind),
            "7": time.strftime("%m%d%H%M%S", time.gmtime(now)),
            "11": f"{self._next_trace():06}",
        }

    def verification(self, expiry: str, currency: str) -> Fields:
        """Is this card good? Nothing is charged; the number itself is added by the codec."""
        year, month = expiry.split("-")
        return {**self._new("verify", Money(0, currency)), "14": year[2:] + month}

    def charge(self, amount: Money, *, capture: bool) -> Fields:
        """Authorise an amount, or charge it at once."""
        return self._new("charge" if capture else "authorise", amount)

    def after(self, kind: str, amount: Money, original: Request) -> Fields:
        """A ``"capture"``, ``"cancel"`` or ``"refund"`` of an approved charge."""
        fields = {**self._new(kind, amount), "90": self._original(original.fields)}
        if kind != "refund":
            fields["37"] = original.payment
        if original.approval:
            fields["38"] = original.approval
        return fields

    def reversal(self, request: Request) -> Fields:
        """Takes back a request of which nobody knows whether it was approved."""
        fields = self._new("cancel", request.amount)
        fields["3"] = request.fields["3"]
        fields["37"] = request.fields["37"]
        fields["90"] = self._original(request.fields)
        return fields

    def _new(self, kind: str, amount: Money) -> Fields:
        if amount.minor > _LARGEST:
            raise PaymentError("ISO 8583: an amount has at most 12 digits.")
        now, trace = time.time(), self._next_trace()
        utc, local = time.gmtime(now), time.localtime(now)
        fields = {
            **self._dialect.message(kind),
            "4": f"{amount.minor:012}",
            "7": time.strftime("%m%d%H%M%S", utc),
            "11": f"{trace:06}",
            "12": time.strftime("%H%M%S", local),
            "13": time.strftime("%m%d", local),
            "37": f"{utc.tm_year % 10}{utc.tm_yday:03}{utc.tm_hour:02}{trace:06}",
            "41": self._settings.terminal.ljust(8),
            "42": self._settings.merchant.ljust(15),
            "49": self._dialect.currency(amount.currency),
        }
        if self._settings.acquirer:
            fields["32"] = self._settings.acquirer
        return fields

    def _original(self, fields: Fields) -> str:
        """Original data elements: type, trace, time, acquirer, forwarder (none)."""
        acquirer = self._settings.acquirer.zfill(11)
        return fields["t"] + fields["11"] + fields["7"] + acquirer + "0" * 11
