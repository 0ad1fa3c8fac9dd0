"""The terminal: what the flows work with."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import attrs

from thenar.client import DeviceClient
from thenar.device.answers import Answers
from thenar.device.display import Display
from thenar.device.fire_policies import FirePolicies
from thenar.device.hover import Hover
from thenar.device.journal import Entry, Journal
from thenar.errors import CloudUnreachable, InteractionCancelled, SettingsError, ThenarError
from thenar.parameters import DEVICE
from thenar.protocols import (
    CardReader,
    Door,
    FrameSource,
    LivenessCheck,
    PaymentProcessor,
    TellingDoor,
)
from thenar.records import Decision

Answer = TypeVar("Answer")


@attrs.frozen
class TerminalDoor:
    """A door at this terminal.

    Attributes:
        name: in the settings.
        provider: name of the driver that works it; links carry the same name.
        door: the driver.
    """

    name: str
    provider: str
    door: Door = attrs.field(repr=False)


@attrs.frozen(eq=False)
class Terminal:
    """One device at one counter, gate or door. One flow runs at a time.

    Attributes:
        source: an open camera.
        cloud: the secure service.
        checks: liveness checks; all must pass.
        state: folder of its own, for the journal.
        display: what the customer sees.
        card_reader: reader for payment cards, where there is one.
        payment: payment processor, for its tokeniser, where there is one.
        doors: doors by name.
        camera: name of the camera's driver.
        answers: what the customer chooses at the screen.
        trouble: code of the newest error that was not reported yet.
    """

    source: FrameSource
    cloud: DeviceClient
    checks: Sequence[LivenessCheck]
    state: Path
    display: Display = attrs.field(factory=Display)
    card_reader: CardReader | None = None
    payment: PaymentProcessor | None = None
    doors: Mapping[str, TerminalDoor] = attrs.field(factory=dict)
    camera: str = ""
    answers: Answers = attrs.field(factory=Answers)
    trouble: deque[str] = attrs.field(factory=lambda: deque(maxlen=1))
    clock: Callable[[], float] = time.monotonic
    _journal: Journal = attrs.field(
        default=attrs.Factory(lambda self: Journal(self.state / "passages.jsonl"), takes_self=True),
        init=False,
        repr=False,
    )
    _cancelled: threading.Event = attrs.field(factory=threading.Event, init=False, repr=False)

    @property
    def hover(self) -> Hover:
        """The camera, watched until a palm is still."""
        return Hover(
            self.source, self.display, is_cancelled=self._cancelled.is_set, clock=self.clock
        )

    @property
    def journal(self) -> Journal:
        """Door decisions that wait for the service."""
        return self._journal

    @property
    def fire_policies(self) -> FirePolicies:
        """What the site's policy wants of doors when nobody can be asked."""
        return FirePolicies(self.state / "fire-policies.json")

    def door(self, name: str) -> TerminalDoor:
        """A door by name. Raises SettingsError."""
        if name not in self.doors:
            known = ", ".join(self.doors) or "none"
            raise SettingsError(f"There is no door {name!r} at this terminal; there are: {known}.")
        return self.doors[name]

    def __attrs_post_init__(self) -> None:
        """Have every door that can say so say when nobody went through."""
        for one in self.doors.values():
            if hasattr(one.door, "listen"):
                cast("TellingDoor", one.door).listen(partial(self._note_nobody, one.name))

    def _note_nobody(self, door: str, request: str, why: str) -> None:
        nobody = Decision(allow=False, reason=why, request_id=request)
        entry = Entry(door, nobody, time.time(), request, is_annulled=True)
        try:
            self.journal.record(self.cloud, entry, None)
        except ThenarError as error:
            self.trouble.append(error.code)

    def start(self) -> None:
        """A flow begins: an earlier cancellation does not concern it."""
        self._cancelled.clear()

    def cancel(self) -> None:
        """Stop the flow that runs, at its next step that can be stopped."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the flow that runs is to stop."""
        return self._cancelled.is_set()

    def rest(self, seconds: float) -> None:
        """Wait so long, or until the flow that runs is to stop."""
        self._cancelled.wait(max(0.0, seconds))

    def stop_if_cancelled(self) -> None:
        """Raises InteractionCancelled where the flow was stopped."""
        if self._cancelled.is_set():
            raise InteractionCancelled("The customer or the clerk stopped it.")


def new_key() -> str:
    """A fresh idempotency key or request id: 32 hex digits."""
    return uuid.uuid4().hex


def insist(ask: Callable[[], Answer]) -> Answer:
    """Ask the service, and ask again where no answer came.

    Only for requests that happen once however often they are asked, by their
    idempotency key.

    Raises:
        CloudUnreachable: no answer, ``DEVICE.attempts`` times.
    """
    for _ in range(DEVICE.attempts - 1):
        try:
            return ask()
        except CloudUnreachable:
            continue
    return ask()
