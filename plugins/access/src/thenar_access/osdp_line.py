"""The serial line of an OSDP reader."""

from __future__ import annotations

import serial
from osdp import Channel

from thenar.errors import DoorError


class SerialLine(Channel):  # type: ignore[misc]
    """A serial line, read without waiting.

    Raises:
        DoorError: the serial device does not open.
    """

    def __init__(self, port: str, baud: int) -> None:
        super().__init__()
        try:
            self._serial = serial.Serial(port, baud, timeout=0)
        except (serial.SerialException, ValueError) as error:
            raise DoorError(f"osdp: {port} does not open ({type(error).__name__}).") from None

    def read(self, max_bytes: int) -> bytes:
        """What has come; nothing where the line is cut."""
        try:
            return bytes(self._serial.read(max_bytes))
        except (serial.SerialException, OSError, TypeError):
            return b""

    def write(self, buf: bytes) -> int:
        """How many bytes went out."""
        try:
            return self._serial.write(buf) or 0
        except (serial.SerialException, OSError, TypeError):
            return 0

    def flush(self) -> None:
        """Nothing is kept back."""

    @property
    def baud(self) -> int:
        """Speed, bits/s."""
        return int(self._serial.baudrate)

    @baud.setter
    def baud(self, baud: int) -> None:
        self._serial.baudrate = baud

    def close(self) -> None:
        """Closing twice is allowed."""
        self._serial.close()
