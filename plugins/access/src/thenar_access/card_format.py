"""Card formats of a site's own, written as the card's bits are read.

``layout`` has a letter for each bit in the order sent: ``F`` facility code, ``N`` card number,
``P`` parity, ``0`` and ``1`` fixed bits. ``parity`` has a line for each parity bit, as long as
the layout: ``E`` (even) or ``O`` (odd) at the bit itself, ``X`` at every bit that it covers,
``.`` elsewhere. They are worked out in their order, so that a later one may cover an earlier.
"""

from __future__ import annotations

import re

import attrs

from thenar.errors import InvalidRecord
from thenar_access.wiegand import FORMATS, encode

MOST_BITS = 128
"""Longest card read: 16 bytes."""


@attrs.frozen
class CardFormat:
    """The table ``[doors.NAME.format]``.

    Attributes:
        layout: e.g. ``"PFFFFFFFFNNNNNNNNNNNNNNNNP"``.
        parity: one line for each ``P`` of the layout.
    """

    layout: str
    parity: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord where layout and parity do not fit each other."""
        if not re.fullmatch("[FNP01]+", self.layout) or len(self.layout) > MOST_BITS:
            raise InvalidRecord(f"layout: expected 1 to {MOST_BITS} of F, N, P, 0 and 1.")
        if "N" not in self.layout:
            raise InvalidRecord("layout: expected bits N of the card number.")
        own = []
        for line in self.parity:
            if not re.fullmatch("[X.]*[EO][X.]*", line) or len(line) != len(self.layout):
                raise InvalidRecord(
                    f"parity: expected lines of {len(self.layout)} characters X and . with one "
                    f"E or O, got {line!r}."
                )
            own.append(re.search("[EO]", line).start())  # type: ignore[union-attr]
        if sorted(own) != [at for at, bit in enumerate(self.layout) if bit == "P"]:
            raise InvalidRecord("parity: expected one line for each P of the layout.")

    @property
    def bits(self) -> int:
        """How many in all."""
        return len(self.layout)

    def encode(self, facility: int, number: int) -> int:
        """The bits to send, the first one sent being the most significant.

        Args:
            facility: facility code, 0 where the layout has none.
            number: card number.

        Raises:
            InvalidRecord: one of them does not fit.
        """
        bits = [int(bit == "1") for bit in self.layout]
        for letter, name, value in (("F", "facility", facility), ("N", "number", number)):
            places = [at for at, bit in enumerate(self.layout) if bit == letter]
            if not 0 <= value < 1 << len(places):
                raise InvalidRecord(f"{name}: expected 0..{(1 << len(places)) - 1}, got {value}.")
            for place, bit in zip(places, f"{value:0{max(1, len(places))}b}", strict=False):
                bits[place] = int(bit)
        for line in self.parity:
            ones = sum(bit for bit, mark in zip(bits, line, strict=True) if mark == "X")
            own = re.search("[EO]", line)
            assert own is not None  # noqa: S101 - checked above
            bits[own.start()] = ones & 1 if own.group() == "E" else 1 - (ones & 1)
        return int("".join(map(str, bits)), 2)

    def decode(self, received: int) -> tuple[int, int]:
        """Facility code and card number.

        Raises:
            InvalidRecord: not of this format: too many bits, or a fixed or parity bit differs.
        """
        if not 0 <= received < 1 << self.bits:
            raise InvalidRecord(f"Card: expected {self.bits} bits, got more.")
        text = f"{received:0{self.bits}b}"
        read = {
            letter: "".join(bit for bit, of in zip(text, self.layout, strict=True) if of == letter)
            for letter in "FN"
        }
        facility, number = int(read["F"] or "0", 2), int(read["N"], 2)
        if self.encode(facility, number) != received:
            raise InvalidRecord("Card: a fixed or a parity bit is wrong; present it again.")
        return facility, number


def card_bits(credential: str, bits: int, own: CardFormat | None) -> tuple[int, int]:
    """A badge ``"FACILITY:NUMBER"``, or ``"NUMBER"`` for formats without facility, as bits.

    Args:
        credential: the badge.
        bits: of the built-in format.
        own: the site's own format, in place of it.

    Returns:
        The bits as from :func:`~thenar_access.wiegand.encode`, and how many there are.

    Raises:
        InvalidRecord: not a badge number of the format.
    """
    fits = re.fullmatch(r"(?:([0-9]{1,12}):)?([0-9]{1,38})", credential)
    has_facility = "F" in own.layout if own else True
    if fits is None or (fits.group(1) is not None) is not has_facility:
        raise InvalidRecord("Not a badge number.")
    facility, number = int(fits.group(1) or 0), int(fits.group(2))
    if own is not None:
        return own.encode(facility, number), own.bits
    return encode(facility, number, bits=bits), FORMATS[bits].bits
