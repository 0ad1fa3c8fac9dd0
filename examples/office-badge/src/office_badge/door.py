"""A door of the building: the access server decides, and opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from office_badge.access_server import AccessServer, NoAnswer
from thenar.errors import DoorError
from thenar.records import Decision, OfflinePolicy, Passage


@attrs.frozen
class DoorSettings:
    """The table ``[doors.NAME]`` of one door.

    Attributes:
        url: of the access server.
        token: that facility management issued for this reader.
        door: the server's number for the door.
        seconds: after which an answer is given up.
        offline: what it does when nobody can be asked; doors on escape routes have a
            mechanical way out and stay closed too.
    """

    url: str
    token: str = attrs.field(repr=False)
    door: int
    seconds: float = attrs.field(default=2.0, validator=attrs.validators.gt(0))
    offline: OfflinePolicy = OfflinePolicy.FAIL_CLOSED


class LighthouseDoor:
    """Asks and opens at the access server."""

    def __init__(self, settings: DoorSettings) -> None:
        self.offline = settings.offline
        self._number = settings.door
        self._server = AccessServer(settings.url, settings.token, settings.seconds)

    def ask(self, passage: Passage) -> Decision:
        """May this badge pass? Raises DoorError: the server does not answer."""
        body = {"badge": passage.credential, "request": passage.request_id}
        answer = self._asked("ask", body)
        allow, reason = answer.get("allow"), answer.get("reason")
        if not isinstance(allow, bool) or not isinstance(reason, str) or not reason:
            raise DoorError("The access server did not answer as agreed.")
        return Decision(allow=allow, reason=reason, request_id=passage.request_id)

    def open(self, decision: Decision) -> None:
        """Let one person through. Raises DoorError: it is not to be opened, or did not open."""
        if not decision.allow:
            raise DoorError("Expected a decision that allows passage.")
        answer = self._asked("open", {"request": decision.request_id})
        if answer.get("opened") is not True:
            raise DoorError("The access server did not open the door.")

    def close(self) -> None:
        """Close the connections; closing twice is allowed."""
        self._server.close()

    def _asked(self, what: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        try:
            return self._server.ask(f"/doors/{self._number}/{what}", body)
        except NoAnswer as error:
            raise DoorError(
                f"The access server does not answer ({error}).",
                remedy="look at the server, and at the network of the door.",
            ) from None
