"""Everything that the story plays in."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from thenar.client import DeviceIdentity
from thenar.demo.cloud import CloudProcess
from thenar.demo.hardware import FPS, Hardware
from thenar.demo.proof import Traces
from thenar.demo.settings import Places, write_settings
from thenar.device.assemble import assemble
from thenar.device.display import Shown
from thenar.device.settings import DeviceSettings
from thenar.device.terminal import Terminal
from thenar.messages import Consent, Purpose
from thenar.records import Hand, Prompt
from thenar.registry import Installed, Registry
from thenar.settings import load_settings
from thenar.synthetic import Palm, Person, Show, hover, render
from thenar.testing import simulated
from thenar.testing.simulated import (
    BooksSettings,
    Clock,
    GateSettings,
    SimulatedBadgeDoor,
    SimulatedClock,
    SimulatedGate,
    SimulatedLoyalty,
    SimulatedNotifier,
    SimulatedProcessor,
    SystemClock,
)

Kept = TypeVar("Kept")
BEN = "ben@example.org"
"""Where Ben's one-time codes go."""
CONSENT = Consent(text="demonstration 1 en", purposes=tuple(Purpose))


class World:
    """The service, the terminal, and what is simulated around them; a context manager.

    Attributes:
        subjects: name → whom the tenant knows them as.
        traces: what the service's files held of Ada.
        kiosk_url: of the page, once it is served.
        palms_before: in the gallery before she was forgotten.

    Args:
        folder: temporary.
        seed: of the people.
        webcam: index of a camera to use instead of synthetic hands.
        real_time: let simulated hands move at the speed of real ones.
    """

    def __init__(
        self, folder: Path, *, seed: int = 1, webcam: int | None = None, real_time: bool = False
    ) -> None:
        self.places = Places(folder)
        self.webcam = webcam is not None
        clock: Clock = SystemClock() if real_time or self.webcam else SimulatedClock()
        self.clock = clock
        self._real_time = real_time
        self.hardware = Hardware(clock, background=real_time)
        self.cloud = CloudProcess(self.places)
        camera = "demonstration" if webcam is None else f"uvc {webcam}"
        self.admin_key = write_settings(self.places, url=self.cloud.url, camera=camera)
        self.processor = SimulatedProcessor(BooksSettings(self.places.books("processor")))
        self.loyalty = SimulatedLoyalty(BooksSettings(self.places.books("loyalty")))
        self.gate = SimulatedGate(GateSettings(self.places.books("gate")))
        self.office = SimulatedBadgeDoor(GateSettings(self.places.books("badges")))
        self.subjects: dict[str, str] = {}
        self.traces: Traces | None = None
        self.palms_before = 0
        self.kiosk_url = ""
        self.notifier = SimulatedNotifier(BooksSettings(self.places.books("notifier")))
        self._seed = seed
        self._visits = 0
        self._terminal: Terminal | None = None
        self._open = ExitStack()

    def __enter__(self) -> World:
        self._open.callback(self.cloud.stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def device_settings(self) -> DeviceSettings:
        """The table ``[device]``."""
        return load_settings(self.places.settings).section("device", DeviceSettings)

    @property
    def terminal(self) -> Terminal:
        """The terminal, put together when it is first needed, after its activation."""
        if self._terminal is None:
            also = [
                Installed.of(simulated, name="thenar-simulated"),
                Installed.of(self.hardware, name="thenar-demonstration"),
            ]
            settings = load_settings(self.places.settings)
            registry = self._open.enter_context(Registry.load(settings, also=also))
            terminal = assemble(registry, self.device_settings, clock=self.clock.time)
            self._open.callback(terminal.cloud.close)
            self._open.callback(terminal.source.close)
            if not self._real_time:
                terminal.display.subscribe(self._obey)
            self._terminal = terminal
        return self._terminal

    @property
    def portal_url(self) -> str:
        """The customers' pages of the tenant that the terminal belongs to."""
        identity = DeviceIdentity.load(self.device_settings.identity_file)
        return f"{self.cloud.url}/portal/{identity.tenant}/"

    def _obey(self, shown: Shown) -> None:
        """Customers in a hurry take the hand away as soon as they are asked to."""
        if shown.prompt is Prompt.TAKE_AWAY:
            self.hardware.camera.skip()

    def keep(self, opened: AbstractContextManager[Kept]) -> Kept:
        """Enter a context that is left with the world."""
        return self._open.enter_context(opened)

    def person(self, number: int) -> Person:
        """A synthetic person; the seed decides who."""
        return Person(1000 * self._seed + number)

    def show(self, *palms: Palm, by: Show = render, still: float = 3.0) -> None:
        """Somebody comes and hovers one palm after the other; an attack shows a picture of it.

        With a webcam nobody can be sent: whoever sits there reads the page.

        Args:
            palms: in the order shown.
            by: how each is shown.
            still: seconds that each hovers, unless it was read before.
        """
        self.hardware.camera.clear()
        for palm in palms:
            self._visits += 1
            self.hardware.camera.show(hover(palm, self._visits, fps=FPS, still=still, show=by))


def both(person: Person) -> tuple[Palm, Palm]:
    """The right and the left palm."""
    return person.palm(Hand.RIGHT), person.palm(Hand.LEFT)
