"""Linking tickets to palms: pretix's reusable media stand for the palm."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import httpx

from thenar.errors import DoorError, UnknownObject
from thenar.records import Link, LinkKind
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

    def link(self, ticket: str) -> Link:
        """A link for the ticket with this secret, to be sent with the enrolment.

        Raises:
            UnknownObject: no such ticket on these lists.
            DoorError: pretix does not answer.
        """
        found = [
            one
            for one in self._api.pages(
                "checkinrpc/search/", list=self._lists, search=ticket, ignore_status="true"
            )
            if one["secret"] == ticket
        ]
        if len(found) != 1:
            raise UnknownObject("pretix: expected one ticket with this code on the gate's lists.")
        identifier = secrets.token_hex(16)
        status, _ = self._api.post(
            "reusablemedia/",
            {
                "type": "barcode",
                "identifier": identifier,
                "active": True,
                "linked_orderpositions": [found[0]["id"]],
            },
        )
        if status != httpx.codes.CREATED:
            raise DoorError(f"pretix: the ticket was not linked (status {status}).")
        return Link(LinkKind.TICKET, "pretix", identifier, label=f"ticket {found[0]['order']}")

    def unlink(self, link: Link) -> None:
        """Make a link worthless; one that is not known is left alone. Raises DoorError."""
        for medium in self._api.pages("reusablemedia/", identifier=link.value):
            body = {"active": False, "linked_orderpositions": []}
            status, _ = self._api.patch(f"reusablemedia/{medium['id']}/", body)
            if status != httpx.codes.OK:
                raise DoorError(f"pretix: the ticket was not unlinked (status {status}).")

    def close(self) -> None:
        """Close connections; closing twice is allowed."""
        self._api.close()
