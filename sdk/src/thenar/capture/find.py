"""Choose among the guesses the one whose outline is most surely a hand."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from thenar.capture.clusters import regions
from thenar.capture.grow import regrown
from thenar.capture.hand import Outline, outline
from thenar.capture.segment import Window, guesses, whole, zoomed
from thenar.capture.valleys import Frame2D, palm_frame
from thenar.parameters import CAPTURE
from thenar.records import Band, Frame, FrameSet


@attrs.frozen(eq=False)
class Found:
    """A guess with what was read off it.

    Attributes:
        silhouette: uint8, 0 or 255, of the window.
        window: what part of the frame was looked at, and at what scale.
        hand: its parts.
        frame: the palm's frame, where fingers and valleys were found.
        doubt: 0 for surely a hand.
    """

    silhouette: MatLike
    window: Window
    hand: Outline
    frame: Frame2D | None
    doubt: float

    def contour(self) -> NDArray[np.int32]:
        """The silhouette's outline in pixels of the frame, n×2."""
        return np.rint(self.window.to_frame(self.hand.contour)).astype(np.int32)


def find_hand(frames: FrameSet) -> Found | None:
    """The first guess that is surely a hand, else the least doubtful one.

    The primary band is asked first, the others if it leaves doubt. A hand that
    is small in a large frame is looked at again, closer.
    """
    found = _in_window(frames.primary, None)
    others = [frame for frame in frames.frames if frame is not frames.primary]
    for other in others:
        if found is not None and found.doubt < CAPTURE.sure:
            break
        found = _less_doubtful(found, _in_window(other, None))
    if found is None or found.frame is None or found.window.scale == 1.0:
        return found
    if found.frame.width > CAPTURE.zoom_below:
        return found
    closer = _in_window(frames.primary, found.contour())
    return closer if closer is not None and closer.doubt <= CAPTURE.sure else found


def _in_window(frame: Frame, near: NDArray[np.int32] | None) -> Found | None:
    """The hand in a whole frame, or in what surrounds an outline."""
    window = whole(frame) if near is None else zoomed(frame, near)
    plain = _least_doubtful(guesses(window.pixels, frame.band), window)
    if plain is not None and plain.doubt < CAPTURE.sure:
        return plain
    coloured = regions(window.pixels, frame.band)
    plain = _less_doubtful(plain, _least_doubtful(coloured, window))
    if plain is not None and plain.doubt < CAPTURE.sure:
        return plain
    starts = [plain.silhouette] if plain else []
    grown = _grown(window, frame.band, starts, coloured)
    return _less_doubtful(plain, _least_doubtful(grown, window))


def _grown(
    window: Window, band: Band, starts: list[MatLike], roomy: list[MatLike]
) -> Iterable[MatLike]:
    """Grown at half the working size, which is a quarter of the work."""
    half = cv2.resize(window.pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    size = half.shape[1::-1]
    halves = [cv2.resize(start, size) for start in starts]
    rooms = [cv2.resize(room, size) for room in roomy]
    for silhouette in regrown(half, band, halves, rooms):
        full = cv2.resize(silhouette, window.pixels.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        yield np.where(full > 127, np.uint8(255), np.uint8(0))


def _less_doubtful(one: Found | None, other: Found | None) -> Found | None:
    both = [found for found in (one, other) if found is not None]
    return min(both, key=lambda found: found.doubt, default=None)


def _least_doubtful(silhouettes: Iterable[MatLike], window: Window) -> Found | None:
    best: Found | None = None
    for silhouette in silhouettes:
        hand = outline(silhouette)
        if hand is None:
            continue
        frame = palm_frame(hand)
        doubt = frame.doubt if frame else CAPTURE.no_frame_doubt + abs(5 - len(hand.fingers))
        doubt += hand.fills_border
        if best is None or doubt < best.doubt:
            best = Found(silhouette, window, hand, frame, doubt)
        if doubt < CAPTURE.sure:
            break
    return best
