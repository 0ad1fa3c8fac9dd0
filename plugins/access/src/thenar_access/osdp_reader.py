"""A peripheral on an OSDP line."""

from __future__ import annotations

import queue
import threading
import time
from typing import Any

import serial
from osdp import (
    Capability,
    CardFormat,
    Channel,
    Command,
    CommandLEDColor,
    Event,
    LibFlag,
    LogLevel,
    PDCapabilities,
    PdId,
    PDInfo,
    PeripheralDevice,
)

from thenar.errors import DoorError
from thenar_access.osdp_settings import Colour

_COLOURS = {
    CommandLEDColor.Red: Colour.RED,
    CommandLEDColor.Green: Colour.GREEN,
    CommandLEDColor.Amber: Colour.AMBER,
    CommandLEDColor.Blue: Colour.BLUE,
}


_IDENTITY = PdId(version=1, model=1, vendor_code=0, serial_number=0, firmware_version=0)
"""Told to the panel; vendor 0, since Thenar has no IEEE number."""


class _Line(Channel):  # type: ignore[misc]
    """A serial line, read without waiting."""

    def __init__(self, port: str, baud: int) -> None:
        super().__init__()
        try:
            self._serial = serial.Serial(port, baud, timeout=0)
        except serial.SerialException as error:
            raise DoorError(f"osdp: {port} does not open ({type(error).__name__}).") from None

    def read(self, max_bytes: int) -> bytes:
        try:
            return bytes(self._serial.read(max_bytes))
        except (serial.SerialException, OSError, TypeError):
            return b""

    def write(self, buf: bytes) -> int:
        try:
            return self._serial.write(buf) or 0
        except (serial.SerialException, OSError, TypeError):
            return 0

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        self._serial.close()


class OsdpReader:
    """Answers the panel's polls on a thread of its own, by a secure channel only.

    Args:
        port: serial device.
        baud: bits/s.
        address: on the line.
        key: 16 bytes.

    Raises:
        DoorError: the serial device does not open.
    """

    def __init__(self, port: str, baud: int, address: int, key: bytes) -> None:
        self._line = _Line(port, baud)
        self._one_at_a_time = threading.Lock()
        self._shown: queue.SimpleQueue[Colour | None] = queue.SimpleQueue()
        info = PDInfo(address, self._line, scbk=key, flags=[LibFlag.EnforceSecure], id=_IDENTITY)
        self._device = PeripheralDevice(
            info,
            PDCapabilities(
                [
                    (Capability.CardDataFormat, 1, 1),
                    (Capability.LEDControl, 1, 1),
                    (Capability.AudibleControl, 1, 1),
                    (Capability.OutputControl, 1, 1),
                    (Capability.CommunicationSecurity, 1, 1),
                    (Capability.Readers, 1, 1),
                ]
            ),
            log_level=LogLevel.Critical,
            command_handler=self._on_command,
        )
        self._device.start()
        self._open = True

    @property
    def is_secure(self) -> bool:
        """Whether the panel polls, by a secure channel."""
        return bool(self._device.is_online() and self._device.is_sc_active())

    def present(
        self, card: int, bits: int, *, answers: set[Colour], within: float
    ) -> Colour | None:
        """Present a card, and wait for a colour of the LED.

        Args:
            card: as the bits are sent on a Wiegand line, the first being the most
                significant of ``bits``.
            bits: how many.
            answers: the colours that are answers.
            within: seconds to wait.

        Returns:
            The colour; or None where none of them was shown in time, and a card that the
            panel has not read yet is not presented any longer.

        Raises:
            DoorError: the panel does not poll, or not by a secure channel.
        """
        with self._one_at_a_time:
            if not self.is_secure:
                raise DoorError("osdp: no secure channel with the panel.")
            while not self._shown.empty():
                self._shown.get()
            padding = -bits % 8
            self._device.submit_event(
                {
                    "event": Event.CardRead,
                    "reader_no": 0,
                    "direction": 0,
                    "format": CardFormat.Wiegand,
                    "length": bits,
                    "data": (card << padding).to_bytes((bits + padding) // 8, "big"),
                }
            )
            answer = self._answer(answers, within)
            if answer is None:
                self._take_back()
            return answer

    def close(self) -> None:
        """Leave the line; closing twice is allowed."""
        if self._open:
            self._open = False
            self._device.teardown()
            self._line.close()

    def _answer(self, answers: set[Colour], within: float) -> Colour | None:
        until = time.monotonic() + within
        try:
            while (colour := self._shown.get(timeout=until - time.monotonic())) not in answers:
                continue
        except (queue.Empty, ValueError):  # ValueError: the time was up already
            return None
        return colour

    def _take_back(self) -> None:
        """A panel that comes back later must not read the card of somebody who has left."""
        with self._device.lock:
            self._device.ctx.flush_events()

    def _on_command(self, command: dict[str, Any]) -> tuple[int, None]:
        if command["command"] == Command.LED:
            self._shown.put(_COLOURS.get(command["on_color"]))
        return 0, None
