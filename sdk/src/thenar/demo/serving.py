"""Leaving kiosk and portal up, with a synthetic hand for whoever presses a button."""

from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Mapping
from typing import Any

import httpx
from rich.console import Console
from rich.markup import escape

from thenar.demo.steps import Step, hold
from thenar.demo.world import BEN, CONSENT, World
from thenar.device.attendant import Action, Attendant
from thenar.device.enrol import enrol
from thenar.device.forget import forget
from thenar.device.kiosk import Kiosk
from thenar.device.loyalty import present_loyalty
from thenar.device.passage import badge, enter
from thenar.device.pay import pay
from thenar.device.terminal import Terminal
from thenar.records import Hand, Link, LinkKind, Money
from thenar.synthetic import Palm, Show, on_screen, printed
from thenar.testing.simulated import VISA


def serve_page(world: World) -> str:
    """Serve the page from now on."""
    attendant = world.keep(Attendant(world.terminal, actions(world)))
    world.kiosk_url = world.keep(Kiosk(attendant)).url
    page = httpx.get(world.kiosk_url)
    hold(page.is_success, f"the page, got {page.status_code}")
    return world.kiosk_url


SERVE_PAGE = Step("The terminal's page is up", serve_page)


def actions(world: World) -> dict[str, Action]:
    """Buttons for the page; each sends a synthetic customer to the reader."""
    newcomers = itertools.count(100)
    ben = world.person(2)
    enrolled: list[Palm] = [ben.palm(Hand.RIGHT)]

    def start_enrol(terminal: Terminal, _: Mapping[str, Any]) -> None:
        number = next(newcomers)
        palm = world.person(number).palm(Hand.RIGHT)
        world.hardware.card_reader.insert(VISA)
        world.loyalty.join(f"M-{number}", points=10)
        world.gate.sell(f"T-{number}")
        world.office.issue(f"B-{number}")
        links = [
            Link(LinkKind.LOYALTY, "simulated", f"M-{number}"),
            Link(LinkKind.TICKET, "simulated-gate", f"T-{number}"),
            Link(LinkKind.BADGE, "simulated-badge", f"B-{number}"),
        ]
        world.show(palm)
        enrol(terminal, hands=[Hand.RIGHT], consent=CONSENT, links=links)
        enrolled.append(palm)

    def start_pay(terminal: Terminal, _: Mapping[str, Any]) -> None:
        world.show(enrolled[-1])
        pay(terminal, Money(450, "EUR"))

    def start_loyalty(terminal: Terminal, _: Mapping[str, Any]) -> None:
        world.show(enrolled[-1])
        present_loyalty(terminal)

    def start_enter(terminal: Terminal, _: Mapping[str, Any]) -> None:
        world.show(enrolled[-1])
        enter(terminal, "north")

    def start_badge(terminal: Terminal, _: Mapping[str, Any]) -> None:
        world.show(enrolled[-1])
        badge(terminal, "office")

    def start_forget(terminal: Terminal, _: Mapping[str, Any]) -> None:
        world.show(enrolled[-1])
        if forget(terminal) is not None and len(enrolled) > 1:
            enrolled.pop()

    def start_stranger(terminal: Terminal, _: Mapping[str, Any]) -> None:
        world.show(world.person(next(newcomers)).palm(Hand.LEFT))
        pay(terminal, Money(450, "EUR"))

    def attack(label: str, by: Show) -> Action:
        def start(terminal: Terminal, _: Mapping[str, Any]) -> None:
            world.show(enrolled[-1], by=by)
            pay(terminal, Money(450, "EUR"))

        return Action(label, start)

    return {
        "enrol": Action("Enrol", start_enrol),
        "pay": Action("Pay EUR 4.50", start_pay),
        "loyalty": Action("My points", start_loyalty),
        "enter": Action("Enter", start_enter),
        "badge": Action("Badge in", start_badge),
        "print": attack("Pay with a print", printed),
        "screen": attack("Pay with a screen", on_screen),
        "stranger": Action(
            "A stranger pays",
            start_stranger,
        ),
        "forget": Action("Delete my palm", start_forget),
    }


def serve_until_stopped(console: Console, world: World) -> None:
    """Print the addresses, and what the simulated notifier delivers, until Ctrl-C."""
    stopping = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stopping.set())
    console.print(f"\nKiosk:  {world.kiosk_url}\nPortal: {world.portal_url}")
    console.print(f"[dim]At the portal, sign in as {BEN}; the code is shown here.[/]")
    console.print("[dim]Ctrl-C ends both, and deletes everything.[/]")
    told = 0
    while not stopping.wait(0.5):
        delivered = world.notifier.delivered(BEN)
        for message in delivered[told:]:
            console.print(f"[bold]{escape(message.subject)}[/]: {escape(message.body)}")
        told = len(delivered)
