"""The reader: a serial line on which a stripe reader sends track 2."""

from __future__ import annotations

import os
import re
import select
from time import monotonic

import attrs
from thenar.errors import InvalidRecord, PaymentError
from thenar.records import Card

LONGEST = 256
"""Bytes after which a line without an end is thrown away."""

TRACK_2 = re.compile(rb";([0-9]{12,19})=([0-9]{2})(0[1-9]|1[0-2])[0-9]*\?\r?\n")
"""Start, number, ``=``, expiry as YYMM, service code and more, ``?`` (ISO/IEC 7813)."""

BRANDS = {ord("3"): "amex", ord("4"): "visa", ord("5"): "mastercard"}
"""First digit → brand (ISO/IEC 7812)."""


@attrs.frozen
class AcmePlugSettings:
    """The table ``[card_reader.acme-plug]``.

    Attributes:
        line: device of the serial line.
    """

    line: str


class AcmePlugReader:
    """Reads one card after the other."""

    def __init__(self, settings: AcmePlugSettings) -> None:
        self._device = settings.line
        self._line: int | None = None
        self._buffer = bytearray()

    def read(self, timeout: float) -> Card:
        """Wait for a card. Raises PaymentError: none in time, or one that cannot be read."""
        try:
            end = self._line_within(monotonic() + timeout)
            return card_of(self._buffer, end)
        except OSError as error:
            self.close()
            raise PaymentError(
                f"The card reader on {self._device} is gone: {error.strerror}.",
                remedy="check the cable, and the line in the settings.",
            ) from error

    def _line_within(self, until: float) -> int:
        """Wait until the buffer holds a whole line; where it ends."""
        if self._line is None:
            self._line = os.open(self._device, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        while (end := self._buffer.find(b"\n") + 1) == 0:
            waits = until - monotonic()
            if waits <= 0 or not select.select([self._line], [], [], waits)[0]:
                raise PaymentError("Expected a card, none came in time.", remedy="swipe a card.")
            piece = bytearray(LONGEST)
            read = os.readv(self._line, [piece])
            if read == 0:
                raise OSError(0, "the line has ended")
            self._buffer += memoryview(piece)[:read]
            overwrite(piece, len(piece))
            if len(self._buffer) > LONGEST and b"\n" not in self._buffer:
                overwrite(self._buffer, len(self._buffer))
        return end

    def close(self) -> None:
        """Let go of the line; closing twice is allowed."""
        overwrite(self._buffer, len(self._buffer))
        line, self._line = self._line, None
        if line is not None:
            os.close(line)


def card_of(buffer: bytearray, end: int) -> Card:
    """The card in the first line of a buffer; the line is overwritten, whatever is in it.

    Raises:
        PaymentError: it is not track 2 of a payment card.
    """
    try:
        track = TRACK_2.fullmatch(memoryview(buffer)[:end])
        if track is None:
            raise PaymentError("The card could not be read.", remedy="swipe it again.")
        first, last = track.span(1)
        year, month = (bytes(track[part]).decode("ascii") for part in (2, 3))
        brand = BRANDS.get(buffer[first], "card")
        return Card(buffer[first:last], expiry=f"20{year}-{month}", brand=brand)
    except InvalidRecord as error:
        raise PaymentError("The card could not be read.", remedy="swipe it again.") from error
    finally:
        track = None  # it looks into the buffer, which cannot be shortened meanwhile
        overwrite(buffer, end)


def overwrite(buffer: bytearray, end: int) -> None:
    """Make the first bytes zero, and take them out."""
    buffer[:end] = bytes(end)
    del buffer[:end]
