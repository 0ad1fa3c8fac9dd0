"""Badge numbers in the Wiegand formats H10301 (26 bits), H10306 (34) and H10304 (37).

All are, in the order sent: an even parity bit over the first half, the facility
code, the card number, and an odd parity bit over the second half. In H10304 the
halves overlap: the middle bit is counted in both. (SIA AC-01 for the wire and the
26-bit format; the others as HID Global names them.)
"""

from __future__ import annotations

import attrs

from thenar.errors import InvalidRecord


@attrs.frozen
class Format:
    """A layout of facility code and card number.

    Attributes:
        bits: in all, parity included.
        facility_bits: of the facility code.
        number_bits: of the card number.
        half: how many data bits each parity bit covers.
    """

    bits: int
    facility_bits: int
    number_bits: int
    half: int


FORMATS = {26: Format(26, 8, 16, 12), 34: Format(34, 16, 16, 16), 37: Format(37, 16, 19, 18)}
"""The formats by their length in bits."""


def encode(facility: int, number: int, *, bits: int = 26) -> int:
    """The bits to send, the first one sent being the most significant.

    Args:
        facility: facility code, 0..255 for 26 bits, else 0..65535.
        number: card number, 0..65535, for 37 bits 0..524287.
        bits: 26, 34 or 37.

    Raises:
        InvalidRecord: a number does not fit, or there is no such format.
    """
    layout = _layout(bits)
    for name, value, width in (
        ("facility", facility, layout.facility_bits),
        ("number", number, layout.number_bits),
    ):
        if not 0 <= value < 1 << width:
            raise InvalidRecord(f"Wiegand {name}: expected 0..{(1 << width) - 1}, got {value}.")
    data = facility << layout.number_bits | number
    even, odd = _parity(data, layout)
    return even << bits - 1 | data << 1 | odd


def decode(received: int, *, bits: int = 26) -> tuple[int, int]:
    """Facility code and card number.

    Args:
        received: as from :func:`encode`.
        bits: how many bits were received.

    Raises:
        InvalidRecord: no such format, too many bits, or a parity bit is wrong.
    """
    layout = _layout(bits)
    if not 0 <= received < 1 << bits:
        raise InvalidRecord(f"Wiegand: expected {bits} bits, got more.")
    data = received >> 1 & (1 << bits - 2) - 1
    if _parity(data, layout) != (received >> bits - 1, received & 1):
        raise InvalidRecord("Wiegand: a parity bit is wrong; present the badge again.")
    return data >> layout.number_bits, data & (1 << layout.number_bits) - 1


def _parity(data: int, layout: Format) -> tuple[int, int]:
    first = data >> (layout.bits - 2 - layout.half)
    second = data & (1 << layout.half) - 1
    return first.bit_count() & 1, 1 - (second.bit_count() & 1)


def _layout(bits: int) -> Format:
    try:
        return FORMATS[bits]
    except KeyError:
        raise InvalidRecord(f"Wiegand: expected 26, 34 or 37 bits, got {bits}.") from None
