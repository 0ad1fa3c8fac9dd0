"""Office badge doors on OSDP v2: the palm reader as a peripheral of a control panel.

The panel keeps its badge holders, schedules and locks. It is sent the badge number that
is linked to the palm, as a card read in a Wiegand format, and answers with its reader
LED; it opens the door itself. (IEC 60839-11-5, by libosdp.)
"""

from __future__ import annotations

from thenar.errors import DoorError, InvalidRecord
from thenar.records import Decision, OfflinePolicy, Passage
from thenar_access.door import ComposedDoor
from thenar_access.limits import ANSWER_SECONDS
from thenar_access.osdp_reader import OsdpReader
from thenar_access.osdp_settings import OsdpSettings
from thenar_access.roles import Report, State
from thenar_access.wiegand import encode


class Panel:
    """The authority for badges: an access control panel.

    A credential is ``"FACILITY:NUMBER"``, e.g. ``"17:4242"``.
    """

    def __init__(self, settings: OsdpSettings) -> None:
        self._bits = settings.bits
        self._granted, self._denied = settings.granted, settings.denied
        self._reader = OsdpReader(
            settings.port, settings.baud, settings.address, bytes.fromhex(settings.key)
        )

    def ask(self, passage: Passage) -> Decision:
        """Send the card read, and wait for the LED. Raises DoorError: the panel is away."""
        try:
            facility, number = (int(part) for part in passage.credential.split(":"))
            card = encode(facility, number, bits=self._bits)
        except (ValueError, InvalidRecord):
            return Decision(allow=False, reason=f"not a badge number of {self._bits} bits")
        shown = self._reader.present(
            card, self._bits, answers={self._granted, self._denied}, within=ANSWER_SECONDS
        )
        if shown is None:
            raise DoorError("osdp: the panel took the badge and showed neither yes nor no.")
        if shown == self._granted:
            return Decision(allow=True, reason="the panel lets this badge in")
        return Decision(allow=False, reason="the panel does not let this badge in")

    def withdraw(self, request_id: str, why: str) -> None:
        """Nothing to undo: the panel watches its own door contact."""

    def stands(self, request_id: str) -> None:
        """Nothing to keep."""

    def close(self) -> None:
        """Leave the line; closing twice is allowed."""
        self._reader.close()


class OpenedByPanel:
    """An :class:`~thenar_access.roles.Opener` that leaves it to the panel."""

    without_power = "as the panel's lock is"

    def state(self) -> State:
        """Always ready: the panel knows."""
        return State.READY

    def open(self, request_id: str) -> None:
        """The panel has opened already; there is no other way."""

    def hold(self, *, on: bool) -> None:  # noqa: ARG002 - of the protocol
        """Only the panel can. Raises DoorError."""
        raise DoorError("osdp: the panel opens this door; wire its release to the panel.")

    def close(self) -> None:
        """Nothing to let go of."""


def osdp_door(settings: OsdpSettings) -> ComposedDoor:
    """A badge door of an OSDP control panel."""

    def opener(_report: Report, _policy: OfflinePolicy) -> OpenedByPanel:
        return OpenedByPanel()

    return ComposedDoor(Panel(settings), opener, OfflinePolicy.FAIL_CLOSED)
