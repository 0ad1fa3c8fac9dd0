"""A ticket is scanned or typed at the gate, and linked to the palm that is shown then."""

import json
import threading

import attrs
import httpx
import pytest

from thenar.device.attendant import Action, Attendant
from thenar.device.display import Stage
from thenar.device.kiosk import Kiosk
from thenar.device.program import ticket_actions
from thenar.device.settings import DeviceSettings
from thenar.device.terminal import TerminalDoor
from thenar.device.ticket import link_ticket
from thenar.errors import (
    CloudRefused,
    CloudUnreachable,
    DoorError,
    InteractionCancelled,
    SettingsError,
    UnknownObject,
)
from thenar.messages import LinkView
from thenar.parameters import DEVICE
from thenar.records import Hand, Link, LinkKind
from thenar.testing.simulated import SimulatedGate

from .conftest import SUBJECT, ScriptedService

PATIENCE = 60
CODE = "T-20261123-000042"


class Office(SimulatedGate):
    """A gate whose tickets can be linked."""

    def __init__(self):
        super().__init__()
        self.linked = {}
        self.is_away = False

    def find_ticket(self, ticket):
        if self.is_away:
            raise DoorError("nobody answers")
        if ticket != CODE:
            raise UnknownObject("no such ticket")
        return "order ABC"

    def link_ticket(self, ticket, subject):
        link = Link(LinkKind.TICKET, "the office's own name", f"medium {len(self.linked)}")
        self.linked[link.value] = subject
        return link

    def unlink_ticket(self, link):
        self.linked.pop(link.value, None)


class Service(ScriptedService):
    """Takes links too."""

    def answer(self, method, path, body):
        if path == "/v1/links":
            return LinkView(link="c" * 32, **body["link"])
        return super().answer(method, path, body)


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def gate(terminal, office):
    """The terminal with that gate."""
    doors = dict(terminal.doors) | {"north": TerminalDoor("north", "tickets", office)}
    return attrs.evolve(terminal, doors=doors)


def test_the_palm_that_is_shown_then_has_the_ticket(gate, office, service, camera, visits):
    camera.show(visits[Hand.RIGHT])
    linked = link_ticket(gate, "north", CODE)
    assert (linked.kind, linked.provider) == (LinkKind.TICKET, "tickets")
    (sent,) = service.sent("/v1/links")
    assert sent["body"]["assertion"] == "an assertion that is for link"
    assert sent["body"]["link"]["value"] == sent["key"] == "medium 0"
    assert office.linked == {"medium 0": SUBJECT}
    shown = gate.display.shown
    assert (shown.stage, shown.title) == (Stage.ACCEPTED, "Your ticket is linked: order ABC")


def test_a_code_that_is_no_ticket_asks_for_no_palm(gate, office, service):
    assert link_ticket(gate, "north", "T-1") is None
    assert gate.display.shown.title == "There is no such ticket"
    assert service.requests == []


def test_a_palm_that_is_not_enrolled_gets_no_ticket(gate, office, service, camera, visits):
    service.recognises = False
    camera.show(visits[Hand.RIGHT])
    assert link_ticket(gate, "north", CODE) is None
    assert gate.display.shown.title == "Not recognised"
    assert (office.linked, service.sent("/v1/links")) == ({}, [])


def test_a_ticket_office_that_is_away_is_said_to_be(gate, office, service):
    office.is_away = True
    with pytest.raises(DoorError):
        link_ticket(gate, "north", CODE)
    assert gate.display.shown.title == "The ticket office does not answer"
    assert service.requests == []


@pytest.mark.parametrize("stage", [Stage.WORKING, Stage.PALM])
def test_whoever_stops_leaves_nothing_behind(gate, office, service, camera, visits, stage):
    def stop(shown):
        if shown.stage is stage and not service.requests:
            gate.cancel()

    gate.display.subscribe(stop)
    camera.show(visits[Hand.RIGHT])
    with pytest.raises(InteractionCancelled):
        link_ticket(gate, "north", CODE)
    assert (office.linked, service.requests) == ({}, [])


def test_a_lost_answer_is_asked_for_again(gate, office, service, camera, visits):
    service.drop("/v1/links", 1)
    camera.show(visits[Hand.RIGHT])
    assert link_ticket(gate, "north", CODE) is not None
    keys = [sent["key"] for sent in service.sent("/v1/links")]
    assert keys == ["medium 0", "medium 0"]


@pytest.mark.parametrize("fault", ["refused", "away"])
def test_what_the_service_does_not_confirm_is_worth_nothing(
    gate, office, service, camera, visits, fault
):
    if fault == "refused":
        service.refusal = ("/v1/links", "duplicate-link")
    else:
        service.drop("/v1/links", DEVICE.attempts)
    camera.show(visits[Hand.RIGHT])
    with pytest.raises((CloudRefused, CloudUnreachable)):
        link_ticket(gate, "north", CODE)
    assert office.linked == {}


def test_other_doors_take_no_tickets(terminal):
    with pytest.raises(SettingsError, match="cannot be linked at the door 'north'"):
        link_ticket(terminal, "north", CODE)
    assert ticket_actions(terminal, DeviceSettings()) == {}


def test_an_action_takes_its_turn_from_the_watched_door(gate, office, camera, visits):
    """The watch waits for a palm; the action stops it, and gets that palm."""
    looking, done, stopping = threading.Event(), threading.Event(), threading.Event()

    def look():
        looking.set()
        gate.start()
        while not (gate.is_cancelled or stopping.is_set()):
            stopping.wait(0.01)

    def flow(terminal, sent):
        camera.show(visits[Hand.RIGHT])
        link_ticket(terminal, "north", sent["ticket"])
        done.set()

    with Attendant(gate, {"ticket": Action("Link my ticket", flow)}) as attendant:

        def watch():
            while not stopping.is_set():
                attendant.watch(look)

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            assert looking.wait(PATIENCE)
            assert attendant.start("ticket", {"ticket": CODE})
            assert done.wait(PATIENCE)
        finally:
            stopping.set()
            watching.join(PATIENCE)
    assert office.linked == {"medium 0": SUBJECT}


def test_the_page_and_the_till_send_the_code(gate, office, camera, visits):
    done = threading.Event()
    gate.display.subscribe(lambda shown: shown.stage is Stage.ACCEPTED and done.set())
    camera.show(visits[Hand.RIGHT])
    offered = ticket_actions(gate, DeviceSettings())
    with Attendant(gate, offered) as attendant, Kiosk(attendant, port=0) as kiosk:
        spanish = httpx.get(f"{kiosk.url}/actions", params={"lang": "es"}).json()
        assert spanish == [{"name": "ticket", "label": "Vincular mi entrada"}]
        sent = httpx.post(f"{kiosk.url}/actions/ticket", content=json.dumps({"ticket": CODE}))
        assert sent.status_code == 202
        assert done.wait(PATIENCE)
    assert office.linked == {"medium 0": SUBJECT}
