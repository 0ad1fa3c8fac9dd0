"""Turnstiles and relays with feedback on Modbus TCP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import attrs
from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

from thenar.errors import DoorError
from thenar_access.limits import ANSWER_SECONDS, MODBUS_SECONDS, MOMENT_SECONDS, POLL_SECONDS
from thenar_access.roles import Outcome, Report, State

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
    """

    host: str
    coil: int = attrs.field(validator=_address)
    released: int = attrs.field(validator=_address)
    rotated: int | None = attrs.field(default=None, validator=attrs.validators.optional(_address))
    fire: int | None = attrs.field(default=None, validator=attrs.validators.optional(_address))
    port: int = 502
    unit: int = 1
    passage_seconds: float = attrs.field(default=5.0, validator=attrs.validators.gt(0))


class ModbusTurnstile:
    """An :class:`~thenar_access.roles.Opener` on Modbus TCP.

    The coil is on from the release until a person has passed or the time is up.
    """

    def __init__(self, settings: ModbusSettings, report: Report) -> None:
        self._settings = settings
        self._report = report
        self._wire = threading.Lock()
        self._client = ModbusTcpClient(
            settings.host, port=settings.port, timeout=MODBUS_SECONDS, retries=0
        )
        self._watch: threading.Thread | None = None
        self._closed = threading.Event()

    def state(self) -> State:
        """What the inputs say. Raises DoorError: no answer, or open though nobody asked."""
        if self._settings.fire is not None and self._input(self._settings.fire):
            return State.FIRE
        if self._watch is not None:
            self._watch.join(MOMENT_SECONDS)
            if self._watch.is_alive():
                return State.BUSY
        if self._input(self._settings.released):
            raise DoorError("modbus: expected a locked turnstile, it is released.")
        return State.READY

    def open(self, request_id: str) -> None:
        """Switch the coil on and wait until the turnstile is released. Raises DoorError."""
        try:
            self._switch(on=True)
            self._wait_until_released()
        except DoorError:
            self._switch_off()
            raise
        self._watch = threading.Thread(
            target=self._watch_passage, args=(request_id,), name="modbus", daemon=True
        )
        self._watch.start()

    def close(self) -> None:
        """Switch the coil off and disconnect; closing twice is allowed."""
        self._closed.set()
        if self._watch is not None:
            self._watch.join()
        with self._wire:
            self._client.close()  # type: ignore[no-untyped-call]

    def _wait_until_released(self) -> None:
        until = time.monotonic() + ANSWER_SECONDS / 2
        while not self._input(self._settings.released):
            if time.monotonic() > until:
                raise DoorError("modbus: the coil is on, but the turnstile stayed locked.")
            time.sleep(POLL_SECONDS)

    def _watch_passage(self, request: str) -> None:
        try:
            outcome = self._passage()
        except DoorError:
            outcome = Outcome.SILENT
        self._switch_off()
        self._report(request, outcome)

    def _passage(self) -> Outcome:
        """Until one rotation is seen, or the time is up. Raises DoorError: no answer."""
        rotated = self._settings.rotated
        until = time.monotonic() + self._settings.passage_seconds
        before = rotated is not None and self._input(rotated)
        while time.monotonic() < until:
            if self._closed.wait(POLL_SECONDS):
                return Outcome.SILENT
            if rotated is None:
                continue
            now = self._input(rotated)
            if now and not before:
                return Outcome.PASSED
            before = now
        return Outcome.SILENT if rotated is None else Outcome.TURNED_BACK

    def _switch_off(self) -> None:
        """As well as can be: the controller's own watchdog is to lock it where this fails."""
        try:
            self._switch(on=False)
        except DoorError:
            return

    def _switch(self, *, on: bool) -> None:
        unit, coil = self._settings.unit, self._settings.coil
        self._exchange(lambda client: client.write_coil(coil, on, device_id=unit).isError())

    def _input(self, address: int) -> bool:
        unit, read = self._settings.unit, [False]

        def ask(client: ModbusTcpClient) -> bool:
            answer = client.read_discrete_inputs(address, count=1, device_id=unit)
            read[0] = not answer.isError() and bool(answer.bits[0])
            return bool(answer.isError())

        self._exchange(ask)
        return read[0]

    def _exchange(self, is_refused: Callable[[ModbusTcpClient], bool]) -> None:
        with self._wire:
            try:
                if not (self._client.connected or self._client.connect()):  # type: ignore[no-untyped-call]
                    raise DoorError("modbus: the controller does not answer.")
                if is_refused(self._client):
                    raise DoorError("modbus: the controller refused; check the addresses.")
            except (ModbusException, OSError) as error:
                self._client.close()  # type: ignore[no-untyped-call]
                raise DoorError(f"modbus: no answer ({type(error).__name__}).") from None
