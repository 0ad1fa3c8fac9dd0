"""Turnstiles and locks on the pins of this computer (gpiozero).

gpiozero, because its pins can be replaced by simulated ones: what is tested here is what runs
on a Raspberry Pi. Elsewhere on Linux it works by lgpio on /dev/gpiochipN.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import attrs

from thenar.errors import DoorError, SettingsError
from thenar_access.arm import Inputs
from thenar_access.contacts import ContactTurnstile
from thenar_access.roles import Report


class Energised(StrEnum):
    """What the relay does while it is on."""

    RELEASES = "releases"
    """A strike or a turnstile's input: without power it is locked."""
    LOCKS = "locks"
    """A magnet: without power it is open."""


@attrs.frozen
class GpioSettings:
    """The table ``[doors.NAME.opens.gpio]``. Pins as gpiozero names them, e.g. ``"GPIO17"``.

    Attributes:
        relay: output that drives the relay.
        released: input that is active while it is released: the lock's own contact, or a
            second contact of the relay. Without one nobody could say that it opened.
        rotated: input that goes active when a person passes: the arm, or the door's contact.
        fire: input of the fire alarm, where it is wired here.
        energised: what the relay does while it is on.
        relay_active_high: False for relay boards that switch on a low level.
        inputs_pull_up: True where contacts close to ground; False where they close to 3.3 V.
        passage_seconds: how long it stays released, > 0.
    """

    relay: str
    released: str
    rotated: str | None = None
    fire: str | None = None
    energised: Energised = Energised.RELEASES
    relay_active_high: bool = True
    inputs_pull_up: bool = True
    passage_seconds: float = attrs.field(default=5.0, validator=attrs.validators.gt(0))


class GpioContacts:
    """The :class:`~thenar_access.contacts.Contacts` on pins.

    Raises:
        SettingsError: gpiozero is not installed.
        DoorError: a pin is not there, or in use.
    """

    def __init__(self, settings: GpioSettings) -> None:
        try:
            import gpiozero
        except ImportError as error:
            raise SettingsError(
                f"gpio: {error.name} is not installed.",
                remedy="pip install 'thenar-access[gpio]'.",
            ) from None
        self._error = gpiozero.GPIOZeroError
        releases = settings.energised is Energised.RELEASES
        self.without_power = "locked" if releases else "open"
        self._devices: list[gpiozero.GPIODevice] = []
        try:
            # "On" is released, so that what is left when the program ends is the relay at rest.
            self._relay = gpiozero.DigitalOutputDevice(
                settings.relay, active_high=settings.relay_active_high is releases
            )
            self._devices.append(self._relay)
            self._released, self._rotated, self._fire = (
                self._input(gpiozero.DigitalInputDevice, pin, pull_up=settings.inputs_pull_up)
                for pin in (settings.released, settings.rotated, settings.fire)
            )
        except self._error as error:
            self.close()
            raise DoorError(f"gpio: a pin cannot be used ({error}).") from None

    def read(self) -> Inputs:
        """One look at the pins. Raises DoorError."""
        try:
            return Inputs(
                released=bool(self._released.value),
                rotated=None if self._rotated is None else bool(self._rotated.value),
                fire=self._fire is not None and bool(self._fire.value),
            )
        except self._error as error:
            raise DoorError(f"gpio: not readable ({type(error).__name__}).") from None

    def switch(self, *, on: bool) -> None:
        """The relay. Raises DoorError."""
        try:
            self._relay.value = on
        except self._error as error:
            raise DoorError(f"gpio: not switched ({type(error).__name__}).") from None

    def claim(self) -> bool:
        """A pin belongs to one program, and here to one door."""
        return True

    def give_back(self) -> None:
        """Nothing to give back."""

    def close(self) -> None:
        """Let go of the pins; closing twice is allowed."""
        for device in self._devices:
            device.close()

    def _input(self, make: Any, pin: str | None, *, pull_up: bool) -> Any:
        if pin is None:
            return None
        device = make(pin, pull_up=pull_up)
        self._devices.append(device)
        return device


def gpio_turnstile(settings: GpioSettings, report: Report) -> ContactTurnstile:
    """A turnstile or a lock on this computer's pins."""
    return ContactTurnstile(GpioContacts(settings), settings.passage_seconds, report)
