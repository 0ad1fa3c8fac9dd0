"""How one acquirer speaks ISO 8583: encodings, codes and fixed fields, from a TOML file."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import cattrs
from cattrs.v import format_exception
from iso8583 import specs

from thenar.errors import SettingsError

_CURRENCIES = {
    "AUD": "036",
    "CAD": "124",
    "CHF": "756",
    "CZK": "203",
    "DKK": "208",
    "EUR": "978",
    "GBP": "826",
    "HUF": "348",
    "JPY": "392",
    "NOK": "578",
    "NZD": "554",
    "PLN": "985",
    "RON": "946",
    "SEK": "752",
    "USD": "840",
}
_MESSAGES = {
    "verify": {"t": "0100", "3": "330000", "22": "051", "25": "00"},
    "authorise": {"t": "0100", "3": "000000", "22": "100", "25": "00"},
    "charge": {"t": "0200", "3": "000000", "22": "100", "25": "00"},
    "capture": {"t": "0220", "3": "000000", "22": "100", "25": "00"},
    "cancel": {"t": "0400", "3": "000000", "22": "100", "25": "00"},
    "refund": {"t": "0200", "3": "200000", "22": "100", "25": "00"},
    "sign-on": {"t": "0800", "70": "001"},
    "echo": {"t": "0800", "70": "301"},
}
LENGTH_HEADERS = ("2b", "4b", "2a", "4a")


@attrs.frozen
class Dialect:
    """ISO 8583:1987 as an acquirer speaks it. The defaults are the reference dialect.

    Attributes:
        text: Python's name of the encoding of types, digits, text and lengths, such as
            ``"ascii"`` or ``"cp037"`` (EBCDIC).
        bitmap: ``"binary"``, or ``"text"`` for hexadecimal digits.
        header: length of a message before it: 2 or 4 bytes, ``b`` binary (big-endian)
            or ``a`` ASCII digits; it counts what follows it.
        token_from: field of the reply to a card verification that stands for the card
            from then on.
        token_in: field in which that token is sent with a payment.
        approved: reply codes that mean yes.
        reverse_on: reply codes that leave something to be reversed (a part of the
            amount was approved; the issuer answered too late).
        try_again: reply codes to an advice or a reversal after which it is repeated.
        reversal_done: reply codes that end a reversal besides ``approved`` (no action
            taken, no such record).
        mark_repeats: whether a repeated message says so in its type (0401, 0221).
        currencies: ISO 4217 alphabetic → numeric code, added to the common ones.
        messages: kind of message → its type (``t``) and the fields that are always the
            same, added to the reference dialect's.
        fields: field → its encoding as pyiso8583 describes it, added to the reference.
    """

    text: str = "ascii"
    bitmap: str = attrs.field(default="binary", validator=attrs.validators.in_(("binary", "text")))
    header: str = attrs.field(default="2b", validator=attrs.validators.in_(LENGTH_HEADERS))
    token_from: str = attrs.field(default="37")
    token_in: str = "102"  # noqa: S105
    approved: tuple[str, ...] = ("00",)
    reverse_on: tuple[str, ...] = ("10", "68")
    try_again: tuple[str, ...] = ("19", "68", "90", "91", "92", "96")
    reversal_done: tuple[str, ...] = ("21", "25")
    mark_repeats: bool = True
    currencies: Mapping[str, str] = attrs.field(factory=dict)
    messages: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)
    fields: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)

    @token_from.validator
    def _not_the_card_number(self, _: object, value: str) -> None:
        if value == "2":
            raise ValueError("token_from: field 2 is the card number, which is never kept")

    @classmethod
    def load(cls, path: str) -> Dialect:
        """Read a dialect; an empty path is the reference dialect. Raises SettingsError."""
        if not path:
            return cls()
        try:
            data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
            return _converter.structure(data, cls)
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"ISO 8583 dialect {path}: {error}.") from None
        except cattrs.BaseValidationError as error:
            wrong = "; ".join(cattrs.transform_error(error, format_exception=in_words))
            raise SettingsError(f"ISO 8583 dialect {path}: {wrong}.") from None

    def spec(self) -> dict[str, dict[str, Any]]:
        """Encodings for pyiso8583."""
        spec = copy.deepcopy(specs.default if self.bitmap == "binary" else specs.default_ascii)
        for encoding in spec.values():
            for part in ("data_enc", "len_enc"):
                if encoding[part] == "ascii":
                    encoding[part] = self.text
        for field, changes in self.fields.items():
            spec[field] = {**spec[field], **changes}
        if "b" in (spec["2"]["data_enc"], spec["2"]["len_enc"]) or spec["2"]["len_enc"] == "bcd":
            raise SettingsError("ISO 8583: card numbers in BCD are not supported.")
        return spec

    def message(self, kind: str) -> dict[str, str]:
        """Type and fixed fields of one kind of message."""
        return {**_MESSAGES[kind], **self.messages.get(kind, {})}

    def currency(self, alphabetic: str) -> str:
        """Numeric code. Raises SettingsError: not known."""
        known = {**_CURRENCIES, **self.currencies}
        if alphabetic not in known:
            raise SettingsError(
                f"ISO 8583: no numeric code is known for {alphabetic}.",
                remedy="add it under [currencies] of the dialect.",
            )
        return known[alphabetic]

    def repeated(self, message_type: str) -> str:
        """The type of a message that is sent again."""
        return message_type[:3] + "1" if self.mark_repeats else message_type


_converter = cattrs.Converter(forbid_extra_keys=True)


def in_words(error: BaseException, kind: type | None) -> str:
    """What is wrong with a value: a validator's own words where it has some."""
    return str(error) if type(error) is ValueError else format_exception(error, kind)
