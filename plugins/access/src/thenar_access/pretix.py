"""Stadium gates on pretix: tickets are redeemed at its check-in lists."""

from __future__ import annotations

from enum import StrEnum

import attrs
import httpx

from thenar.errors import DoorError
from thenar.records import Decision, OfflinePolicy, Passage
from thenar_access.book import Book
from thenar_access.door import ComposedDoor
from thenar_access.doubts import Doubts
from thenar_access.opens import Opens
from thenar_access.pretix_api import NotSent, PretixApi

REASONS = {
    "already_redeemed": "ticket already used",
    "ambiguous": "several tickets fit; please go to the desk",
    "already_exchanged": "ticket was exchanged for a card",
    "blocked": "ticket blocked",
    "canceled": "ticket cancelled",
    "exchange": "ticket must be exchanged at the desk",
    "incomplete": "a question is open; please go to the desk",
    "invalid": "no such ticket",
    "invalid_time": "ticket not valid at this time",
    "product": "ticket not for this entrance",
    "revoked": "ticket withdrawn",
    "rules": "the event's entry rules say no",
    "unapproved": "ticket not approved",
    "unpaid": "ticket not paid",
}
"""pretix's reasons in the door's words."""


class Direction(StrEnum):
    """Which way a gate leads."""

    ENTRY = "entry"
    EXIT = "exit"


@attrs.frozen
class PretixSettings:
    """The table ``[doors.NAME]`` of a gate on pretix.

    Attributes:
        url: of pretix, e.g. ``"https://pretix.example"``.
        organizer: its slug.
        token: API token of a device made for this gate.
        lists: numbers of the check-in lists, one for each event.
        opens: what opens.
        direction: which way it leads.
        offline: the site's fire policy.
        book: what is written down, and what evacuates it.
    """

    url: str
    organizer: str
    lists: tuple[int, ...] = attrs.field(validator=attrs.validators.min_len(1))
    opens: Opens
    token: str = attrs.field(repr=False)
    direction: Direction = Direction.ENTRY
    offline: OfflinePolicy = OfflinePolicy.FAIL_CLOSED
    book: Book = attrs.field(factory=Book)


class Pretix:
    """The authority for tickets: pretix, with the request id as its nonce.

    A credential is a ticket's secret, or the identifier of a reusable medium (type
    *barcode*) that a ticket is linked to.
    """

    def __init__(self, settings: PretixSettings) -> None:
        self._api = PretixApi(settings.url, settings.organizer, settings.token)
        self._lists = list(settings.lists)
        self._type = settings.direction.value
        self._doubts = Doubts(self._annul)

    def ask(self, passage: Passage) -> Decision:
        """Redeem. Raises DoorError: pretix does not answer."""
        try:
            status, answer = self._api.post(
                "checkinrpc/redeem/",
                {
                    "secret": passage.credential,
                    "source_type": "barcode",
                    "lists": self._lists,
                    "type": self._type,
                    "nonce": passage.request_id,
                    "questions_supported": False,
                },
            )
        except NotSent:
            raise
        except DoorError:
            self._doubts.add(passage.request_id)
            raise
        reason = str(answer.get("reason") or answer.get("status") or "")
        if status == httpx.codes.CREATED and reason == "ok":
            return Decision(allow=True, reason=f"ticket valid for {self._type}")
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return Decision(allow=False, reason="pretix does not accept this gate's token")
        known = REASONS.get(reason, f"pretix says no ({reason or status})")
        return Decision(allow=False, reason=known)

    def withdraw(self, request_id: str, why: str) -> None:
        """Annul the redemption, so that the ticket can be used again. Raises DoorError."""
        try:
            annulled = self._annul(request_id, why)
        except DoorError:
            self._doubts.add(request_id)
            raise
        if not annulled:
            raise DoorError("pretix did not annul the redemption.", request_id=request_id)

    def stands(self, request_id: str) -> None:
        """A redemption that was not answered is not to be annulled."""
        self._doubts.drop(request_id)

    def close(self) -> None:
        """Close connections; what is still in doubt is left to pretix's staff, in the log."""
        self._doubts.close()
        self._api.close()

    def _annul(self, request_id: str, why: str) -> bool:
        """Whether there was a redemption, and it is annulled now. Raises DoorError."""
        status, _ = self._api.post(
            "checkinrpc/annul/",
            {"lists": self._lists, "nonce": request_id, "error_explanation": why},
        )
        return status == httpx.codes.OK


def pretix_gate(settings: PretixSettings) -> ComposedDoor:
    """A gate whose tickets are redeemed at pretix."""
    return ComposedDoor(Pretix(settings), settings.opens.make, settings.offline, settings.book)
