"""The door: who may pass, and how it opens."""

from __future__ import annotations

import os
import threading

import attrs
from thenar.errors import DoorError
from thenar.records import Decision, OfflinePolicy, Passage


@attrs.frozen
class AcmePlugSettings:
    """The table ``[doors.NAME]`` of one door.

    Attributes:
        badges: numbers of the badges that may pass.
        relay: device of the relay that opens it.
        offline: what it does when nobody can be asked.
    """

    badges: tuple[str, ...]
    relay: str
    offline: OfflinePolicy = OfflinePolicy.FAIL_CLOSED


class Relay:
    """A USB relay of the LCUS-1 kind: four bytes switch it on.

    Args:
        device: e.g. ``/dev/ttyUSB0``.
    """

    ON = bytes([0xA0, 0x01, 0x01, 0xA2])

    def __init__(self, device: str) -> None:
        self._device = device
        self._lock = threading.Lock()

    def pulse(self) -> None:
        """Open the door once. Raises DoorError: the relay is not there."""
        try:
            with self._lock:
                line = os.open(self._device, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY)
                try:
                    os.write(line, self.ON)
                finally:
                    os.close(line)
        except OSError as error:
            raise DoorError(
                f"The relay {self._device} cannot be switched: {error.strerror}.",
                remedy="check the cable, and the device in the settings.",
            ) from error


class AcmePlugDoor:
    """A door that knows its badges by heart."""

    def __init__(self, settings: AcmePlugSettings) -> None:
        self.offline = settings.offline
        self._badges = frozenset(settings.badges)
        self._relay = Relay(settings.relay)

    def ask(self, passage: Passage) -> Decision:
        """May this badge pass?"""
        known = passage.credential in self._badges
        return Decision(
            allow=known,
            reason="badge known" if known else "badge not known",
            request_id=passage.request_id,
        )

    def open(self, decision: Decision) -> None:
        """Let one person through. Raises DoorError: it is not to be opened, or does not open."""
        if not decision.allow:
            raise DoorError("Expected a decision that allows passage.")
        self._relay.pulse()

    def close(self) -> None:
        """Nothing to let go of: the relay is opened for each pulse."""
