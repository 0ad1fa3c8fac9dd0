"""The tamper contact and mains power of a reader, on this computer's pins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from thenar.errors import DoorError, SettingsError
from thenar_access.limits import WIRES_SECONDS


class Wires:
    """Tells of each change, and of the state at the start.

    Args:
        tamper: pin that is active while the housing is open; None: not wired.
        power: pin that is active while mains power fails; None: not wired.
        report: called with both, by name ``tamper`` and ``power_failed``.

    Raises:
        SettingsError: gpiozero is not installed.
        DoorError: a pin cannot be used.
    """

    def __init__(self, tamper: str | None, power: str | None, report: Callable[..., None]) -> None:
        try:
            from gpiozero import DigitalInputDevice, GPIOZeroError
        except ImportError as error:
            raise SettingsError(
                f"osdp: {error.name} is not installed.",
                remedy="pip install 'thenar-access[gpio]'.",
            ) from None
        self._report = report
        self._pins: list[Any] = []
        try:
            for pin in (tamper, power):
                self._pins.append(pin and DigitalInputDevice(pin, pull_up=True))
        except GPIOZeroError as error:
            self._close_pins()
            raise DoorError(f"osdp: a pin cannot be used ({error}).") from None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="osdp-wires", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Closing twice is allowed."""
        self._closed.set()
        self._thread.join()
        self._close_pins()

    def _close_pins(self) -> None:
        for pin in self._pins:
            if pin:
                pin.close()

    def _watch(self) -> None:
        before = [False, False]
        while not self._closed.wait(WIRES_SECONDS):
            now = [pin is not None and bool(pin.value) for pin in self._pins]
            if now != before:
                self._report(tamper=now[0], power_failed=now[1])
                before = now
