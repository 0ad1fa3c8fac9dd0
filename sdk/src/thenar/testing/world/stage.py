"""What the simulated world stands on: hardware, services, the two programs, and time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from unittest import mock

from thenar.client import AdminClient, DeviceClient, activate
from thenar.cloud import Services
from thenar.device.display import Display
from thenar.device.liveness import BandsCheck, ColourCheck, PatternCheck
from thenar.device.settings import private_folder
from thenar.device.terminal import Terminal, TerminalDoor
from thenar.errors import SettingsError
from thenar.matching import NumpyMatcher
from thenar.parameters import DEVICE
from thenar.protocols import Door, LoyaltyProgram, PaymentProcessor
from thenar.records import FrameSet, Hand
from thenar.signature import BlockCode
from thenar.synthetic import Person as Synthetic
from thenar.synthetic import empty
from thenar.testing.simulated import (
    Fault,
    Faults,
    RunningClock,
    SimulatedBadgeDoor,
    SimulatedCamera,
    SimulatedCardReader,
    SimulatedGate,
    SimulatedLoyalty,
    SimulatedNotifier,
    SimulatedObserver,
    SimulatedProcessor,
)
from thenar.testing.world.network import FaultyNetwork
from thenar.testing.world.people import SHOWN, Person, Shows
from thenar.testing.world.service import ADMIN_KEY, RunningService

FPS = 10.0
FRAMES = DEVICE.steady_frames + 1
"""Frames of one visit on which a hand is held still; then it is taken away."""

VISITS = 2
"""Captures that a person shows in turn, besides the one at enrolment."""

GATE, OFFICE = "gate", "office"


class Stage:
    """A stage for integrations; a context manager.

    Real are the two programs and the HTTP between them; simulated are people, hardware
    and the services around. Any of those can be yours instead. While the world is open,
    ``time.time`` is its clock, which runs on when somebody waits on it.

    Args:
        folder: where everything lies; empty.
        payment: instead of the simulated processor, with the name that it gives its tokens.
        loyalty: instead of the simulated programme, by name.
        gate: instead of the simulated gate.
        office: instead of the simulated badge door.
        seed: of the people.

    Attributes:
        clock: advance it to let time pass.
        network: between terminal and service; its faults befall ``"cloud"``.
        camera, card_reader, processor, loyalty, gate, office, notifier, observer:
            what is simulated.
        terminal: at the counter; its ``display`` is what the customer sees.
        people: name → who; those who are not entered carry nothing.
        subjects: name → whom the service knows them as.
    """

    def __init__(
        self,
        folder: Path,
        *,
        payment: tuple[str, PaymentProcessor] | None = None,
        loyalty: Mapping[str, LoyaltyProgram] | None = None,
        gate: Door | None = None,
        office: Door | None = None,
        seed: int = 1,
    ) -> None:
        self.clock = RunningClock()
        self.camera = SimulatedCamera(fps=FPS, clock=self.clock)
        self.card_reader = SimulatedCardReader(self.clock)
        self.processor = SimulatedProcessor(faults=Faults(self.clock))
        self.loyalty = SimulatedLoyalty(faults=Faults(self.clock))
        self.gate = SimulatedGate(faults=Faults(self.clock))
        self.office = SimulatedBadgeDoor(faults=Faults(self.clock))
        self.notifier = SimulatedNotifier(faults=Faults(self.clock))
        self.observer = SimulatedObserver()
        self.network = FaultyNetwork(Faults(self.clock))
        self.people: dict[str, Person] = {}
        self.subjects: dict[str, str] = {}
        self._payment = payment or ("simulated", self.processor)
        self._loyalty: Mapping[str, LoyaltyProgram] = loyalty or {"simulated": self.loyalty}
        self._doors = {GATE: gate or self.gate, OFFICE: office or self.office}
        self._folder = folder
        self._seed = seed
        self._visits = 0
        self._drawn: dict[tuple[int, Hand, Shows, int], Sequence[FrameSet]] = {}
        self._numbers: dict[str, int] = {}
        self._open = ExitStack()
        self.terminal: Terminal

    def __enter__(self) -> Self:
        self._open.enter_context(mock.patch("time.time", self.clock.time))
        services = Services(
            signature=BlockCode(),
            matcher=NumpyMatcher(),
            payment=self._payment[1],
            payment_name=self._payment[0],
            loyalty=self._loyalty,
            notifier=self.notifier,
            observer=self.observer,
        )
        service = RunningService(self._folder / "cloud", services, self.clock)
        self._open.callback(service.stop)
        service.start()
        self.terminal = self._activated(service.url)
        self._open.callback(self.terminal.cloud.close)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def programme(self) -> str:
        """Name of the loyalty programme that memberships are linked to."""
        return next(iter(self._loyalty))

    def _activated(self, url: str) -> Terminal:
        with AdminClient(url, ADMIN_KEY) as admin:
            tenant = admin.create_tenant("Simulation")
            site = admin.create_site(tenant.tenant, "High Street")
            waiting = admin.create_device(site.site, "till 1")
        identity = activate(url, waiting.code)
        providers = {GATE: "simulated-gate", OFFICE: "simulated-badge"}
        return Terminal(
            source=self.camera.open(),
            cloud=DeviceClient(url, identity, transport=self.network),
            checks=(PatternCheck(), ColourCheck(), BandsCheck()),
            state=private_folder(self._folder / "device"),
            display=Display(),
            card_reader=self.card_reader,
            payment=self._payment[1],
            doors={
                name: TerminalDoor(name, providers[name], door)
                for name, door in self._doors.items()
            },
            clock=self.clock.time,
        )

    def add(self, name: str, person: Person) -> None:
        """Somebody joins: the ticket is sold, the badge issued, the membership opened."""
        self.people[name] = person
        if person.ticket:
            until = self.clock.time() + 3600 * person.ticket_hours
            self.gate.sell(person.ticket, valid_to=until)
        if person.badge:
            self.office.issue(person.badge)
        if person.member:
            self.loyalty.join(person.member, points=person.points)

    def show(
        self, name: str, *hands: Hand, what: Shows = Shows.PALM, enrolling: bool = False
    ) -> None:
        """Somebody comes and holds one palm after the other before the camera.

        Args:
            name: who; a stranger where nobody of that name was added.
            hands: which; the right one where none is given.
            what: the palm itself, or a picture of it.
            enrolling: whether it is the visit at which they enrol; later visits show
                other captures of the same palm.
        """
        self.camera.clear()
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        if what is Shows.NOTHING:
            return
        self._visits += 1
        sample = 0 if enrolling else 1 + self._visits % VISITS
        for hand in hands or (Hand.RIGHT,):
            self.camera.show(self._seen(1000 * self._seed + number, hand, what, sample))

    def _seen(self, person: int, hand: Hand, what: Shows, sample: int) -> Sequence[FrameSet]:
        """What the camera sees of one visit; drawn once."""
        key = (person, hand, what, sample)
        if key not in self._drawn:
            palm = Synthetic(person).palm(hand)
            held = [SHOWN[what](palm, sample, number=number) for number in range(FRAMES)]
            self._drawn[key] = held + [empty(0)] * DEVICE.clear_frames
        return self._drawn[key]

    @contextmanager
    def fault(self, place: str, fault: Fault) -> Iterator[None]:
        """Something goes wrong within the context.

        Args:
            place: ``"cloud"``, ``"camera"``, ``"card_reader"``, ``"processor"``, ``"loyalty"``,
                ``"gate"``, ``"office"`` or ``"notifier"``; with a point and a method's name,
                only calls of that.
            fault: what.

        Raises:
            SettingsError: there is no such place.
        """
        name, _, call = place.partition(".")
        places: dict[str, Faults] = {
            "cloud": self.network.faults,
            "camera": self.camera.faults,
            "card_reader": self.card_reader.faults,
            "processor": self.processor.faults,
            "loyalty": self.loyalty.faults,
            "gate": self.gate.faults,
            "office": self.office.faults,
            "notifier": self.notifier.faults,
        }
        if name not in places:
            raise SettingsError(f"No fault can befall {name!r}, only {', '.join(places)}.")
        with places[name].every(fault, *([call] if call else [])):
            yield
