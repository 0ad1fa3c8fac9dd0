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
    """

    p2: Point
    p4: Point
    down: Point
    hand: Hand
    doubt: float

    @property
    def width(self) -> float:
        """|P2 P4|, pixels."""
        return float(np.hypot(*(self.p4 - self.p2)))

    @property
    def middle(self) -> Point:
        """Half way between the valleys."""
        return (self.p2 + self.p4) / 2


def palm_frame(hand: Outline) -> Frame2D | None:
    """The palm's frame, or None where four fingers cannot be told apart."""
    if not 4 <= len(hand.fingers) <= 5:
        return None
    named = _without_thumb(hand)
    if named is None:
        return None
    clockwise, side = named
    fingers = clockwise if side is Hand.LEFT else clockwise[::-1]  # index to little
    valleys = np.array([_valley(hand, a, b) for a, b in pairwise(fingers)])
    bases = np.array([finger.base for finger in fingers])
    expected, off = fit(bases, valleys, hand.centre)
    hidden = off[4:7] > CAPTURE.hidden_valley
    valleys[hidden] = expected[hidden]
    p2, p4 = valleys[0], valleys[2]
    along = p4 - p2
    down = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)
    if np.dot(hand.centre - (p2 + p4) / 2, down) < 0:
        down = -down
    return Frame2D(p2, p4, down, side, _doubt(hand, fingers, (p2, p4), down, off))


def _without_thumb(hand: Outline) -> tuple[tuple[Finger, ...], Hand] | None:
    """The four fingers clockwise, and which hand they belong to."""
    fingers = hand.fingers
    bases = np.array([finger.base for finger in fingers])
    steps = np.hypot(*np.diff(bases, axis=0).T)
    if len(fingers) == 5:
        thumb_first = steps[0] > steps[-1]
        return (fingers[1:], Hand.LEFT) if thumb_first else (fingers[:-1], Hand.RIGHT)
    if steps.max() > CAPTURE.thumb_gap * np.median(steps):
        return None  # a thumb and three: two fingers are closed
    # No thumb in sight: the little finger is the shorter of the outer two.
    first, last = fingers[0].length, fingers[-1].length
    return fingers, Hand.LEFT if last < first else Hand.RIGHT


def _valley(hand: Outline, one: Finger, other: Finger) -> Point:
    """Deepest part of the contour between two finger tips, averaged below a pixel."""
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
    fingers: tuple[Finger, ...],
    valleys: tuple[Point, Point],
    down: Point,
    off: NDArray[np.float64],
) -> float:
    """How far the proportions are from a hand's, in tolerances (0 = within all)."""
    p2, p4 = valleys
    lengths = [finger.length for finger in fingers]
    width = float(np.hypot(*(p4 - p2)))
    if width < 1:
        return float("inf")
    depth = float(np.dot(hand.centre - (p2 + p4) / 2, down))
    measures = (
        (float(off.mean()), *CAPTURE.off_atlas),
        (min(lengths) / max(lengths), *CAPTURE.shortest_over_longest),
        (width / hand.radius, *CAPTURE.width_over_radius),
        (depth / hand.radius, *CAPTURE.depth_over_radius),
    )
    return sum(max(0.0, low - value, value - high) / (high - low) for value, low, high in measures)
