"""Error rates of the liveness checks on synthetic presentations: ``python -m bench.liveness``.

ISO/IEC 30107-3: APCER is the share of attack presentations that were classified as
bona fide, BPCER of bona fide presentations that were classified as attacks, for each
species of attack instrument. APNRR is the share of attacks that the capture did not
respond to: no usable palm was found, so nothing was classified. The intervals are
those of 95 % (Clopper–Pearson), since few people take part.

Each presentation is hovered before the terminal's own hover, from the approach to the
answer, and judged as the terminal judges it. Stopped by Ctrl-C, it prints what it has.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from time import process_time
from unittest import mock

import attrs
from bench.bounds import interval
from rich.progress import track

from thenar.device.display import Display
from thenar.device.hover import Hover
from thenar.device.judging import planar, require_living
from thenar.device.liveness import (
    BandsCheck,
    BorderCheck,
    ColourCheck,
    FlashCheck,
    HighlightsCheck,
    PatternCheck,
)
from thenar.device.presentation import Presentation
from thenar.errors import AttackDetected, CameraUnavailable
from thenar.parameters import LIVENESS, SYNTHETIC
from thenar.records import Band, Frame, FrameSet, Hand
from thenar.synthetic import (
    Ink,
    Palm,
    Person,
    Show,
    attacks,
    hover,
    on_screen,
    printed,
    render,
    switched,
)

CAMERAS = {
    "RGB, NIR, lamp": (Band.RGB, Band.NIR),
    "RGB and NIR": (Band.RGB, Band.NIR),
    "RGB": (Band.RGB,),
    "NIR": (Band.NIR,),
}
WITH_LAMP, WITHOUT_LAMP = "RGB, NIR, lamp", "RGB and NIR"
CHECKS = (
    *(PatternCheck(), ColourCheck(), BandsCheck()),
    *(HighlightsCheck(), BorderCheck(), FlashCheck()),
)
BONA_FIDE = "bona fide"
SPECIES: dict[str, Show] = {
    BONA_FIDE: render,
    "print, toner": printed,
    "print, dye": partial(printed, ink=Ink.DYE),
    "print of veins": partial(printed, of=Band.NIR),
    "photograph": printed,
    "screen": on_screen,
}
"""Species → how it is shown; a photograph is a print without dots."""


@attrs.define
class Counts:
    """What became of one species before one kind of camera."""

    shown: int = 0
    unread: int = 0
    refused: int = 0
    by: Counter[str] = attrs.field(factory=Counter)
    faint: Counter[str] = attrs.field(factory=Counter)


Table = dict[tuple[str, str], Counts]


class Film:
    """A camera that plays what was taken, with fewer bands, to its end."""

    def __init__(self, frames: Iterable[FrameSet], bands: Sequence[Band]) -> None:
        self._frames = iter(frames)
        self._bands = bands

    def read(self, timeout: float) -> FrameSet:  # noqa: ARG002
        """The next frames. Raises CameraUnavailable: there is none."""
        taken = next(self._frames, None)
        if taken is None:
            raise CameraUnavailable("The film is over.")
        own = [self._own(frames) for frames in (taken.frames, taken.unlit)]
        return FrameSet(*own)

    def _own(self, frames: Sequence[Frame]) -> list[Frame]:
        wanted = [frame for frame in frames if frame.band in self._bands]
        return [attrs.evolve(frame, pixels=frame.pixels.copy()) for frame in wanted]

    def close(self) -> None:
        """Nothing to close."""


def main() -> None:
    """Present each species once a person, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=20, help="who show every species")
    arguments.add_argument("--hands", type=int, default=40, help="more, who show their hand alone")
    arguments.add_argument("--first", type=int, default=5000, help="seed of the first person")
    chosen = arguments.parse_args()
    table = {(camera, species): Counts() for camera in CAMERAS for species in SPECIES}
    people = [(seed, tuple(SPECIES)) for seed in range(chosen.people)]
    people += [(seed, (BONA_FIDE,)) for seed in range(chosen.people, chosen.people + chosen.hands)]
    started = process_time()
    with contextlib.suppress(KeyboardInterrupt):
        for offset, shows in track(people, "Presenting"):
            meet(table, chosen.first + offset, shows)
    print(f"Seeds from {chosen.first}; {os.cpu_count()} cores; {process_time() - started:.0f} s.")
    print("| camera | presentation | shown | APNRR | error | 95 % | refused by | faint signs |")
    print("|---|---|---|---|---|---|---|---|")
    for (camera, species), counts in table.items():
        print(line(camera, species, counts))


def meet(table: Table, seed: int, species: Iterable[str]) -> None:
    """One person before each camera, with each of these species."""
    palm = Person(seed).palm(Hand.LEFT if seed % 2 else Hand.RIGHT)
    for one in species:
        frames = film(palm, one, seed % 13)
        for camera, bands in CAMERAS.items():
            if camera == WITH_LAMP:
                # One hover serves both cameras: it looks at no frame without the lamp.
                present((table[camera, one], table[WITHOUT_LAMP, one]), Film(frames, bands))
            elif camera != WITHOUT_LAMP:
                present((None, table[camera, one]), Film(frames, bands))


def film(palm: Palm, species: str, visit: int) -> list[FrameSet]:
    """One hover of one species, with the lamp on and off."""
    dots = 0.0 if species == "photograph" else SYNTHETIC.halftone_depth
    attacks._halftone.cache_clear()  # noqa: SLF001 -- it does not know of the dots
    with mock.patch.object(attacks, "SYNTHETIC", attrs.evolve(SYNTHETIC, halftone_depth=dots)):
        show = switched(SPECIES[species])
        # The beginning and the end, where the hand is small, far away or gone, cost most.
        return list(
            itertools.islice(hover(palm, visit, fps=15, still=0.5, pause=0, show=show), 5, 17)
        )


def present(counts: tuple[Counts | None, Counts], film: Film) -> None:
    """Take a presentation as the terminal does, and judge it with the lamp and without."""
    asked = [one for one in counts if one is not None]
    for one in asked:
        one.shown += 1
    with_lamp, without = counts
    try:
        with Hover(film, Display(), clock=lambda: 0.0).present("Pay") as taken:
            if with_lamp is not None:
                judge(with_lamp, taken)
            dark = tuple(FrameSet(frames.frames) for frames in taken.frames)
            judge(without, attrs.evolve(taken, frames=dark))
    except AttackDetected:
        for one in asked:
            one.refused += 1
            one.by["only visible"] += 1
    except CameraUnavailable:
        for one in asked:
            one.unread += 1


def judge(counts: Counts, taken: Presentation) -> None:
    """Count a refusal; each check is asked, so that it is known which would refuse alone."""
    said = [check.check(taken.frames, taken.crops) for check in CHECKS]
    said += [planar(taken)] if taken.moving else []
    alone = [one.check for one in said if not one.passed]
    counts.by.update(alone)
    counts.faint.update(one.check for one in said if one.passed and one.score > LIVENESS.hint / 2)
    try:
        require_living(taken, CHECKS)
    except AttackDetected:
        counts.refused += 1
        if not alone:
            counts.by["together"] += 1


def line(camera: str, species: str, counts: Counts) -> str:
    """A row of the table."""
    judged = counts.shown - counts.unread
    wrong = counts.refused if species == BONA_FIDE else judged - counts.refused
    kind = "BPCER" if species == BONA_FIDE else "APCER"
    error, bounds = f"{kind} –", "–"
    if judged:
        low, high = interval(wrong, judged)
        error, bounds = f"{kind} {wrong / judged:.0%}", f"{low:.0%} to {high:.0%}"
    unread = f"{counts.unread / max(counts.shown, 1):.0%}"
    named = [
        ", ".join(f"{name} {times}" for name, times in some.most_common()) or "–"
        for some in (counts.by, counts.faint)
    ]
    return (
        f"| {camera} | {species} | {counts.shown} | {unread} | {error} | {bounds} "
        f"| {named[0]} | {named[1]} |"
    )


if __name__ == "__main__":
    main()
