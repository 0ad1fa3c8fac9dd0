"""From a palm held still to the answer: ``python -m bench.latency``.

The terminal's own steps and the service's, with as many people enrolled as are asked
for, and without a network between them: every step is timed on its own, many times,
and medians are given. Then a whole interaction at 30 frames a second, from an empty
view to the answer, on the camera's clock.

The gallery holds strangers as ``thenar bench matching`` makes them, and the people who
come; all are synthetic.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from bench.load.filling import fill
from rich.console import Console
from rich.table import Table

from thenar.client import AdminClient, DeviceClient, activate
from thenar.cloud import Services
from thenar.device.display import Display
from thenar.device.hover import Hover
from thenar.device.judging import require_living
from thenar.device.liveness import (
    BandsCheck,
    BorderCheck,
    ColourCheck,
    FlashCheck,
    HighlightsCheck,
    PatternCheck,
)
from thenar.device.looking import Watching
from thenar.matching import NumpyMatcher
from thenar.messages import Consent, Purpose
from thenar.parameters import DEVICE
from thenar.records import FrameSet, Hand, PalmCrop
from thenar.signature import BlockCode
from thenar.synthetic import Person, hover
from thenar.testing.simulated import SystemClock
from thenar.testing.world.service import ADMIN_KEY, RunningService
from thenar.vault import sealing

CHECKS = (
    *(PatternCheck(), ColourCheck(), BandsCheck()),
    *(HighlightsCheck(), BorderCheck(), FlashCheck()),
)
CONSENT = Consent(text="terms 1 en", purposes=tuple(Purpose))


class Film:
    """A camera that plays frames; how long the terminal took over each is what counts."""

    def __init__(self, frames: list[FrameSet]) -> None:
        self._frames = iter(frames)
        self.last = 0.0

    def read(self, timeout: float) -> FrameSet:  # noqa: ARG002
        """The next frames."""
        taken = next(self._frames)
        self.last = taken.time
        return FrameSet([attrs.evolve(f, pixels=f.pixels.copy()) for f in taken.frames])

    def close(self) -> None:
        """Nothing to close."""


@attrs.define
class Steps:
    """Milliseconds of each step, once a visit: by the clock, and of the processor.

    The terminal's steps count their own thread, the service's all of its threads. On a
    busy machine processor time is the one to trust.
    """

    taken: dict[str, list[float]] = attrs.field(factory=dict)
    worked: dict[str, list[float]] = attrs.field(factory=dict)

    @contextmanager
    def step(self, name: str, work: Callable[[], float] = time.thread_time) -> Iterator[None]:
        """Time what is done within."""
        started, worked = time.perf_counter(), work()
        yield
        self.taken.setdefault(name, []).append(1000 * (time.perf_counter() - started))
        self.worked.setdefault(name, []).append(1000 * (work() - worked))


def medians(steps: dict[str, list[float]]) -> dict[str, float]:
    """Of each step, and of what lies between the palm still and the answer."""
    whole = [sum(one) for one in zip(*(steps[name] for name in AFTER), strict=True)]
    return {name: statistics.median(steps[name]) for name in AFTER} | {
        "still to answer": statistics.median(whole)
    }


def main() -> None:
    """Fill a service, let people come, and print the breakdown."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=10_000)
    arguments.add_argument("--visits", type=int, default=12)
    arguments.add_argument("--json", type=Path)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(Path(folder), chosen.people, chosen.visits)
    show(figures)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def run(folder: Path, people: int, visits: int) -> dict[str, Any]:
    """Median milliseconds of each step, of their sum, and seconds of the interaction."""
    tenant = fill(folder / "cloud", people)
    services = Services(signature=BlockCode(), matcher=NumpyMatcher())
    service = RunningService(folder / "cloud", services, SystemClock())
    service.start(within=600)
    steps, whole, hits = Steps(), [], 0
    try:
        with AdminClient(service.url, ADMIN_KEY) as admin:
            site = admin.create_site(tenant, "North").site
            identity = activate(service.url, admin.create_device(site, "gate").code)
        with DeviceClient(service.url, identity) as cloud:
            for number in range(visits):
                palm = Person(900 + number).palm(Hand.RIGHT)
                enrol(cloud, list(hover(palm, 0, fps=15, still=0.7, pause=0.1)), str(number))
                came = list(hover(palm, 1, fps=30, still=0.8, pause=0.1))
                seconds, known = visit(cloud, came, steps)
                whole.append(seconds)
                hits += known
    finally:
        service.stop()
    return {
        "people": people,
        "visits": visits,
        "recognised": hits,
        "milliseconds": medians(steps.taken),
        "processor_milliseconds": medians(steps.worked),
        "interaction_seconds": statistics.median(whole),
    }


AFTER = ("last frame looked at", "liveness", "sealing", "service")


def enrol(cloud: DeviceClient, frames: list[FrameSet], key: str) -> None:
    """Enrol the palm of a hover."""
    with Hover(Film(frames), Display(), clock=lambda: 0.0).present("Enrol") as taken:
        palms = {Hand.RIGHT: taken.best(DEVICE.enrolled_captures)}
        cloud.enrol(palms, consent=CONSENT, idempotency_key=f"latency {key}")


def visit(cloud: DeviceClient, frames: list[FrameSet], steps: Steps) -> tuple[float, bool]:
    """One customer, from the first frame with a hand to the answer.

    Returns:
        Seconds of the interaction: frames on the camera's clock until the palm was held,
        then what it took to answer; and whether they were recognised.
    """
    watching = Watching()
    begun = next(f.time for f in frames if len(watching.look(f).view.outline))
    camera = Film(frames)
    with Hover(camera, Display(), clock=lambda: 0.0).present("Pay") as taken:
        held = camera.last
        started = time.perf_counter()
        with steps.step("last frame looked at"):
            Watching().look(taken.frames[-1])
        with steps.step("liveness"):
            require_living(taken, CHECKS)
        with steps.step("sealing"):
            best = taken.best(DEVICE.sealed_captures)
            _sealed(cloud, best)
        with steps.step("service", time.process_time):
            # Anybody may be found for this purpose, whatever is linked: the whole gallery.
            answer = cloud.identify(best, purpose=Purpose.FORGET)
        answered = time.perf_counter() - started
    if answer.subject is None:
        print(f"not recognised: {', '.join(answer.reasons)}")
    return held - begun + answered, answer.subject is not None


def _sealed(cloud: DeviceClient, crops: list[PalmCrop]) -> bytes:
    to = cloud.identity
    return sealing.seal(
        crops,
        to.seal_key,
        use=sealing.Use.IDENTIFICATION,
        tenant=to.tenant,
        device=to.device,
    )


def show(figures: dict[str, Any]) -> None:
    """A table of the breakdown."""
    table = Table("step", "median, ms", "of processor, ms", title="From palm still to answer")
    for name in (*AFTER, "still to answer"):
        clock, worked = figures["milliseconds"][name], figures["processor_milliseconds"][name]
        table.add_row(name, f"{clock:.0f}", f"{worked:.0f}")
    Console().print(table)
    print(
        f"{figures['people']:,.0f} people enrolled; {figures['recognised']:.0f} of "
        f"{figures['visits']:.0f} visits recognised; a whole interaction at 30 frames/s, "
        f"from the first frame with a hand: {figures['interaction_seconds']:.2f} s"
    )


if __name__ == "__main__":
    main()
