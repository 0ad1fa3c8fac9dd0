"""The gate: tickets are redeemed here, and the turnstile lets one person through."""

from __future__ import annotations

from stadium_gate.journal import Journal, UnwritableJournal
from stadium_gate.settings import GateSettings
from stadium_gate.tickets import TicketList, UnreadableList
from stadium_gate.turnstile import NobodyPassed, NotKnown, release
from thenar.errors import DoorError
from thenar.records import Decision, Passage


class QuaysideGate:
    """One gate of the ground. Works without a network but for its own controller's."""

    def __init__(self, settings: GateSettings) -> None:
        self.offline = settings.offline
        self._settings = settings
        self._list = TicketList(settings.tickets)
        self._journal = self._opened(settings)

    def ask(self, passage: Passage) -> Decision:
        """Redeem a ticket, once per request. Raises DoorError: no list, or no journal."""
        try:
            reason = self._reason(passage)
        except UnreadableList as error:
            raise DoorError(
                f"The ticket list cannot be read ({error}).",
                remedy=f"export it again to {self._settings.tickets}.",
            ) from None
        except UnwritableJournal as error:
            raise DoorError(f"The journal of used tickets fails ({error}).") from None
        return Decision(
            allow=reason == "ticket valid", reason=reason, request_id=passage.request_id
        )

    def _reason(self, passage: Passage) -> str:
        ticket = self._list.tickets().get(passage.credential)
        if ticket is None:
            return "no such ticket"
        if ticket.block not in self._settings.blocks:
            return f"this gate does not lead to block {ticket.block}"
        if not ticket.valid_from <= passage.time < ticket.valid_to:
            return "ticket not valid at this time"
        if not self._journal.use(passage.credential, passage.request_id):
            return "ticket already used"
        return "ticket valid"

    def open(self, decision: Decision) -> None:
        """Let one person through; where nobody passed, the ticket can be used again.

        Raises:
            DoorError: nobody passed, or it is not known whether somebody did.
        """
        if not decision.allow:
            raise DoorError("Expected a decision that allows passage.")
        settings = self._settings
        try:
            release(settings.host, settings.port, settings.seconds)
        except NobodyPassed as error:
            self._journal.give_back(decision.request_id)
            raise DoorError(f"Nobody passed the turnstile: {error}.") from None
        except NotKnown as error:
            raise DoorError(
                f"The turnstile's controller gave no answer ({error}).",
                remedy="the ticket counts as used; a steward decides.",
            ) from None

    def close(self) -> None:
        """Nothing to let go of: list, journal and controller are opened for each use."""

    @staticmethod
    def _opened(settings: GateSettings) -> Journal:
        try:
            return Journal(settings.journal)
        except UnwritableJournal as error:
            raise DoorError(f"{settings.journal} is no journal ({error}).") from None
