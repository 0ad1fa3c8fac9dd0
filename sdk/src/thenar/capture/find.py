"""Choose among the guesses the one whose outline is most surely a hand."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from cv2.typing import MatLike

from thenar.capture.grow import regrown
from thenar.capture.hand import Outline, outline
from thenar.capture.segment import guesses
from thenar.capture.valleys import Frame2D, palm_frame
from thenar.parameters import CAPTURE
from thenar.records import Band


@attrs.frozen(eq=False)
class Found:
    """A guess with what was read off it.

    Attributes:
        silhouette: uint8, 0 or 255.
        hand: its parts.
        frame: the palm's frame, where fingers and valleys were found.
        doubt: 0 for surely a hand.
    """

    silhouette: MatLike
    hand: Outline
    frame: Frame2D | None
    doubt: float


def find_hand(small: MatLike, band: Band) -> Found | None:
    """The first guess that is surely a hand, else the least doubtful one.

    Args:
        small: uint8 H×W or H×W×3 RGB, at working size.
        band: the light it was taken in.
    """
    plain = _least_doubtful(guesses(small, band))
    if plain is not None and plain.doubt < CAPTURE.sure:
        return plain
    grown = _least_doubtful(regrown(small, band, [plain.silhouette] if plain else []))
    candidates = [found for found in (plain, grown) if found is not None]
    return min(candidates, key=lambda found: found.doubt, default=None)


def _least_doubtful(silhouettes: Iterable[MatLike]) -> Found | None:
    best: Found | None = None
    for silhouette in silhouettes:
        hand = outline(silhouette)
        if hand is None:
            continue
        frame = palm_frame(hand)
        doubt = frame.doubt if frame else CAPTURE.no_frame_doubt + abs(5 - len(hand.fingers))
        doubt += hand.fills_border
        if best is None or doubt < best.doubt:
            best = Found(silhouette, hand, frame, doubt)
        if doubt < CAPTURE.sure:
            break
    return best
