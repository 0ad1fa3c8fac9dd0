"""Error rates of the liveness checks on synthetic presentations: ``python -m bench.liveness``.

ISO/IEC 30107-3: APCER is the share of attack presentations that were classified as
bona fide, BPCER of bona fide presentations that were classified as attacks, for each
species of attack instrument. APNRR is the share of attacks that the capture did not
respond to: no usable palm was found, so nothing was classified. The upper bound is
that of 95 % (Clopper–Pearson), since few people take part.

Each presentation is hovered before the terminal's own hover, from the approach to the
answer, and judged as the terminal judges it.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from unittest import mock

import attrs
from bench.bounds import upper_bound
from rich.progress import track

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
from thenar.errors import AttackDetected, CameraUnavailable
from thenar.parameters import SYNTHETIC
from thenar.records import Band, FrameSet, Hand
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
    "RGB, NIR, lamp": ((Band.RGB, Band.NIR), True),
    "RGB and NIR": ((Band.RGB, Band.NIR), False),
    "RGB": ((Band.RGB,), False),
    "NIR": ((Band.NIR,), False),
}
CHECKS = (
    *(PatternCheck(), ColourCheck(), BandsCheck()),
    *(HighlightsCheck(), BorderCheck(), FlashCheck()),
)
SPECIES: dict[str, Show] = {
    "bona fide": render,
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


class Film:
    """A camera that plays what was taken, with fewer bands, to its end."""

    def __init__(self, frames: Iterable[FrameSet], bands: Sequence[Band], *, lamp: bool) -> None:
        self._frames = iter(frames)
        self._bands, self._lamp = bands, lamp

    def read(self, timeout: float) -> FrameSet:  # noqa: ARG002
        """The next frames. Raises CameraUnavailable: there is none."""
        taken = next(self._frames, None)
        if taken is None:
            raise CameraUnavailable("The film is over.")
        wanted = [frame for frame in taken.frames if frame.band in self._bands]
        unlit = [frame for frame in taken.unlit if frame.band in self._bands and self._lamp]
        own = [attrs.evolve(frame, pixels=frame.pixels.copy()) for frame in wanted]
        return FrameSet(own, unlit)

    def close(self) -> None:
        """Nothing to close."""


def main() -> None:
    """Present each species once a person, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=40)
    arguments.add_argument("--first", type=int, default=5000, help="seed of the first person")
    chosen = arguments.parse_args()
    table = {(camera, species): Counts() for camera in CAMERAS for species in SPECIES}
    for seed in track(range(chosen.first, chosen.first + chosen.people), "Presenting"):
        palm = Person(seed).palm(Hand.LEFT if seed % 2 else Hand.RIGHT)
        for species in SPECIES:
            frames = film(palm, species, seed % 13)
            for camera, (bands, lamp) in CAMERAS.items():
                count(table[camera, species], Film(frames, bands, lamp=lamp))
    print("| camera | presentation | shown | not read | refused | error | at most | refused by |")
    print("|---|---|---|---|---|---|---|---|")
    for (camera, species), counts in table.items():
        print(line(camera, species, counts))


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


def count(counts: Counts, film: Film) -> None:
    """Take a presentation as the terminal does, and judge it."""
    counts.shown += 1
    by: Counter[str] = Counter()
    try:
        with Hover(film, Display(), clock=lambda: 0.0).present("Pay") as taken:
            # Each check is asked, so that the table says which would refuse alone.
            said = [check.check(taken.frames, taken.crops) for check in CHECKS]
            by.update(one.check for one in said if not one.passed)
            try:
                require_living(taken, CHECKS)
            except AttackDetected:
                counts.refused += 1
                if not by.total():
                    by["together"] += 1
    except AttackDetected:
        counts.refused += 1
        by["only visible"] += 1
    except CameraUnavailable:
        counts.unread += 1
    counts.by.update({name: times for name, times in by.items() if times})


def line(camera: str, species: str, counts: Counts) -> str:
    """A row of the table."""
    judged = counts.shown - counts.unread
    wrong = counts.refused if species == "bona fide" else judged - counts.refused
    kind = "BPCER" if species == "bona fide" else "APCER"
    error = f"{kind} {wrong / judged:.1%}" if judged else f"{kind} –"
    bound = f"{upper_bound(wrong, judged):.0%}" if judged else "–"
    by = ", ".join(f"{name} {times}" for name, times in counts.by.most_common()) or "–"
    return (
        f"| {camera} | {species} | {counts.shown} | {counts.unread} | {counts.refused} "
        f"| {error} | {bound} | {by} |"
    )


if __name__ == "__main__":
    main()
