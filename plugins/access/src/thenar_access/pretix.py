"""Stadium gates on pretix: tickets are redeemed at its check-in lists."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import attrs
import httpx

from thenar.errors import DoorError
from thenar.records import Decision, OfflinePolicy, Passage
from thenar_access.book import Book
from thenar_access.doubts import TOO_LATE, Doubt, Doubts, Whose
from thenar_access.groups import Direction, Groups, is_group
from thenar_access.limits import GROUP_SECONDS, SETTLED_SECONDS
from thenar_access.opens import Opens
from thenar_access.pending import Pending
from thenar_access.pretix_api import NotSent, PretixApi
from thenar_access.recent import Recent
from thenar_access.ticket_gate import TicketGate
from thenar_access.tickets import TicketOffice

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

SETTLING = "an earlier try is being settled; please try again"
"""The ticket is taken, maybe by this person's own redemption that was not answered."""

_UNSUCCESSFUL = "Cannot annul an unsuccessful checkin"


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
        pending: file of what is redeemed and not yet used, so that a gate that was killed
            in between takes it back when it is started again; without one that is left to
            pretix's staff.
    """

    url: str
    organizer: str
    lists: tuple[int, ...] = attrs.field(validator=attrs.validators.min_len(1))
    opens: Opens
    token: str = attrs.field(repr=False)
    direction: Direction = Direction.ENTRY
    offline: OfflinePolicy = OfflinePolicy.FAIL_CLOSED
    book: Book = attrs.field(factory=Book)
    pending: Path | None = None


class Pretix:
    """The authority for tickets: pretix, with a nonce made of the request and the ticket.

    A credential is a ticket's secret, or the identifier of a reusable medium (type
    *barcode*) that tickets are linked to, see :class:`~thenar_access.tickets.TicketOffice`.
    """

    def __init__(self, settings: PretixSettings) -> None:
        self._api = PretixApi(settings.url, settings.organizer, settings.token)
        self._lists = list(settings.lists)
        self._type = settings.direction.value
        self._groups = Groups(self._api, self._lists, settings.direction)
        self._nonces: Recent[str, str] = Recent()
        self._let_in: Recent[str, Whose] = Recent()
        self._doubts = Doubts(self._annul, self._let_go)
        self._pending = Pending(settings.pending)
        for left in self._pending.left():
            self._nonces.put(left.request, left.nonce)
            self._doubts.add(left.request, is_touched=True)

    def ask(self, passage: Passage) -> Decision:
        """Redeem. Raises DoorError: pretix does not answer."""
        if not passage.credential.isprintable() or passage.credential.strip() != passage.credential:
            return Decision(allow=False, reason=REASONS["invalid"])  # pretix would trim it
        if is_group(passage.credential):
            return self._ask_for_one_of(passage)
        return self._ask_for_one(passage)

    def withdraw(self, request_id: str, why: str) -> None:
        """Annul the redemption, so that the ticket can be used again. Raises DoorError."""
        try:
            annulled = self._annul(request_id, why)
        except DoorError:
            nonce = self._nonces.get(request_id)
            if nonce is not None:
                self._pending.ask(nonce, request_id)
            self._doubts.add(request_id, self._let_in.get(request_id), is_touched=True)
            raise
        if not annulled:
            raise DoorError("pretix did not annul the redemption.", request_id=request_id)

    def stands(self, request_id: str) -> None:
        """The door opens: what was redeemed for it, answered or not, is used."""
        self._pending.use(request_id)
        self._doubts.drop(request_id)

    def close(self) -> None:
        """Close connections; what is still in doubt is left to pretix's staff, in the log."""
        self._doubts.close()
        self._api.close()
        self._pending.close()

    def _ask_for_one_of(self, passage: Passage) -> Decision:
        """The next of a group: one person at each presentation of the palm."""
        until = time.monotonic() + GROUP_SECONDS
        earlier = self._doubts.resume(_whose(passage))
        if earlier is not None:
            self._take_back(earlier, passage)
        group = self._groups.of(passage.credential)
        if not group.members:
            return Decision(allow=False, reason=REASONS["invalid"])
        decision = Decision(allow=False, reason=group.nobody_left)
        for number, secret in enumerate(group.waiting, start=1):
            if time.monotonic() > until:
                raise DoorError("pretix: too slow for a group.")
            decision = self._redeem(passage, secret)
            if decision.allow:
                inside = f"{group.done + number} of {group.members}"
                return attrs.evolve(decision, reason=f"{decision.reason}: {inside} of the group")
        return decision

    def _ask_for_one(self, passage: Passage) -> Decision:
        """Somebody whose last redemption was not answered gets the answer to that one."""
        until = time.monotonic() + SETTLED_SECONDS
        earlier = self._doubts.resume(_whose(passage))
        nonce = ""
        if earlier is not None and earlier.is_touched:
            self._take_back(earlier, passage)
        elif earlier is not None:
            nonce = self._nonces.get(earlier.request) or ""
        if time.monotonic() > until:
            if earlier is not None and nonce:
                self._doubts.add(earlier.request, _whose(passage))
            raise DoorError("pretix: too slow to settle the earlier try.")
        is_in_doubt = self._doubts.concern(_whose(passage))
        decision = self._redeem(passage, passage.credential, nonce)
        if is_in_doubt and decision.reason == REASONS["already_redeemed"]:
            return attrs.evolve(decision, reason=SETTLING)
        return decision

    def _redeem(self, passage: Passage, secret: str, repeated: str = "") -> Decision:
        """With the nonce of a redemption that may have been carried out, where there is one."""
        request = passage.request_id
        nonce = repeated or _nonce(request, secret)
        self._pending.ask(nonce, request)
        try:
            status, answer = self._api.post(
                "checkinrpc/redeem/",
                {
                    "secret": secret,
                    "source_type": "barcode",
                    "lists": self._lists,
                    "type": self._type,
                    "nonce": nonce,
                    "questions_supported": False,
                },
            )
        except DoorError as error:
            if repeated or not isinstance(error, NotSent):
                self._nonces.put(request, nonce)
                self._doubts.add(request, _whose(passage))
            else:
                self._pending.settle(nonce)
            raise
        reason = str(answer.get("reason") or answer.get("status") or "")
        if status == httpx.codes.CREATED and reason == "ok":
            self._nonces.put(request, nonce)
            self._let_in.put(request, _whose(passage))
            return Decision(allow=True, reason=f"ticket valid for {self._type}")
        self._pending.settle(nonce)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return Decision(allow=False, reason="pretix does not accept this gate's token")
        known = REASONS.get(reason, f"pretix says no ({reason or status})")
        return Decision(allow=False, reason=known)

    def _take_back(self, doubt: Doubt, passage: Passage) -> None:
        """Until pretix knows of it, it stays in doubt. Raises DoorError: no answer."""
        is_settled = False
        try:
            is_settled = self._annul(doubt.request, TOO_LATE)
        finally:
            if not is_settled:
                self._doubts.add(doubt.request, _whose(passage), is_touched=True)

    def _annul(self, request_id: str, why: str) -> bool:
        """Whether there was a redemption, and it is annulled now. Raises DoorError.

        A redemption that was refused, or annulled by a call whose answer was lost, is told
        as unsuccessful: nothing of it stands.
        """
        nonce = self._nonces.get(request_id)
        if nonce is None:
            return False
        status, answer = self._api.post(
            "checkinrpc/annul/", {"lists": self._lists, "nonce": nonce, "error_explanation": why}
        )
        if status == httpx.codes.OK or _UNSUCCESSFUL in answer.get("errors", ()):
            self._pending.settle(nonce)
            return True
        return False

    def _let_go(self, request_id: str) -> None:
        """It has not arrived for so long that it will not."""
        nonce = self._nonces.get(request_id)
        if nonce is not None:
            self._pending.settle(nonce)


def _whose(passage: Passage) -> Whose:
    return passage.subject, passage.credential


def _nonce(request: str, secret: str) -> str:
    """One for each attempt: pretix keeps the refused ones too, and annuls by the nonce."""
    return f"{request}.{hashlib.sha256(secret.encode('utf-8')).hexdigest()[:12]}"


def pretix_gate(settings: PretixSettings) -> TicketGate:
    """A gate whose tickets are linked and redeemed at pretix."""
    office = TicketOffice(settings.url, settings.organizer, settings.token, settings.lists)
    opener, offline = settings.opens.make, settings.offline
    return TicketGate(office, Pretix(settings), opener, offline, settings.book)
