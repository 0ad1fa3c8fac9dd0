"""Paper and telephones end in straight edges beside the hand."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.capture.grey import grey_of
from thenar.device.liveness.verdict import hint, judge
from thenar.parameters import LIVENESS
from thenar.records import AttackCheck, Band, Frame, FrameSet, PalmCrop


class BorderCheck:
    """Refuses a hand beside which a long straight edge runs in near infrared.

    The reader's NIR lamp does not reach the room, so what has an edge there is as near as
    the hand. Without NIR it may be a door, so an edge is then a hint alone.
    """

    def check(self, frames: Sequence[FrameSet], crops: Sequence[PalmCrop]) -> AttackCheck:
        """Judge one presentation by the median over every second of its frames."""
        pairs = list(zip(frames, crops, strict=True))[::2]
        lengths = [longest_edge(taken.primary, crop) for taken, crop in pairs]
        say = judge if frames[0].band(Band.NIR) is not None else hint
        return say(
            "border",
            float(np.median(lengths)),
            LIVENESS.border_limit,
            LIVENESS.border_spread,
            "a straight edge beside the hand, as of paper or of a telephone",
        )


def longest_edge(frame: Frame, crop: PalmCrop) -> float:
    """Length of the longest straight edge beside the hand, in sides of the crop."""
    scale = LIVENESS.border_side / crop.pose.side
    small = cv2.resize(
        grey_of(frame.pixels), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
    )
    edges = cv2.Canny(cv2.GaussianBlur(small, (0, 0), 1.2), *LIVENESS.border_edges)
    edges[~beside(crop, small.shape[:2], scale)] = 0
    least = round(LIVENESS.border_shortest * LIVENESS.border_side)
    lines = cv2.HoughLinesP(edges, 1, np.pi / 180, least // 2, minLineLength=least, maxLineGap=4)
    if lines is None:
        return 0.0
    ends = lines.reshape(-1, 2, 2).astype(np.float64)
    return float(np.hypot(*(ends[:, 1] - ends[:, 0]).T).max()) / LIVENESS.border_side


def beside(crop: PalmCrop, size: tuple[int, int], scale: float) -> NDArray[np.bool_]:
    """Pixels that no hand reaches: beyond the fingertips, and not towards the forearm.

    Args:
        crop: says where the palm is, in pixels of the frame.
        size: (height, width) of the picture that is asked about.
        scale: its pixels a pixel of the frame.
    """
    height, width = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    right = (x - crop.pose.centre[0] * scale) / (crop.pose.side * scale)
    down = (y - crop.pose.centre[1] * scale) / (crop.pose.side * scale)
    roll = np.deg2rad(crop.pose.roll)
    towards_wrist = down * np.cos(roll) - right * np.sin(roll)
    across = right * np.cos(roll) + down * np.sin(roll)
    far = np.hypot(right, down) > LIVENESS.hand_reach
    forearm = (towards_wrist > 0) & (np.abs(across) < 0.5 + 0.5 * towards_wrist)
    return np.asarray(far & ~forearm)
