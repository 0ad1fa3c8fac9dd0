"""How far the palm is tilted out of the picture, from the hand's own proportions.

A tilted hand is foreshortened: towards the camera's axis its palm and fingers look
shorter than its valleys are apart, or the valleys look closer than they are. One
person's proportions repeat within 2 %, but people differ by 8 %, so what lies
within the range of flat hands is left as it is, and only what lies beyond it is
undone: a palm is never bent by more than what is surely tilt.
"""

from __future__ import annotations

import numpy as np

from thenar.capture.atlas import CENTRE, LENGTHS
from thenar.capture.naming import Named
from thenar.parameters import CAPTURE


def stretch(named: Named, width: float, depth: float) -> float:
    """Length over width of this hand, against the atlas: 1 for the usual flat hand.

    Args:
        named: the fingers.
        width: between the valleys P2 and P4, pixels.
        depth: from between the valleys to the palm's centre, pixels.
    """
    lengths = [
        finger.length / (width * usual)
        for finger, usual in zip(named.fingers, LENGTHS[1:], strict=True)
        if finger
    ]
    deep = max(depth, 1.0) / (width * float(CENTRE[0, 1]))
    return float(np.sqrt(deep * np.median(lengths)))


def surely(stretched: float) -> float:
    """The part of a stretch that no flat hand has: 1 within their range."""
    low, high = CAPTURE.flat_hands
    return stretched / min(max(stretched, low), high)


def degrees(stretched: float) -> float:
    """The tilt that a stretch speaks of, 0..90; 0 for a usual hand."""
    return float(np.degrees(np.arccos(min(stretched, 1 / stretched))))
