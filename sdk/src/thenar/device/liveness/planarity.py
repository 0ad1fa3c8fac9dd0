"""A picture is one plane and stays so while it moves; a hand has depth, and fingers of its own."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.capture.grey import grey_of
from thenar.device.liveness.verdict import hint, not_judged
from thenar.parameters import LIVENESS
from thenar.records import AttackCheck, Band, FrameSet

_WINDOW = (15, 15)
Points = NDArray[np.float32]


def planarity(before: FrameSet, outline: NDArray[np.int32], now: FrameSet) -> AttackCheck:
    """Whether everything in a silhouette moved as one plane does.

    Points of the hand are followed from one frame to the other, and a homography is
    fitted to them. A hint alone: a stiff hand comes close to a plane.

    Args:
        before: while the hand was moving.
        outline: int32 n×2, its silhouette there, in pixels of the primary frame.
        now: a later frame.
    """
    first, second = _grey(before), _grey(now)
    if first.shape != second.shape or _size(before) != before.primary.pixels.shape[:2]:
        return not_judged("planarity", "the bands differ in size")
    mask = np.zeros(first.shape, np.uint8)
    if len(outline):
        corners = np.rint(outline * usual_rows(before)).astype(np.int32)
        cv2.fillPoly(mask, [corners.reshape(-1, 1, 2)], 1)
    inner = np.asarray(cv2.erode(mask, np.ones((7, 7), np.uint8)), np.uint8)
    start, end = _followed(first, second, inner)
    travel = float(np.median(np.linalg.norm(end - start, axis=1))) if len(start) else 0.0
    low, high = LIVENESS.plane_travel
    if len(start) < LIVENESS.plane_points or not low <= travel <= high:
        return not_judged("planarity", "the hand moved too little or too fast to be followed")
    _, fits = cv2.findHomography(start, end, cv2.RANSAC, LIVENESS.plane_error)
    share = float(np.asarray(fits, np.float64).mean()) if np.size(fits) > 1 else 0.0
    return hint(
        "planarity",
        share,
        LIVENESS.plane_limit,
        LIVENESS.plane_spread,
        "all of it moved as one plane, as a picture does",
        most=LIVENESS.plane_hint,
    )


def usual_rows(taken: FrameSet) -> float:
    """What a length in pixels of the primary frame is multiplied by: 1 at the usual height."""
    rows: int = taken.primary.pixels.shape[0]
    return LIVENESS.plane_rows / rows


def _followed(
    before: NDArray[np.uint8], now: NDArray[np.uint8], mask: NDArray[np.uint8]
) -> tuple[Points, Points]:
    """Corners in the mask that are found in the later frame, and from there back again."""
    nothing = np.empty((0, 2), np.float32)
    corners: object = cv2.goodFeaturesToTrack(before, 150, 0.01, 5, mask=mask)
    if not isinstance(corners, np.ndarray):
        return nothing, nothing  # OpenCV says None where there are none.
    found = np.asarray(corners, np.float32)
    there, known, _ = cv2.calcOpticalFlowPyrLK(before, now, found, found.copy(), winSize=_WINDOW)
    back, again, _ = cv2.calcOpticalFlowPyrLK(now, before, there, found.copy(), winSize=_WINDOW)
    same = np.linalg.norm((back - found)[:, 0], axis=1) < LIVENESS.plane_return
    kept = (known[:, 0] == 1) & (again[:, 0] == 1) & same
    return np.asarray(found[kept, 0], np.float32), np.asarray(there[kept, 0], np.float32)


def _size(taken: FrameSet) -> tuple[int, ...]:
    return (taken.band(Band.RGB) or taken.primary).pixels.shape[:2]


def _grey(taken: FrameSet) -> NDArray[np.uint8]:
    """Of the usual height, whatever the camera's: the same movement, the same errors."""
    grey = grey_of((taken.band(Band.RGB) or taken.primary).pixels)
    scale = LIVENESS.plane_rows / grey.shape[0]
    if scale == 1:
        return grey
    size = (round(grey.shape[1] * scale), LIVENESS.plane_rows)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
