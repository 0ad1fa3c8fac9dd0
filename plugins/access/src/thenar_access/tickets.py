"""Linking tickets to palms: pretix's reusable media stand for the palm."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import httpx

from thenar.errors import DoorError, InvalidRecord, UnknownObject
from thenar.records import Link, LinkKind
from thenar_access.groups import new_group
from thenar_access.pretix_api import PretixApi


class TicketOffice:
    """Ties tickets to links, ahead of time or at the gate.

    A link holds the identifier of a reusable medium, never the ticket's secret: it is
    worth nothing elsewhere, and pretix can move it to another ticket or block it.

    Args:
        url: of pretix.
        organizer: its slug.
        token: API token of a device.
        lists: numbers of the check-in lists whose tickets can be linked.
    """

    def __init__(self, url: str, organizer: str, token: str, lists: Sequence[int]) -> None:
        self._api = PretixApi(url, organizer, token)
        self._lists = tuple(lists)

    def find(self, ticket: str) -> str:
        """The order of the ticket with this secret. Raises as :meth:`link`."""
        return str(self._find(ticket)["order"])

    def link(self, ticket: str, subject: str = "") -> Link:
        """A link for the ticket with this secret, to be sent with the enrolment.

        Args:
            ticket: its secret.
            subject: whose it is, where that is known, see :meth:`belongs_to`.

        Raises:
            UnknownObject: no such ticket on these lists.
            DoorError: pretix does not answer.
        """
        found = self._find(ticket)
        return self._make(secrets.token_hex(16), [found], f"ticket {found['order']}", subject)

    def link_season(self, tickets: Sequence[str]) -> Link:
        """A link for one person's tickets of several events: at each its own is redeemed.

        Raises:
            UnknownObject, DoorError: as :meth:`link`.
            InvalidRecord: no tickets.
        """
        found = self._find_all(tickets)
        return self._make(secrets.token_hex(16), found, f"season, {len(found)} tickets")

    def link_group(self, tickets: Sequence[str]) -> Link:
        """A link for several people with one palm: each presentation lets the next one pass.

        Raises:
            UnknownObject, DoorError, InvalidRecord: as :meth:`link_season`.
        """
        found = self._find_all(tickets)
        return self._make(new_group(), found, f"group of {len(found)}")

    def belongs_to(self, link: Link, subject: str) -> None:
        """Note at pretix whose link it is, for the set of tonight's ticket holders.

        Args:
            link: that was tied to the person's palm.
            subject: what the tenant knows the person by.

        Raises:
            DoorError: pretix does not answer.
        """
        self._change(link, {"notes": subject})

    def unlink(self, link: Link) -> None:
        """Make a link worthless; one that is not known is left alone. Raises DoorError."""
        self._change(link, {"active": False, "linked_orderpositions": []})

    def close(self) -> None:
        """Close connections; closing twice is allowed."""
        self._api.close()

    def _find_all(self, tickets: Sequence[str]) -> list[dict[str, Any]]:
        if not tickets:
            raise InvalidRecord("Expected at least one ticket, got none.")
        return [self._find(ticket) for ticket in dict.fromkeys(tickets)]

    def _find(self, ticket: str) -> dict[str, Any]:
        found = [
            one
            for one in self._api.pages(
                "checkinrpc/search/", list=self._lists, search=ticket, ignore_status="true"
            )
            if one["secret"] == ticket
        ]
        if len({one["id"] for one in found}) != 1:
            raise UnknownObject("pretix: expected one ticket with this code on the gate's lists.")
        return found[0]

    def _make(
        self, identifier: str, tickets: Sequence[dict[str, Any]], label: str, subject: str = ""
    ) -> Link:
        status, _ = self._api.post(
            "reusablemedia/",
            {
                "type": "barcode",
                "identifier": identifier,
                "active": True,
                "notes": subject,
                "linked_orderpositions": [ticket["id"] for ticket in tickets],
            },
        )
        if status != httpx.codes.CREATED:
            raise DoorError(f"pretix: the ticket was not linked (status {status}).")
        return Link(LinkKind.TICKET, "pretix", identifier, label=label)

    def _change(self, link: Link, body: dict[str, object]) -> None:
        for medium in self._api.pages("reusablemedia/", identifier=link.value):
            status, _ = self._api.patch(f"reusablemedia/{medium['id']}/", body)
            if status != httpx.codes.OK:
                raise DoorError(f"pretix: the link was not changed (status {status}).")
