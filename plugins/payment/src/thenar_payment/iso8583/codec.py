"""Messages to bytes and back. A card number passes only through buffers that are overwritten."""

from __future__ import annotations

from collections.abc import Mapping

import iso8583

from thenar.errors import PaymentError
from thenar_payment.iso8583.dialect import Dialect

Fields = dict[str, str]

_CARD = "2"


class Codec:
    """Encodes and decodes messages of one dialect, with the length before them."""

    def __init__(self, dialect: Dialect) -> None:
        self._spec = dialect.spec()
        self._size = int(dialect.header[0])
        self._binary = dialect.header[1] == "b"

    @property
    def length_size(self) -> int:
        """Bytes of the length before a message."""
        return self._size

    def length(self, header: bytearray) -> int:
        """Bytes of the message after this length. Raises PaymentError: not a length."""
        if self._binary:
            return int.from_bytes(header, "big")
        if not header.isdigit():
            raise PaymentError("ISO 8583: expected digits as the length of a message.")
        return int(header)

    def encode(self, fields: Mapping[str, str]) -> bytearray:
        """A message with its length. Raises PaymentError: a value does not fit its field."""
        try:
            message, _ = iso8583.encode(dict(fields), self._spec)
        except iso8583.EncodeError as error:
            raise PaymentError(f"ISO 8583: field {error.field}: {error.msg}.") from None
        return self._framed(message)

    def encode_card(self, fields: Mapping[str, str], number: memoryview) -> bytearray:
        """As :meth:`encode`, with a card number; the caller overwrites the bytes after use.

        The message is encoded with zeros in its place, which are then written over.
        """
        blank = {**fields, _CARD: "0" * len(number)}
        try:
            message, parts = iso8583.encode(blank, self._spec)
        except iso8583.EncodeError as error:
            raise PaymentError(f"ISO 8583: field {error.field}: {error.msg}.") from None
        ahead = [parts[name]["data"] for name in ("h", "t", "p", "1") if name in parts]
        start = sum(map(len, ahead)) + len(parts[_CARD]["len"])
        self._write_digits(message, start, number)
        framed = self._framed(message)
        message[:] = bytes(len(message))
        return framed

    def decode(self, message: bytearray) -> Fields:
        """A message without its length; a card number in it is overwritten first.

        Raises:
            PaymentError: not a message of this dialect.
        """
        try:
            self._blank_card(message)
            decoded, _ = iso8583.decode(message, self._spec)
        except (iso8583.DecodeError, ValueError, IndexError):
            raise PaymentError("ISO 8583: the acquirer sent what is no message.") from None
        return decoded

    def _framed(self, message: bytearray) -> bytearray:
        if self._binary:
            return bytearray(len(message).to_bytes(self._size, "big")) + message
        return bytearray(str(len(message)).zfill(self._size), "ascii") + message

    def _write_digits(self, message: bytearray, start: int, number: memoryview) -> None:
        shift = "0".encode(self._spec[_CARD]["data_enc"])[0] - ord("0")
        for place, digit in enumerate(number, start):
            message[place] = digit + shift

    def _blank_card(self, message: bytearray) -> None:
        """Field 2 comes right after the bitmaps, where there is one."""
        header, kind, bitmap, card = (self._spec[name] for name in ("h", "t", "p", _CARD))
        binary = bitmap["data_enc"] == "b"
        place = header["max_len"] + (2 if kind["data_enc"] == "b" else 4)
        bits = message[place : place + (8 if binary else 16)]
        if not binary:
            bits = bytearray.fromhex(bits.decode(bitmap["data_enc"]))
        place += (8 if binary else 16) * (2 if bits[0] & 0x80 else 1)
        if bits[0] & 0x40:
            start = place + card["len_type"]
            length = int(message[place:start].decode(card["len_enc"]))
            message[start : start + length] = "0".encode(card["data_enc"]) * length
