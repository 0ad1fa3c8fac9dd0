"""A terminal and a real service with a relay between them; the service can be restarted."""

import threading
from urllib.parse import urlsplit

from thenar.client import AdminClient, DeviceClient, activate
from thenar.cloud import Services
from thenar.device.display import Display
from thenar.device.liveness import BandsCheck, ColourCheck, PatternCheck
from thenar.device.settings import private_folder
from thenar.device.terminal import Terminal, TerminalDoor
from thenar.matching import NumpyMatcher
from thenar.records import Band, Hand
from thenar.signature import BlockCode
from thenar.synthetic import Person, empty, render
from thenar.testing.simulated import (
    SimulatedBadgeDoor,
    SimulatedCamera,
    SimulatedCardReader,
    SimulatedClock,
    SimulatedGate,
    SimulatedLoyalty,
    SimulatedProcessor,
    SystemClock,
)
from thenar.testing.world.service import ADMIN_KEY, RunningService

from .relay import Relay

PATIENCE, IMPATIENCE = 60.0, 2.0
"""Seconds: of a device that is to be answered, and of one that is to give the network up."""
_drawn = {}


def visit(seed, sample=0, hand=Hand.RIGHT):
    """A palm that is held for a moment, in visible light."""
    key = (seed, sample, hand)
    if key not in _drawn:
        one = render(Person(seed).palm(hand), sample, bands=(Band.RGB,))
        nothing = empty(0, bands=(Band.RGB,))
        _drawn[key] = [nothing, *[one] * 6, *[nothing] * 4]
    return _drawn[key]


class Site:
    def __init__(self, folder):
        self.folder = folder
        self.restarted, self._restarting = False, []
        self.processor, self.loyalty = SimulatedProcessor(), SimulatedLoyalty()
        self.gate, self.office = SimulatedGate(), SimulatedBadgeDoor()
        self.service = self.started()
        with AdminClient(self.service.url, ADMIN_KEY) as admin:
            self.tenant = admin.create_tenant("Stadium").tenant
            waiting = admin.create_device(admin.create_site(self.tenant, "North").site, "gate 1")
        identity = activate(self.service.url, waiting.code)
        self.relay = Relay(self.address())
        self.camera = SimulatedCamera(fps=12, background=visit(1)[0], clock=SimulatedClock())
        self.clock = self.camera._clock
        self.impatient = DeviceClient(self.relay.url, identity, timeout=IMPATIENCE)
        self.terminal = Terminal(
            source=self.camera.open(),
            cloud=DeviceClient(self.relay.url, identity, timeout=PATIENCE),
            checks=(PatternCheck(), ColourCheck(), BandsCheck()),
            state=private_folder(folder / "device"),
            display=Display(),
            card_reader=SimulatedCardReader(self.clock),
            payment=self.processor,
            doors={
                "north": TerminalDoor("north", "simulated-gate", self.gate),
                "office": TerminalDoor("office", "simulated-badge", self.office),
            },
            clock=self.clock.time,
        )

    def started(self):
        services = Services(
            signature=BlockCode(),
            matcher=NumpyMatcher(),
            payment=self.processor,
            payment_name="simulated",
            loyalty={"simulated": self.loyalty},
        )
        service = RunningService(self.folder / "cloud", services, SystemClock())
        service.start()
        return service

    def address(self):
        parts = urlsplit(self.service.url)
        return parts.hostname, parts.port

    def restart(self):
        """End the service, and start it again on what it kept."""
        ending = threading.Thread(target=self.service.stop)
        ending.start()
        self.relay.reset()
        ending.join()
        self.service = self.started()
        self.relay.target = self.address()

    def restart_later(self):
        """From within an answer that is then lost: the restart goes on beside it."""
        self.restarted = True
        self.relay.drops += 1
        restarting = threading.Thread(target=self.restart)
        restarting.start()
        self._restarting.append(restarting)

    def settled(self):
        """Wait until the restarts are done."""
        for thread in self._restarting:
            thread.join()

    def show(self, *arguments, **more):
        self.camera.clear()
        self.camera.show(visit(*arguments, **more))

    def doors(self):
        """What the service has on record of its doors, oldest first: what, and by which policy."""
        with AdminClient(self.service.url, ADMIN_KEY) as admin:
            found = admin.events(tenant=self.tenant, limit=100).items
        told = sorted((e for e in found if e.type.startswith("door.")), key=lambda e: e.number)
        return [(event.type, event.details["offline"]) for event in told]

    def stop(self):
        self.settled()
        self.relay.close()
        self.terminal.cloud.close()
        self.impatient.close()
        self.service.stop()
