"""Badge doors on two data wires: the palm reader as a Wiegand reader of a control panel.

Data lines D0 and D1 rest high; a bit is a short low pulse on one of them (SIA AC-01: 20 to
100 µs, 0.2 to 20 ms apart). Pulses are made by this program and not by a timer in hardware, so
on a busy computer one may be too long: the panel then refuses the parity, and the palm is shown
again. OSDP has none of this; Wiegand is for panels that have nothing else.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import attrs

from thenar.errors import DoorError, InvalidRecord, SettingsError
from thenar.records import Decision, OfflinePolicy, Passage
from thenar_access.book import Book
from thenar_access.card_format import CardFormat, card_bits
from thenar_access.door import ComposedDoor
from thenar_access.limits import LIGHT_SECONDS, POLL_SECONDS, PULSE_SECONDS, SPACE_SECONDS
from thenar_access.opened_by_panel import OpenedByPanel
from thenar_access.roles import Report
from thenar_access.wiegand import FORMATS


@attrs.frozen
class WiegandSettings:
    """The table ``[doors.NAME]`` of a badge door on two data wires.

    Attributes:
        d0: pin of data line 0, e.g. ``"GPIO17"``.
        d1: pin of data line 1.
        granted: pin of the line by which the panel lights the reader's green LED; active low.
        denied: pin of the line of the red one, where there is one: the answer no comes sooner.
        bits: format of the badge numbers: 26, 34 or 37.
        format: the site's own format, in place of ``bits``.
        book: what is written down.
    """

    d0: str
    d1: str
    granted: str
    denied: str | None = None
    bits: int = attrs.field(default=26, validator=attrs.validators.in_(tuple(FORMATS)))
    format: CardFormat | None = None
    book: Book = attrs.field(factory=Book)

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord."""
        if self.book.evacuation is not None:
            raise InvalidRecord(
                "wiegand: only the panel opens this door; wire the evacuation to the panel."
            )


class WiegandPanel:
    """The authority for badges: a panel on the other end of the wires.

    Raises:
        SettingsError: gpiozero is not installed.
        DoorError: a pin cannot be used.
    """

    def __init__(self, settings: WiegandSettings) -> None:
        try:
            from gpiozero import DigitalInputDevice, DigitalOutputDevice, GPIOZeroError
        except ImportError as error:
            raise SettingsError(
                f"wiegand: {error.name} is not installed.",
                remedy="pip install 'thenar-access[gpio]'.",
            ) from None
        self._bits, self._format = settings.bits, settings.format
        self._one_at_a_time = threading.Lock()
        self._pins: list[Any] = []
        try:
            for pin in (settings.d0, settings.d1):  # "on" is low
                self._pins.append(DigitalOutputDevice(pin, active_high=False))
            for pin in filter(None, (settings.granted, settings.denied)):
                self._pins.append(DigitalInputDevice(pin, pull_up=True))
        except GPIOZeroError as error:
            self.close()
            raise DoorError(f"wiegand: a pin cannot be used ({error}).") from None

    def ask(self, passage: Passage) -> Decision:
        """Send the badge, and wait for the green light."""
        try:
            card, bits = card_bits(passage.credential, self._bits, self._format)
        except InvalidRecord:
            bits = self._format.bits if self._format else self._bits
            return Decision(allow=False, reason=f"not a badge number of {bits} bits")
        with self._one_at_a_time:
            if not self._is_dark_in_time():
                return Decision(allow=False, reason="the panel still shows a light; try again")
            self._send(card, bits)
            until = time.monotonic() + LIGHT_SECONDS
            while time.monotonic() < until and not self._is_red():
                if self._is_green():
                    return Decision(allow=True, reason="the panel lets this badge in")
                time.sleep(POLL_SECONDS)
        return Decision(allow=False, reason="the panel does not let this badge in")

    def _is_dark_in_time(self) -> bool:
        """Wait for the light that the panel shows for the badge before, if any, to go out."""
        until = time.monotonic() + LIGHT_SECONDS
        while self._is_green() or self._is_red():
            if time.monotonic() > until:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def withdraw(self, request_id: str, why: str) -> None:
        """Nothing to undo: the panel watches its own door contact."""

    def stands(self, request_id: str) -> None:
        """Nothing to keep."""

    def close(self) -> None:
        """Let go of the pins; closing twice is allowed."""
        for pin in self._pins:
            pin.close()

    def _is_green(self) -> bool:
        return bool(self._pins[2].value)

    def _is_red(self) -> bool:
        return len(self._pins) > 3 and bool(self._pins[3].value)

    def _send(self, card: int, bits: int) -> None:
        for place in reversed(range(bits)):
            line = self._pins[card >> place & 1]
            line.on()
            until = time.perf_counter() + PULSE_SECONDS
            while time.perf_counter() < until:
                pass
            line.off()
            time.sleep(SPACE_SECONDS)


def wiegand_door(settings: WiegandSettings) -> ComposedDoor:
    """A badge door of a panel on two data wires."""

    def opener(_report: Report, _policy: OfflinePolicy) -> OpenedByPanel:
        return OpenedByPanel()

    return ComposedDoor(WiegandPanel(settings), opener, OfflinePolicy.FAIL_CLOSED, settings.book)
