"""Name the fingers, and find the two valleys that fix the palm's frame.

P2 is the valley between index and middle finger, P4 the one between ring and
little finger; the line through them is the x-axis of the palm (Zhang et al.,
"Online palmprint identification", TPAMI 2003, and most work since).
"""

from __future__ import annotations

from itertools import pairwise

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.capture.atlas import fit
from thenar.capture.hand import Finger, Outline, Point
from thenar.capture.naming import Named, names
from thenar.capture.tilt import stretch
from thenar.parameters import CAPTURE
from thenar.records import Hand


@attrs.frozen(eq=False)
class Frame2D:
    """The palm's own coordinate frame.

    Attributes:
        p2: valley between index and middle finger.
        p4: valley between ring and little finger.
        down: unit vector from the valleys into the palm.
        hand: left or right, for a palm that faces the camera.
        doubt: 0 for a hand like the atlas's; more for odd proportions.
        stretch: length over width, against a flat hand's (:mod:`thenar.capture.tilt`).
    """

    p2: Point
    p4: Point
    down: Point
    hand: Hand
    doubt: float
    stretch: float = 1.0

    @property
    def width(self) -> float:
        """|P2 P4|, pixels."""
        return float(np.hypot(*(self.p4 - self.p2)))

    @property
    def middle(self) -> Point:
        """Half way between the valleys."""
        return (self.p2 + self.p4) / 2


def palm_frame(hand: Outline) -> Frame2D | None:
    """The palm's frame, or None where fewer than three fingers can be told apart."""
    best: Frame2D | None = None
    for named in names(hand):
        frame = _frame(hand, named)
        if best is None or frame.doubt < best.doubt:
            best = frame
        if best.doubt < CAPTURE.sure:
            break
    return best


def _frame(hand: Outline, named: Named) -> Frame2D:
    fingers = named.fingers
    valleys = np.array([_valley(hand, a, b) for a, b in pairwise(fingers)])
    bases = np.array([finger.base if finger else (np.nan, np.nan) for finger in fingers])
    expected, off = fit(bases, valleys, hand.centre, named.side)
    hidden = ~(off[4:7] <= CAPTURE.hidden_valley)
    valleys[hidden] = expected[hidden]
    p2, p4 = valleys[0], valleys[2]
    along = p4 - p2
    turn = 1.0 if named.side is Hand.LEFT else -1.0
    down = turn * np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)
    width = max(float(np.hypot(*along)), 1e-9)
    deep = float(np.dot(hand.centre - (p2 + p4) / 2, down))
    doubt = _doubt(hand, named, (p2, p4), down, off)
    return Frame2D(p2, p4, down, named.side, doubt, stretch(named, width, deep))


def _valley(hand: Outline, one: Finger | None, other: Finger | None) -> Point:
    """Deepest part of the contour between two finger tips, averaged below a pixel; NaN for none."""
    if one is None or other is None:
        return np.full(2, np.nan)
    contour = hand.contour.astype(np.float64)
    start = int(np.argmin(np.hypot(*(contour - one.tip).T)))
    stop = int(np.argmin(np.hypot(*(contour - other.tip).T)))
    arc = _shorter_arc(contour, start, stop)
    chord = other.tip - one.tip
    normal = np.array([-chord[1], chord[0]]) / max(np.hypot(*chord), 1e-9)
    depth = (arc - one.tip) @ normal
    if np.dot(hand.centre - one.tip, normal) < 0:
        depth = -depth
    deepest = depth >= depth.max() - CAPTURE.valley_band * hand.radius
    return arc[deepest].mean(axis=0)  # type: ignore[no-any-return]


def _shorter_arc(contour: NDArray[np.float64], start: int, stop: int) -> NDArray[np.float64]:
    first, last = min(start, stop), max(start, stop)
    inner = contour[first : last + 1]
    outer = np.concatenate([contour[last:], contour[: first + 1]])
    return inner if len(inner) <= len(outer) else outer


def _doubt(
    hand: Outline,
    named: Named,
    valleys: tuple[Point, Point],
    down: Point,
    off: NDArray[np.float64],
) -> float:
    """How far the proportions are from a hand's, in tolerances (0 = within all)."""
    p2, p4 = valleys
    fingers = named.fingers
    lengths = [finger.length for finger in fingers if finger]
    width = float(np.hypot(*(p4 - p2)))
    if width < 1:
        return float("inf")
    depth = float(np.dot(hand.centre - (p2 + p4) / 2, down))
    measures = (
        (float(np.nanmean(off)), *CAPTURE.off_atlas),
        (min(lengths) / max(lengths), *CAPTURE.shortest_over_longest),
        (width / hand.radius, *CAPTURE.width_over_radius),
        (depth / hand.radius, *CAPTURE.depth_over_radius),
    )
    unsure = CAPTURE.missing_doubt * fingers.count(None)
    unsure += CAPTURE.unlike_doubt * max(0.0, named.unlike - CAPTURE.unlike_freedom)
    unsure += CAPTURE.thumbless_doubt * (named.thumb is None)
    odd = (max(0.0, low - value, value - high) / (high - low) for value, low, high in measures)
    return sum(odd) + unsure
