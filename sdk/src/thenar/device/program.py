"""``thenar device run``: the page, the till's requests, and the watched door."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from thenar.device.age import check_age
from thenar.device.attendant import Action, Attendant, attend
from thenar.device.checkout import check_out, open_tab
from thenar.device.enrol import enrol
from thenar.device.forget import forget
from thenar.device.give_back import give_back
from thenar.device.kiosk import Kiosk
from thenar.device.loyalty import present_loyalty
from thenar.device.passage import badge, enter
from thenar.device.pay import pay
from thenar.device.pulse import Pulse
from thenar.device.settings import DeviceSettings
from thenar.device.terminal import Terminal
from thenar.device.ticket import link_ticket
from thenar.device.words import Words
from thenar.errors import AcquisitionFailure, CloudUnreachable
from thenar.messages import Basket, Consent, LoyaltyAction, Purpose
from thenar.records import Hand, Money


def actions(settings: DeviceSettings) -> dict[str, Action]:
    """What the page and the till can start, by name.

    The till sends along: ``pay`` an amount (``minor``, and ``currency``), ``loyalty``
    an ``action`` and ``points``, ``enter`` and ``badge`` a ``door``, ``enrol`` the
    ``hands`` and ``card: false`` where no card is linked. ``checkout`` takes a
    ``basket`` (:class:`~thenar.messages.Basket`) with ``tip``, ``redeem`` and
    ``receipt`` where wanted, ``tips`` to let the customer choose one of these percents and
    ``choose_card`` to let them choose a card, ``tab`` an amount to hold with the ``most`` that
    the basket may cost, ``refund`` an amount and the ``payment`` where it is known, ``age``
    the ``years``.
    """
    consent = Consent(text=settings.consent, purposes=tuple(Purpose))

    def start_enrol(terminal: Terminal, sent: Mapping[str, Any]) -> object:
        hands = [Hand(hand) for hand in sent.get("hands", ["right"])]
        return enrol(terminal, hands=hands, consent=consent, card=bool(sent.get("card", True)))

    def start_pay(terminal: Terminal, sent: Mapping[str, Any]) -> object:
        return pay(terminal, Money(sent["minor"], sent.get("currency", settings.currency)))

    def start_checkout(terminal: Terminal, sent: Mapping[str, Any]) -> object:
        wanted = ("tip", "tips", "choose_card", "redeem", "receipt")
        chosen = {name: sent[name] for name in wanted if name in sent}
        return check_out(terminal, Basket.model_validate(sent["basket"]), **chosen)

    def start_tab(terminal: Terminal, sent: Mapping[str, Any]) -> object:
        hold = Money(sent["minor"], sent.get("currency", settings.currency))
        chosen = {name: sent[name] for name in ("most", "choose_card") if name in sent}
        return open_tab(terminal, hold, **chosen)

    def start_refund(terminal: Terminal, sent: Mapping[str, Any]) -> object:
        amount = Money(sent["minor"], sent.get("currency", settings.currency))
        return give_back(terminal, amount, payment=sent.get("payment", ""))

    def start_loyalty(terminal: Terminal, sent: Mapping[str, Any]) -> object:
        action = LoyaltyAction(sent.get("action", LoyaltyAction.LOOK_UP))
        return present_loyalty(terminal, action, points=int(sent.get("points", 0)))

    return {
        "enrol": Action(Words("Enrol my palm"), start_enrol),
        "loyalty": Action(Words("My points"), start_loyalty),
        "forget": Action(Words("Delete my palm"), lambda terminal, _: forget(terminal)),
        "pay": Action("", start_pay),
        "checkout": Action("", start_checkout),
        "tab": Action("", start_tab),
        "refund": Action("", start_refund),
        "age": Action("", lambda terminal, sent: check_age(terminal, int(sent["years"]))),
        "enter": Action("", lambda terminal, sent: enter(terminal, sent["door"])),
        "badge": Action("", lambda terminal, sent: badge(terminal, sent["door"])),
    }


def ticket_actions(terminal: Terminal, settings: DeviceSettings) -> dict[str, Action]:
    """Linking a ticket, at a terminal that has a gate for it.

    The page, a scanner at it or the till sends the ``ticket``; and the ``door``, where it
    is not the watched one, or the only one.
    """
    gates = [one.name for one in terminal.doors.values() if hasattr(one.door, "link_ticket")]
    if not gates:
        return {}
    usual = settings.door if settings.door in gates else gates[0]

    def start_ticket(terminal: Terminal, sent: Mapping[str, Any]) -> object:
        return link_ticket(terminal, sent.get("door", usual), str(sent["ticket"]).strip())

    return {"ticket": Action(Words("Link my ticket"), start_ticket)}


def serve(terminal: Terminal, settings: DeviceSettings, stopping: threading.Event) -> None:
    """Serve the page until ``stopping`` is set, watching the door where there is one.

    Raises:
        CameraUnavailable: the camera went away while a door was watched.
    """
    with (
        Attendant(terminal, actions(settings) | ticket_actions(terminal, settings)) as attendant,
        Kiosk(
            attendant,
            host=settings.kiosk_host,
            port=settings.kiosk_port,
            language=settings.language,
        ) as kiosk,
    ):
        print(f"The page is at {kiosk.url}", flush=True)  # noqa: T201 -- what this program is for
        pulse = Pulse(terminal)
        while not stopping.is_set():
            pulse.beat()
            if settings.door:
                attendant.watch(partial(watch, terminal, settings))
            else:
                stopping.wait(1.0)
            deliver(terminal)


def watch(terminal: Terminal, settings: DeviceSettings) -> None:
    """Let at most one person pass the watched door; the next one begins with an empty view."""
    pass_by = badge if settings.door_takes == "badge" else enter

    def flow() -> None:
        try:
            pass_by(terminal, settings.door)
        except AcquisitionFailure:
            terminal.display.idle()
        else:
            terminal.hover.wait_until_clear(None)

    attend(terminal, flow)


def deliver(terminal: Terminal) -> None:
    """Send the door decisions that were kept while the service did not answer."""
    try:
        terminal.journal.deliver(terminal.cloud)
    except CloudUnreachable:
        return
