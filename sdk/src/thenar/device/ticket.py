"""Link a ticket to a palm at the gate itself."""

from __future__ import annotations

from contextlib import suppress
from typing import cast

import attrs

from thenar.device.display import Stage
from thenar.device.identify import identify
from thenar.device.terminal import Terminal, TerminalDoor, insist
from thenar.device.words import Words
from thenar.errors import DoorError, SettingsError, ThenarError, UnknownObject
from thenar.messages import LinkView, Purpose
from thenar.protocols import TicketDoor


def link_ticket(terminal: Terminal, door: str, ticket: str) -> LinkView | None:
    """Look the ticket up, recognise its holder, and tie it to their palm.

    Nothing is changed anywhere before the palm is recognised, so stopping leaves nothing
    behind. Where the service does not confirm the link, it is made worthless at the ticket
    office again: the holder shows the ticket once more and gets another.

    Args:
        terminal: where the ticket and the palm are shown.
        door: name of the gate.
        ticket: what the barcode says, or what was typed.

    Returns:
        The link; None where there is no such ticket, or nobody was recognised.

    Raises:
        SettingsError: tickets cannot be linked at this door.
        DoorError: the ticket office does not answer.
        InteractionCancelled: stopped.
        AcquisitionFailure, AttackDetected, CloudUnreachable, CloudRefused: as
            :func:`~thenar.device.identify.identify`.
    """
    terminal.start()
    gate = terminal.door(door)
    office = ticket_office(gate)
    title = Words("Link your ticket")
    terminal.display.say(Stage.WORKING, title, Words("One moment"))
    try:
        name = office.find_ticket(ticket)
    except UnknownObject:
        staff = Words("Please ask a member of staff")
        terminal.display.say(Stage.REFUSED, Words("There is no such ticket"), staff)
        return None
    except DoorError:
        again = Words("Please try again in a moment")
        terminal.display.say(Stage.REFUSED, Words("The ticket office does not answer"), again)
        raise
    terminal.stop_if_cancelled()
    answer = identify(terminal, Purpose.LINK, title=title)
    assertion = answer.assertion
    if assertion is None or answer.subject is None:
        return None
    link = attrs.evolve(office.link_ticket(ticket, answer.subject), provider=gate.provider)
    try:
        view = insist(lambda: terminal.cloud.link(assertion, link, idempotency_key=link.value))
    except ThenarError:
        with suppress(ThenarError):  # worth nothing without the palm that it was not tied to
            office.unlink_ticket(link)
        raise
    linked = Words("Your ticket is linked: {ticket}", ticket=name)
    terminal.display.say(Stage.ACCEPTED, linked, Words("Show your palm to enter"))
    return view


def ticket_office(gate: TerminalDoor) -> TicketDoor:
    """The door, where tickets can be linked at it. Raises SettingsError."""
    if not hasattr(gate.door, "link_ticket"):
        raise SettingsError(f"Tickets cannot be linked at the door {gate.name!r}.")
    return cast("TicketDoor", gate.door)
