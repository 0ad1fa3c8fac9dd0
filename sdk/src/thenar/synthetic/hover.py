"""A customer's visit as a sequence of frames: approach, hover, leave — or just pass by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypedDict

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.records import Band, FrameSet
from thenar.synthetic.person import Palm
from thenar.synthetic.posing import Placement
from thenar.synthetic.scene import BOTH, SIZE, empty, render
from thenar.synthetic.streams import Stream
from thenar.synthetic.variation import USUAL, Variation


class How(TypedDict, total=False):
    """What a show may be told by name; the rest is as in :func:`thenar.synthetic.render`."""

    size: tuple[int, int]
    bands: Iterable[Band]
    variation: Variation
    placement: Placement
    time: float
    number: int


class Show(Protocol):
    """How a hand is shown to the camera: itself, on paper or on a screen."""

    def __call__(
        self,
        palm: Palm,
        sample: int,
        *,
        size: tuple[int, int] = ...,
        bands: Iterable[Band] = ...,
        variation: Variation = ...,
        placement: Placement = ...,
        time: float = ...,
        number: int = ...,
    ) -> FrameSet:
        """Frames of one moment; see :func:`thenar.synthetic.render`."""


def hover(
    palm: Palm,
    seed: int,
    *,
    fps: float = 30.0,
    still: float = 1.1,
    pause: float = 0.3,
    size: tuple[int, int] = SIZE,
    bands: Iterable[Band] = BOTH,
    variation: Variation = USUAL,
    show: Show = render,
    start: float = 0.0,
    number: int = 0,
) -> Iterator[FrameSet]:
    """A hand that comes, hovers and goes.

    Empty frames; the hand approaches from the wrist's side, small, out of focus and
    moving; it hovers with a natural tremor; it leaves; empty frames.

    Args:
        palm: whose.
        seed: of this visit: presentation, path and tremor follow from it.
        fps: frames a second.
        still: seconds of hovering.
        pause: seconds of empty frames before and after.
        size: (height, width) in pixels.
        bands: what is taken.
        variation: how much presentations differ.
        show: :func:`render`, or an attack such as :func:`printed`.
        start: time of the first frame in seconds.
        number: of the first frame.
    """
    rng = palm.stream(Stream.MOVEMENT, seed)
    target = _target(rng)
    approach, leave = (float(rng.uniform(*SYNTHETIC.approach_seconds)) for _ in range(2))
    away = attrs.evolve(
        target,
        x=target.x + float(rng.normal(0, 0.12)),
        y=1.75,
        size=target.size * SYNTHETIC.approach_size,
        spread=-3.0,
        defocus=SYNTHETIC.approach_defocus,
    )
    tremor = _tremor(rng)

    def where(t: float) -> Placement | None:
        if t < pause:
            return None
        if (t := t - pause) < approach:
            return _between(away, target, _ease(t / approach))
        if (t := t - approach) < still:
            dx, dy, turn = tremor(t)
            return attrs.evolve(target, x=target.x + dx, y=target.y + dy, roll=target.roll + turn)
        if (t := t - still) < leave:
            return _between(target, away, _ease(t / leave))
        return None

    total = 2 * pause + approach + still + leave
    return _film(palm, seed, where, total, fps, size, bands, variation, show, start, number)


def pass_by(
    palm: Palm,
    seed: int,
    *,
    fps: float = 30.0,
    pause: float = 0.3,
    size: tuple[int, int] = SIZE,
    bands: Iterable[Band] = BOTH,
    variation: Variation = USUAL,
    show: Show = render,
    start: float = 0.0,
    number: int = 0,
) -> Iterator[FrameSet]:
    """A hand that crosses the camera's view and never stops; arguments as in :func:`hover`."""
    rng = palm.stream(Stream.MOVEMENT, seed, 1)
    target = _target(rng)
    side = 1.0 if rng.random() < 0.5 else -1.0
    tilt = (float(rng.normal(0, 10)), float(rng.normal(0, 10)))
    first = attrs.evolve(target, x=0.5 - 1.1 * side, roll=target.roll + 25 * side, tilt=tilt)
    last = attrs.evolve(first, x=0.5 + 1.1 * side)
    crossing = float(rng.uniform(*SYNTHETIC.approach_seconds))

    def where(t: float) -> Placement | None:
        inside = pause <= t < pause + crossing
        return _between(first, last, (t - pause) / crossing) if inside else None

    total = 2 * pause + crossing
    return _film(palm, seed, where, total, fps, size, bands, variation, show, start, number)


def _film(
    palm: Palm,
    seed: int,
    where: Callable[[float], Placement | None],
    seconds: float,
    fps: float,
    size: tuple[int, int],
    bands: Iterable[Band],
    variation: Variation,
    show: Show,
    start: float,
    number: int,
) -> Iterator[FrameSet]:
    bands = tuple(bands)
    exposure = SYNTHETIC.exposure_seconds
    for k in range(round(seconds * fps)):
        t = k / fps
        place = where(t)
        now, count = start + t, number + k
        if place is None:
            yield empty(palm.person.seed, size=size, bands=bands, time=now, number=count)
            continue
        before = where(max(0.0, t - exposure)) or place
        aspect = size[1] / size[0]
        place = attrs.evolve(place, motion=((place.x - before.x) * aspect, place.y - before.y))
        yield show(
            palm,
            seed,
            size=size,
            bands=bands,
            variation=variation,
            placement=place,
            time=now,
            number=count,
        )


def _target(rng: np.random.Generator) -> Placement:
    usual = Placement()
    return attrs.evolve(
        usual,
        x=usual.x + float(rng.normal(0, 0.02)),
        y=usual.y + float(rng.normal(0, 0.01)),
        size=usual.size * float(np.exp(rng.normal(0, 0.04))),
    )


def _tremor(rng: np.random.Generator) -> Callable[[float], tuple[float, float, float]]:
    """Slow sway of the arm and the physiological tremor of 8–12 Hz."""
    rates = np.array([rng.uniform(0.3, 0.9, 3), rng.uniform(8, 12, 3)])
    phases = rng.uniform(0, 2 * np.pi, (2, 3))
    sway, shake, turn = SYNTHETIC.sway, SYNTHETIC.tremor, SYNTHETIC.sway_degrees
    sizes = np.array([[sway, sway, turn], [shake, shake, 0.1 * turn]])

    def at(t: float) -> tuple[float, float, float]:
        waves: NDArray[np.float64] = sizes * np.sin(2 * np.pi * rates * t + phases)
        dx, dy, roll = waves.sum(axis=0)
        return float(dx), float(dy), float(roll)

    return at


def _ease(t: float) -> float:
    """0 → 1, starting fast and settling softly."""
    return 1 - (1 - t) ** 3


def _between(a: Placement, b: Placement, t: float) -> Placement:
    def mix(p: float, q: float) -> float:
        return p + (q - p) * t

    return Placement(
        x=mix(a.x, b.x),
        y=mix(a.y, b.y),
        size=mix(a.size, b.size),
        roll=mix(a.roll, b.roll),
        tilt=(mix(a.tilt[0], b.tilt[0]), mix(a.tilt[1], b.tilt[1])),
        spread=mix(a.spread, b.spread),
        defocus=mix(a.defocus, b.defocus),
    )
