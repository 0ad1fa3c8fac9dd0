"""From an inserted card to its number: directory, application, options, records.

Sources: EMV Book 1, 12 (application selection); EMV Book 3, 10.1 and 10.2 (options, records);
EMV Contactless Book B, 3.3 (the directory PPSE).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

import attrs

from thenar.errors import PaymentError
from thenar.records import Card
from thenar_payment.emv import tlv
from thenar_payment.emv.brands import APPLICATIONS, brand_of
from thenar_payment.emv.exchange import Exchange, Transmit
from thenar_payment.emv.settings import EmvSettings

PPSE, PSE = b"2PAY.SYS.DDF01", b"1PAY.SYS.DDF01"
_ENTRY, _NAME, _PRIORITY, _FILE = 0x61, 0x4F, 0x87, 0x88
_LIST, _LOCATOR, _FORMAT_1 = 0x9F38, 0x94, 0x80
_NUMBER, _TRACK_2, _EXPIRY = 0x5A, (0x57, 0x9F6B), 0x5F24
_SEPARATOR = 0xD


@attrs.frozen
class Application:
    """An entry of the card's directory.

    Attributes:
        name: its name, 5 to 16 bytes.
        priority: 1 comes first; 15 where the card does not say.
    """

    name: bytes
    priority: int = 15


def read_card(transmit: Transmit, settings: EmvSettings) -> Card:
    """Read one card; what it said is overwritten before this returns or raises.

    Raises:
        PaymentError: no card for payments, or one that cannot be read.
    """
    exchange = Exchange(transmit)
    try:
        for application in _chosen(_directory(exchange), settings):
            if (described := exchange.select(application.name)) is None:
                continue
            options = exchange.options(_asked_for(described, settings))
            return _card(exchange, options, brand_of(application.name))
        raise PaymentError(
            "The card has no application of a known brand.", remedy="use another card."
        )
    finally:
        exchange.wipe()


def _directory(exchange: Exchange) -> list[Application]:
    """What the card offers: by its directories, else by trying names."""
    if (listed := exchange.select(PPSE)) is not None:
        return list(_entries(listed))
    if (listed := exchange.select(PSE)) is not None:
        file = tlv.first(listed, _FILE)
        return list(_recorded(exchange, file[0])) if file else []
    return [
        Application(bytes.fromhex(name))
        for name in APPLICATIONS
        if exchange.select(bytes.fromhex(name)) is not None
    ]


def _recorded(exchange: Exchange, file: int) -> Iterator[Application]:
    for number in range(1, 17):
        if (record := exchange.record(file, number)) is None:
            return
        yield from _entries(record)


def _entries(data: memoryview) -> Iterator[Application]:
    for tag, entry in tlv.objects(data):
        name = tlv.first(entry, _NAME) if tag == _ENTRY else None
        if name is not None:
            priority = tlv.first(entry, _PRIORITY)
            place = priority[0] & 0x0F if priority else 0
            yield Application(bytes(name), place or 15)


def _chosen(offered: list[Application], settings: EmvSettings) -> list[Application]:
    """Those of known brands: the preferred ones first, then in the card's own order."""

    def order(application: Application) -> tuple[int, int]:
        brand = brand_of(application.name)
        preferred = brand in settings.prefer
        rank = settings.prefer.index(brand) if preferred else len(settings.prefer)
        return rank, application.priority

    return sorted((one for one in offered if brand_of(one.name)), key=order)


def _asked_for(described: memoryview, settings: EmvSettings) -> bytes:
    """What the card wants to know of the terminal; of what we do not know, zeros."""
    listed = tlv.first(described, _LIST)
    if listed is None:
        return b""
    known = {
        0x9F66: bytes.fromhex("36004000"),  # contactless and contact, online only
        0x9F1A: bytes.fromhex(f"0{settings.country}"),
        0x5F2A: bytes.fromhex(f"0{settings.currency}"),
        0x9A: bytes.fromhex(datetime.now(UTC).strftime("%y%m%d")),
        0x9F35: b"\x21",  # attended, online only
        0x9F37: secrets.token_bytes(4),
    }
    told = bytearray()
    for tag, length in tlv.wanted(listed):
        value = known.get(tag, b"")
        told += value[:length].ljust(length, b"\0")
    return bytes(told)


def _card(exchange: Exchange, options: memoryview, brand: str) -> Card:
    """Number and expiry: in the options, or in a record that they name."""
    number, expiry = _found_in(options)
    try:
        for file, record in _located(options):
            if number and expiry:
                break
            said = exchange.record(file, record)
            more, until = _found_in(said) if said is not None else (bytearray(), "")
            number, expiry = number or more, expiry or until
        return _whole(number, expiry, brand)
    except BaseException:
        number[:] = bytes(len(number))
        raise


def _whole(number: bytearray, expiry: str, brand: str) -> Card:
    if not 12 <= len(number) <= 19 or not expiry:
        raise PaymentError("The card tells no number or expiry.", remedy="use another card.")
    return Card(number, expiry=expiry, brand=brand)


def _located(options: memoryview) -> Iterator[tuple[int, int]]:
    """File and number of each record that the options name."""
    locator = tlv.first(options, _LOCATOR)
    if locator is None and (short := tlv.first(options, _FORMAT_1)) is not None:
        locator = short[2:]
    entries = locator if locator is not None else memoryview(b"")
    for place in range(0, len(entries) - 3, 4):
        file, first, last = entries[place] >> 3, entries[place + 1], entries[place + 2]
        for record in range(first, last + 1):
            yield file, record


def _found_in(data: memoryview) -> tuple[bytearray, str]:
    """Number and expiry where they are in there; the number is the caller's to overwrite."""
    number, expiry = bytearray(), ""
    for tag, value in tlv.objects(data):
        if tag == _NUMBER and not number:
            number = _digits(value)
        elif tag == _EXPIRY and len(value) == 3:
            expiry = f"20{value[0]:02x}-{value[1]:02x}"
        elif tag in _TRACK_2:
            found = _digits(value)
            number = number or found
            if not expiry:
                expiry = _expiry(value, len(found))
            if number is not found:
                found[:] = bytes(len(found))
    return number, expiry


def _nibbles(value: memoryview) -> Iterator[int]:
    for byte in value:
        yield byte >> 4
        yield byte & 0x0F


def _digits(value: memoryview) -> bytearray:
    """The digits before the separator or the padding, in ASCII, in a buffer that never moves."""
    count = next((place for place, nibble in enumerate(_nibbles(value)) if nibble > 9), None)
    digits = bytearray(2 * len(value) if count is None else count)
    for place, nibble in zip(range(len(digits)), _nibbles(value), strict=False):
        digits[place] = 0x30 + nibble
    return digits


def _expiry(track: memoryview, digits: int) -> str:
    """Year and month, after the separator of track 2."""
    after = list(_nibbles(track))[digits : digits + 5]
    if len(after) < 5 or after[0] != _SEPARATOR or max(after[1:]) > 9:
        return ""
    return f"20{after[1]}{after[2]}-{after[3]}{after[4]}"
