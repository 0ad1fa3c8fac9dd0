"""Error rates of the liveness checks on synthetic presentations: ``python -m bench.liveness``.

ISO/IEC 30107-3: APCER is the share of attack presentations that were classified as
bona fide, BPCER of bona fide presentations that were classified as attacks, for each
species of attack instrument. APNRR is the share of attacks that the capture did not
respond to: no usable palm was found, so nothing was classified. The upper bound is
that of 95 % (Clopper–Pearson), since few people take part.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from functools import partial

import attrs
import numpy as np

from thenar.capture import look
from thenar.device.liveness import BandsCheck, ColourCheck, PatternCheck, only_visible
from thenar.records import Band, FrameSet, Hand
from thenar.synthetic import Ink, Person, Placement, Show, on_screen, printed, render

CHECKS = (PatternCheck(), ColourCheck(), BandsCheck())
CAMERAS = {"RGB and NIR": (Band.RGB, Band.NIR), "RGB": (Band.RGB,), "NIR": (Band.NIR,)}
SPECIES: dict[str, Show] = {
    "bona fide": render,
    "print, toner": printed,
    "print, dye": partial(printed, ink=Ink.DYE),
    "print of veins": partial(printed, of=Band.NIR),
    "screen": on_screen,
}
FRAMES = 5


@attrs.define
class Counts:
    """What became of one species before one kind of camera."""

    shown: int = 0
    unread: int = 0
    refused: int = 0
    by: Counter[str] = attrs.field(factory=Counter)


def main() -> None:
    """Present each species once a person, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=40)
    arguments.add_argument("--first", type=int, default=5000, help="seed of the first person")
    chosen = arguments.parse_args()
    table = {(camera, species): Counts() for camera in CAMERAS for species in SPECIES}
    for seed in range(chosen.first, chosen.first + chosen.people):
        palm = Person(seed).palm(Hand.LEFT if seed % 2 else Hand.RIGHT)
        rng = np.random.default_rng(seed)
        place = Placement(size=Placement().size * float(np.exp(rng.normal(0, 0.04))))
        for species, show in SPECIES.items():
            frames = [show(palm, seed % 13, placement=place, number=n) for n in range(FRAMES)]
            for camera, bands in CAMERAS.items():
                count(table[camera, species], [seen_by(f, bands) for f in frames])
    print("| camera | presentation | shown | not read | refused | error | at most | refused by |")
    print("|---|---|---|---|---|---|---|---|")
    for (camera, species), counts in table.items():
        print(line(camera, species, counts))


def seen_by(frames: FrameSet, bands: tuple[Band, ...]) -> FrameSet:
    """The same moment before a camera with fewer bands."""
    return FrameSet(tuple(frame for frame in frames.frames if frame.band in bands))


def count(counts: Counts, frames: list[FrameSet]) -> None:
    """Take a presentation as the terminal does, and judge it."""
    counts.shown += 1
    views = [look(taken) for taken in frames]
    if all(v.crop is None and only_visible(f) for v, f in zip(views, frames, strict=True)):
        counts.refused += 1
        counts.by["only visible"] += 1
        return
    if any(view.crop is None or view.prompts for view in views):
        counts.unread += 1
        return
    crops = [view.crop for view in views if view.crop is not None]
    refusing = [said.check for c in CHECKS if not (said := c.check(frames, crops)).passed]
    counts.refused += bool(refusing)
    counts.by.update(refusing)


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


def upper_bound(wrong: int, judged: int) -> float:
    """One-sided 95 % Clopper–Pearson bound, by bisection."""
    low, high = wrong / judged, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        at_most = sum(
            math.comb(judged, k) * middle**k * (1 - middle) ** (judged - k)
            for k in range(wrong + 1)
        )
        low, high = (middle, high) if at_most > 0.05 else (low, middle)
    return high


if __name__ == "__main__":
    main()
