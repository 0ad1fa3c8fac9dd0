"""Data objects as EMV writes them (EMV Book 3, annex B), as views that copy nothing.

What is read holds a card's number, so that it must be possible to overwrite all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from thenar.errors import PaymentError

_MORE_TAG, _CONSTRUCTED, _LONG = 0x1F, 0x20, 0x80
_LONGEST = 2
"""Bytes of a length; no answer of a card is longer than 64 KiB."""


def objects(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Tag and value of each data object, and of those within constructed ones.

    Raises:
        PaymentError: the data end within an object.
    """
    place = 0
    while place < len(data):
        if data[place] in (0x00, 0xFF):  # padding between objects
            place += 1
            continue
        tag, inner, place = _tag(data, place)
        length, place = _length(data, place)
        value = data[place : place + length]
        if len(value) < length:
            raise _broken()
        yield tag, value
        if inner:
            yield from objects(value)
        place += length


def first(data: memoryview, *tags: int) -> memoryview | None:
    """The first object with one of these tags, at any depth."""
    return next((value for tag, value in objects(data) if tag in tags), None)


def wanted(described: memoryview) -> Iterator[tuple[int, int]]:
    """Tag and length of each entry of a data object list (EMV Book 3, 5.4)."""
    place = 0
    while place < len(described):
        tag, _, place = _tag(described, place)
        length, place = _length(described, place)
        yield tag, length


def _tag(data: memoryview, place: int) -> tuple[int, bool, int]:
    try:
        first_byte = data[place]
        tag, place = first_byte, place + 1
        if first_byte & _MORE_TAG == _MORE_TAG:
            while True:
                tag, more, place = tag << 8 | data[place], data[place] & _LONG, place + 1
                if not more:
                    break
                if tag > 0xFFFF:
                    raise _broken()
    except IndexError:
        raise _broken() from None
    return tag, bool(first_byte & _CONSTRUCTED), place


def _length(data: memoryview, place: int) -> tuple[int, int]:
    try:
        length, place = data[place], place + 1
        if not length & _LONG:
            return length, place
        count = length & ~_LONG
        if not 1 <= count <= _LONGEST:
            raise _broken()
        length = 0
        for _ in range(count):
            length, place = length << 8 | data[place], place + 1
    except IndexError:
        raise _broken() from None
    return length, place


def _broken() -> PaymentError:
    return PaymentError("The card gave data that are no data objects.", remedy="try another card.")
