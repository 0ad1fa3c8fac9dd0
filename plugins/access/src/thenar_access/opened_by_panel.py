"""Where the lock is wired to the control panel."""

from __future__ import annotations

from thenar.errors import DoorError
from thenar_access.roles import State


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
        raise DoorError("The panel opens this door; wire its release to the panel.")

    def close(self) -> None:
        """Nothing to let go of."""
