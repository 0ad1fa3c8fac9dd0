"""What the customer sees, for whoever shows it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum

import attrs

from thenar.device.gesture import Standing
from thenar.device.words import Words
from thenar.records import Prompt


class Stage(StrEnum):
    """Where the customer stands."""

    IDLE = "idle"
    CARD = "card"
    PALM = "palm"
    CHOICE = "choice"
    WORKING = "working"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@attrs.frozen
class Choice:
    """Something that the customer may choose.

    Attributes:
        name: what it is answered with.
        label: what it says.
        detail: a second line, may be empty.
    """

    name: str
    label: str
    detail: str = ""


@attrs.frozen(eq=False)
class Shown:
    """One state of the screen.

    Attributes:
        stage: where the customer stands.
        title: one line in large type; :class:`~thenar.device.words.Words` are translated.
        detail: a second line, may be empty.
        prompt: what the customer is asked to do with the hand, or None.
        progress: 0..1, how much of the steady hold is done.
        standing: of the hand.
        step: number of the step of several, from 1; 0 where there is one only.
        steps: how many there are.
        outline: (x, y) corners of the hand's silhouette, each 0..1 of the picture's width
            and height; empty where no hand is seen. All that is ever shown of an image.
        aspect: width divided by height of the picture.
        question: names what is asked; empty where nothing is.
        choices: what may be answered, the default first.
        seconds: without a touch, after which the default is taken.
        number: counts up with every change.
    """

    stage: Stage
    title: str
    detail: str = ""
    prompt: Prompt | None = None
    progress: float = 0.0
    standing: Standing = Standing.ABSENT
    step: int = 0
    steps: int = 0
    outline: tuple[tuple[float, float], ...] = attrs.field(default=(), repr=False)
    aspect: float = 4 / 3
    question: str = ""
    choices: tuple[Choice, ...] = ()
    seconds: float = 0.0
    number: int = 0


_STANDINGS = {
    Stage.WORKING: Standing.CAPTURED,
    Stage.ACCEPTED: Standing.ANSWERED,
    Stage.REFUSED: Standing.ANSWERED,
}
WELCOME = Words("Welcome")
Viewer = Callable[[Shown], None]


class Display:
    """Holds what is shown; safe to use from several threads."""

    def __init__(self, idle: str = WELCOME) -> None:
        self._idle = idle
        self._lock = threading.Lock()
        self._viewers: list[Viewer] = []
        self._shown = Shown(Stage.IDLE, idle)
        self._step = (0, 0)

    @property
    def shown(self) -> Shown:
        """What is shown now."""
        return self._shown

    def show(self, shown: Shown) -> None:
        """Show it to every viewer, in the thread that calls."""
        with self._lock:
            number = self._shown.number + 1
            step, steps = self._step
            self._shown = attrs.evolve(shown, number=number, step=step, steps=steps)
            for viewer in self._viewers:
                viewer(self._shown)

    def step(self, step: int, steps: int) -> None:
        """From the next change on, this step of several is shown, until all is done."""
        self._step = (step, steps)

    def say(self, stage: Stage, title: str, detail: str = "") -> None:
        """Show words alone; an outcome ends the steps."""
        if stage in (Stage.IDLE, Stage.ACCEPTED, Stage.REFUSED):
            self._step = (0, 0)
        self.show(Shown(stage, title, detail, standing=_STANDINGS.get(stage, Standing.ABSENT)))

    def idle(self) -> None:
        """Nobody is there."""
        self.say(Stage.IDLE, self._idle)

    def subscribe(self, viewer: Viewer) -> Callable[[], None]:
        """Call ``viewer`` with every change, quickly done; returns how to stop it."""
        with self._lock:
            self._viewers.append(viewer)

        def unsubscribe() -> None:
            with self._lock:
                self._viewers.remove(viewer)

        return unsubscribe
