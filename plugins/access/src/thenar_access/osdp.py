"""Office badge doors on OSDP v2: the palm reader as a peripheral of a control panel.

The panel keeps its badge holders and schedules. It is sent the badge number that is linked
to the palm, as a card read, and answers with its reader LED or with output 0. It opens the
door itself, or by output 0 what is wired here. (IEC 60839-11-5, by libosdp.)
"""

from __future__ import annotations

from thenar.errors import DoorError, InvalidRecord
from thenar.records import Decision, OfflinePolicy, Passage
from thenar_access.card_format import card_bits
from thenar_access.door import ComposedDoor, MakeOpener
from thenar_access.limits import ANSWER_SECONDS
from thenar_access.opened_by_panel import OpenedByPanel
from thenar_access.osdp_face import Lock, Output
from thenar_access.osdp_memory import Line, Memory
from thenar_access.osdp_reader import OsdpReader
from thenar_access.osdp_settings import OsdpSettings
from thenar_access.osdp_wires import Wires
from thenar_access.roles import Report


class Panel:
    """The authority for badges: an access control panel.

    A credential is ``"FACILITY:NUMBER"``, e.g. ``"17:4242"``, or ``"NUMBER"`` where the
    site's own format has no facility code.
    """

    def __init__(self, settings: OsdpSettings) -> None:
        self._bits, self._format = settings.bits, settings.format
        self._granted, self._denied = settings.granted, settings.denied
        self._yes = {self._granted, *([Lock.RELEASE] if settings.opens else [])}
        first = Line(settings.address, settings.baud, bytes.fromhex(settings.key) or None)
        self.reader = OsdpReader(settings.port, Memory(settings.memory, first))
        self._wires = (
            Wires(settings.tamper, settings.power, self.reader.report)
            if settings.tamper or settings.power
            else None
        )

    def ask(self, passage: Passage) -> Decision:
        """Send the card read, and wait for the answer. Raises DoorError: the panel is away."""
        try:
            card, bits = card_bits(passage.credential, self._bits, self._format)
        except InvalidRecord:
            bits = self._format.bits if self._format else self._bits
            return Decision(allow=False, reason=f"not a badge number of {bits} bits")
        shown = self.reader.present(
            card, bits, yes=self._yes, no={self._denied}, within=ANSWER_SECONDS
        )
        if shown is None:
            raise DoorError("osdp: the panel took the badge and showed neither yes nor no.")
        said = f": {self.reader.face.text}" if self.reader.face.text else ""
        if shown in self._yes:
            return Decision(allow=True, reason=f"the panel lets this badge in{said}")
        return Decision(allow=False, reason=f"the panel does not let this badge in{said}")

    def withdraw(self, request_id: str, why: str) -> None:
        """Nothing to undo: the panel watches its own door contact."""

    def stands(self, request_id: str) -> None:
        """Nothing to keep."""

    def close(self) -> None:
        """Leave the line; closing twice is allowed."""
        if self._wires is not None:
            self._wires.close()
        self.reader.close()


class PanelOutputs:
    """Output 0 is the lock, where it is wired here.

    Switched for a time it releases the lock for one person, permanently it holds it open,
    off it locks it again.

    Args:
        door: whose lock it is.
        is_lock_here: False: the panel has its own.
    """

    def __init__(self, door: ComposedDoor, *, is_lock_here: bool) -> None:
        self._door = door
        self._is_lock_here = is_lock_here

    def switch(self, output: Output) -> None:
        """Do what the panel switched, with that as the reason."""
        reason = f"the panel switched output {output.number}: {output.lock}"
        if not self._is_lock_here or output.number != 0:
            self._door.note(reason)
        elif output.lock is Lock.RELEASE:
            self._door.release(reason)
        else:
            self._door.hold(reason, on=output.lock is Lock.HOLD)


def osdp_door(settings: OsdpSettings) -> ComposedDoor:
    """A badge door of an OSDP control panel."""
    panel = Panel(settings)
    opener: MakeOpener = settings.opens.make if settings.opens else _opened_by_panel
    try:
        door = ComposedDoor(panel, opener, OfflinePolicy.FAIL_CLOSED, settings.book)
    except BaseException:
        panel.close()
        raise
    outputs = PanelOutputs(door, is_lock_here=settings.opens is not None)
    panel.reader.listen(outputs.switch, door.note)
    return door


def _opened_by_panel(_report: Report, _policy: OfflinePolicy) -> OpenedByPanel:
    return OpenedByPanel()
