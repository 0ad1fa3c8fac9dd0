"""A gate at which tickets are linked to palms, besides being redeemed."""

from __future__ import annotations

from thenar.records import Link, OfflinePolicy
from thenar_access.book import Book
from thenar_access.door import ComposedDoor, MakeOpener
from thenar_access.roles import Authority
from thenar_access.tickets import TicketOffice


class TicketGate(ComposedDoor):
    """A :class:`thenar.protocols.TicketDoor` besides.

    Args:
        office: where tickets are linked.
        authority, opener, offline, book: as for :class:`~thenar_access.door.ComposedDoor`.
    """

    def __init__(
        self,
        office: TicketOffice,
        authority: Authority,
        opener: MakeOpener,
        offline: OfflinePolicy,
        book: Book,
    ) -> None:
        self._office = office
        super().__init__(authority, opener, offline, book)

    def find_ticket(self, ticket: str) -> str:
        """The ticket's order. Raises UnknownObject, DoorError."""
        return self._office.find(ticket)

    def link_ticket(self, ticket: str, subject: str) -> Link:
        """Tie the ticket to a medium that is noted as the person's. Raises as find_ticket."""
        return self._office.link(ticket, subject)

    def unlink_ticket(self, link: Link) -> None:
        """Make a link worthless. Raises DoorError."""
        self._office.unlink(link)

    def close(self) -> None:
        """Let go of the hardware and of connections; closing twice is allowed."""
        super().close()
        self._office.close()
