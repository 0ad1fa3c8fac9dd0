"""Turnstiles and relays with feedback on Modbus TCP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import attrs
from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

from thenar.errors import DoorError, InvalidRecord
from thenar_access.arm import Inputs
from thenar_access.claims import Claims
from thenar_access.contacts import ContactTurnstile
from thenar_access.limits import MODBUS_SECONDS
from thenar_access.roles import Report

_AT_ONCE = 2000
"""Inputs that one Modbus request can read."""

_address = attrs.validators.and_(attrs.validators.ge(0), attrs.validators.lt(65536))


@attrs.frozen
class ModbusSettings:
    """The table ``[doors.NAME.opens.modbus]``. Addresses count from 0.

    Attributes:
        host: of the controller.
        coil: that releases, address 0..65535.
        released: discrete input that is on while it is released.
        rotated: discrete input that goes on when a person passes; without it nothing is
            known of who passed.
        fire: discrete input of the fire alarm, where it is wired to the controller.
        port: TCP port.
        unit: device id, 0..255.
        passage_seconds: how long it stays released, > 0.
        claim: holding register by which several gates share the turnstile, e.g. one inside
            and one outside.
        gate: number of this one among them, 1..255, each its own.
    """

    host: str
    coil: int = attrs.field(validator=_address)
    released: int = attrs.field(validator=_address)
    rotated: int | None = attrs.field(default=None, validator=attrs.validators.optional(_address))
    fire: int | None = attrs.field(default=None, validator=attrs.validators.optional(_address))
    port: int = 502
    unit: int = 1
    passage_seconds: float = attrs.field(default=5.0, validator=attrs.validators.gt(0))
    claim: int | None = attrs.field(default=None, validator=attrs.validators.optional(_address))
    gate: int = attrs.field(default=1, validator=[attrs.validators.ge(1), attrs.validators.le(255)])

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord where the inputs are too far apart for one exchange."""
        if _span(self)[1] > _AT_ONCE:
            raise InvalidRecord(f"modbus: expected inputs within {_AT_ONCE} addresses.")


class ModbusContacts:
    """The :class:`~thenar_access.contacts.Contacts` of a controller on Modbus TCP."""

    without_power = "as the controller's own watchdog is set"

    def __init__(self, settings: ModbusSettings) -> None:
        self._settings = settings
        self._first, self._count = _span(settings)
        self._wire = threading.Lock()
        self._claims = Claims(self, settings.gate, settings.passage_seconds)
        self._client = ModbusTcpClient(
            settings.host, port=settings.port, timeout=MODBUS_SECONDS, retries=0
        )

    def read(self) -> Inputs:
        """All inputs in one exchange. Raises DoorError."""
        at, unit, first = self._settings, self._settings.unit, self._first
        bits = self._exchange(
            lambda client: client.read_discrete_inputs(first, count=self._count, device_id=unit)
        ).bits
        return Inputs(
            released=bits[at.released - first],
            rotated=None if at.rotated is None else bits[at.rotated - first],
            fire=at.fire is not None and bits[at.fire - first],
        )

    def switch(self, *, on: bool) -> None:
        """The coil. Raises DoorError."""
        coil, unit = self._settings.coil, self._settings.unit
        self._exchange(lambda client: client.write_coil(coil, on, device_id=unit))

    def claim(self) -> bool:
        """By the register that the gates share, where there is one. Raises DoorError."""
        return self._settings.claim is None or self._claims.take()

    def give_back(self) -> None:
        """Raises DoorError."""
        if self._settings.claim is not None:
            self._claims.give_back()

    def get(self) -> int:
        """The shared register. Raises DoorError."""
        register, unit = self._settings.claim or 0, self._settings.unit
        answer = self._exchange(
            lambda client: client.read_holding_registers(register, count=1, device_id=unit)
        )
        return int(answer.registers[0])

    def put(self, value: int) -> None:
        """The shared register. Raises DoorError."""
        register, unit = self._settings.claim or 0, self._settings.unit
        self._exchange(lambda client: client.write_register(register, value, device_id=unit))

    def close(self) -> None:
        """Disconnect; closing twice is allowed."""
        with self._wire:
            self._client.close()  # type: ignore[no-untyped-call]

    def _exchange(self, ask: Callable[[ModbusTcpClient], Any]) -> Any:
        with self._wire:
            try:
                if not (self._client.connected or self._client.connect()):  # type: ignore[no-untyped-call]
                    raise DoorError("modbus: the controller does not answer.")
                answer = ask(self._client)
            except (ModbusException, OSError) as error:
                self._client.close()  # type: ignore[no-untyped-call]
                raise DoorError(f"modbus: no answer ({type(error).__name__}).") from None
        if answer.isError():
            raise DoorError("modbus: the controller refused; check the addresses.")
        return answer


def modbus_turnstile(settings: ModbusSettings, report: Report) -> ContactTurnstile:
    """A turnstile, or a relay with feedback, on Modbus TCP."""
    return ContactTurnstile(ModbusContacts(settings), settings.passage_seconds, report)


def _span(settings: ModbusSettings) -> tuple[int, int]:
    """First discrete input and how many, from it to the last."""
    inputs = (settings.released, settings.rotated, settings.fire)
    used = [one for one in inputs if one is not None]
    return min(used), max(used) - min(used) + 1
