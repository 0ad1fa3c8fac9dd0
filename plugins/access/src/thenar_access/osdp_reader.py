"""A peripheral on an OSDP line."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Collection
from typing import Any

import attrs
from osdp import (
    Capability,
    CardFormat,
    Command,
    Event,
    LibFlag,
    LogLevel,
    PDCapabilities,
    PdId,
    PDInfo,
    PeripheralDevice,
    StatusReportType,
)

from thenar.errors import DoorError
from thenar_access import osdp_face
from thenar_access.limits import ANSWER_SECONDS, KEYSET_SECONDS
from thenar_access.osdp_line import SerialLine
from thenar_access.osdp_memory import Memory

_IDENTITY = PdId(version=1, model=1, vendor_code=0, serial_number=0, firmware_version=0)
"""Told to the panel; vendor 0, since Thenar has no IEEE number."""

_CAPABILITIES = PDCapabilities(
    [
        (Capability.ContactStatusMonitoring, 1, 2),
        (Capability.OutputControl, 1, 1),
        (Capability.CardDataFormat, 1, 1),
        (Capability.LEDControl, 1, 1),
        (Capability.AudibleControl, 1, 1),
        (Capability.TextOutput, 1, 1),
        (Capability.CommunicationSecurity, 1, 1),
        (Capability.Readers, 1, 1),
    ]
)


@attrs.define
class Face:
    """What the panel shows at its reader, for who wants to show it to the person.

    Attributes:
        buzzer: the last sound.
        text: the last text.
        outputs: the last command for each output.
    """

    buzzer: osdp_face.Buzzer | None = None
    text: str = ""
    outputs: dict[int, osdp_face.Output] = attrs.field(factory=dict)


class OsdpReader:
    """Answers the panel's polls on a thread of its own, by a secure channel only.

    A reader without a key is in install mode: the panel reaches it by the default key, which
    everybody knows, and sets another. No card is presented before.

    Args:
        port: serial device.
        memory: key, address and speed, and what the panel makes of them.

    Raises:
        DoorError: the serial device does not open.
    """

    def __init__(self, port: str, memory: Memory) -> None:
        self.face = Face()
        self._memory = memory
        self._one_at_a_time = threading.Lock()
        self._signs: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._awaits: Collection[str] = ()
        self._settled_until = 0.0
        self._status = bytes(2)
        self._duties: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._line = SerialLine(port, memory.line.baud)
        self._device = self._start()
        self._open = True
        self._worker: threading.Thread | None = None

    def listen(
        self, on_output: Callable[[osdp_face.Output], None], note: Callable[[str], None]
    ) -> None:
        """Tell from now on, on a thread of its own, what the panel does besides answering cards.

        Args:
            on_output: told of output commands.
            note: told in a few words of all else.
        """
        self._on_output, self._note = on_output, note
        self._worker = threading.Thread(target=self._work, name="osdp", daemon=True)
        self._worker.start()

    @property
    def is_secure(self) -> bool:
        """Whether the panel polls, by a secure channel with a key of its own."""
        return bool(
            self._memory.line.key and self._device.is_online() and self._device.is_sc_active()
        )

    def present(
        self, card: int, bits: int, *, yes: Collection[str], no: Collection[str], within: float
    ) -> str | None:
        """Present a card, and wait for the panel's answer.

        Args:
            card: as the bits are sent on a Wiegand line, the first being the most
                significant of ``bits``.
            bits: how many.
            yes: signs that let in: colours, or :attr:`Lock.RELEASE
                <thenar_access.osdp_face.Lock>` of output 0. Where the panel shows a colour
                and switches the output too, both are the one answer.
            no: signs that do not.
            within: seconds to wait.

        Returns:
            The sign; or None where none of them was shown in time, and a card that the
            panel has not read yet is not presented any longer.

        Raises:
            DoorError: the panel does not poll, or not by a secure channel.
        """
        with self._one_at_a_time:
            if not self.is_secure:
                raise DoorError("osdp: no secure channel with the panel.")
            while not self._signs.empty():
                self._signs.get()
            self.face.text = ""
            self._awaits = yes
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
            answer = self._answer({*yes, *no}, within)
            if answer in yes and answer != osdp_face.Lock.RELEASE:
                self._settled_until = time.monotonic() + ANSWER_SECONDS
            self._awaits = ()
            if answer is None:
                self._take_back()
            return answer

    def report(self, *, tamper: bool, power_failed: bool) -> None:
        """Tell the panel, at its next poll, of the tamper contact and of mains power."""
        self._status = bytes([tamper, power_failed])
        with self._device.lock:
            self._device.ctx.submit_event(self._local_status())

    def close(self) -> None:
        """Leave the line; closing twice is allowed."""
        if self._open:
            self._open = False
            self._duties.put(None)
            if self._worker is not None:
                self._worker.join()
            self._device.teardown()
            self._line.close()

    def _start(self) -> PeripheralDevice:
        line = self._memory.line
        info = PDInfo(
            line.address,
            self._line,
            scbk=line.key,
            flags=[LibFlag.EnforceSecure if line.key else LibFlag.InstallMode],
            id=_IDENTITY,
        )
        device = PeripheralDevice(
            info, _CAPABILITIES, log_level=LogLevel.Critical, command_handler=self._on_command
        )
        device.start()
        return device

    def _answer(self, answers: Collection[str], within: float) -> str | None:
        until = time.monotonic() + within
        try:
            while (sign := self._signs.get(timeout=until - time.monotonic())) not in answers:
                continue
        except (queue.Empty, ValueError):  # ValueError: the time was up already
            return None
        return sign

    def _take_back(self) -> None:
        """A panel that comes back later must not read the card of somebody who has left."""
        with self._device.lock:
            self._device.ctx.flush_events()

    def _local_status(self) -> dict[str, Any]:
        return {
            "event": Event.Status,
            "type": StatusReportType.Local,
            "report": self._status,
        }

    def _on_command(self, command: dict[str, Any]) -> tuple[int, None]:
        """On libosdp's thread, which holds the device: nothing here may wait."""
        what = command["command"]
        if what == osdp_face.LED:
            self._signs.put(osdp_face.colour(command))
        elif what == osdp_face.BUZZER:
            self.face.buzzer = osdp_face.buzzer(command)
            self._duties.put(lambda: self._note("the panel sounds the buzzer"))
        elif what == osdp_face.TEXT:
            self.face.text = osdp_face.text(command)
        elif what == osdp_face.OUTPUT:
            self._on_output_command(osdp_face.output(command))
        elif what == Command.Keyset:
            return self._on_keyset(bytes(command["data"])), None
        elif what == Command.ComsetDone:
            self._on_comset(int(command["address"]), int(command["baud_rate"]))
        elif what == Command.Status and command["type"] == StatusReportType.Local:
            # libosdp 3.2 answers with zeros; the true status follows at the next poll.
            self._device.ctx.submit_event(self._local_status())
        return 0, None

    def _on_output_command(self, output: osdp_face.Output | None) -> None:
        if output is None:
            return
        self.face.outputs[output.number] = output
        is_lock = output.number == 0 and output.lock is osdp_face.Lock.RELEASE
        if is_lock and output.lock in self._awaits:
            self._signs.put(output.lock)
        elif not is_lock or time.monotonic() > self._settled_until:
            self._duties.put(lambda: self._on_output(output))

    def _on_keyset(self, key: bytes) -> int:
        was_installing = self._memory.line.key is None
        try:
            self._memory.keep(attrs.evolve(self._memory.line, key=key))
        except DoorError as error:
            message = error.message
            self._duties.put(lambda: self._note(message))
            return -1
        self._duties.put(lambda: self._note("the panel set the key"))
        if was_installing:
            self._duties.put(self._leave_install_mode)
        return 0

    def _on_comset(self, address: int, baud: int) -> None:
        self._line.baud = baud

        def keep() -> None:
            try:
                self._memory.keep(attrs.evolve(self._memory.line, address=address, baud=baud))
            except DoorError as error:
                self._note(error.message)
            else:
                self._note(f"the panel set address {address}, {baud} bits/s")

        self._duties.put(keep)

    def _leave_install_mode(self) -> None:
        """Once the panel has its answer, only the new key is good."""
        time.sleep(KEYSET_SECONDS)
        with self._one_at_a_time:
            self._device.teardown()
            self._device = self._start()

    def _work(self) -> None:
        while (duty := self._duties.get()) is not None:
            duty()
