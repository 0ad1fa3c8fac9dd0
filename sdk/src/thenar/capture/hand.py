"""Read a hand's parts off its silhouette: palm, fingers, and the valleys between them.

The palm is the largest inscribed circle. Opening the silhouette by a disc that
is wider than a finger and narrower than the palm or the forearm leaves the palm;
what it took away are the fingers. Between neighbouring fingers lies a valley.
"""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from thenar.parameters import CAPTURE

Point = NDArray[np.float64]
"""(x, y) in pixels of the image that was segmented."""


@attrs.frozen(eq=False)
class Finger:
    """One finger: where it starts, where it ends, how much there is of it.

    Attributes:
        base: middle of where it leaves the palm.
        tip: its point farthest from the palm.
        length: from base to tip, pixels.
        width: area over length, pixels.
    """

    base: Point
    tip: Point
    length: float
    width: float


@attrs.frozen(eq=False)
class Outline:
    """A silhouette with its palm circle and fingers, in angular order.

    Attributes:
        contour: int32 n×2, the silhouette.
        centre: of the palm's inscribed circle.
        radius: of that circle, pixels.
        fingers: clockwise as seen in the image, starting after the widest gap.
        fills_border: share of the contour that lies on the picture's border, 0..1.
    """

    contour: NDArray[np.int32]
    centre: Point
    radius: float
    fingers: tuple[Finger, ...]
    fills_border: float


def outline(mask: MatLike) -> Outline | None:
    """The parts of a silhouette, or None where there is too little of one.

    Args:
        mask: uint8 H×W, 0 or 255, one blob.
    """
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    contour = np.asarray(max(contours, key=cv2.contourArea)[:, 0], np.int32)
    if cv2.contourArea(contour) < CAPTURE.smallest_hand * mask.size:
        return None
    depth = inside(mask)
    place, radius = largest_disc(depth)
    centre = np.array(place, np.float64)
    fingers = _fingers(mask, depth, centre, radius)
    height, width = mask.shape
    edge = (contour == 0) | (contour == (width - 1, height - 1))
    return Outline(contour, centre, radius, fingers, float(edge.any(axis=1).mean()))


def inside(mask: MatLike) -> MatLike:
    """How far each pixel is from what is not of the mask, float32; the picture's edge is not."""
    return cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]


def largest_disc(depth: MatLike) -> tuple[tuple[int, int], float]:
    """Middle (x, y) and radius of the largest disc in a mask, of which :func:`inside` tells."""
    _, radius, _, (x, y) = cv2.minMaxLoc(depth)
    return (x, y), float(radius)


def _fingers(mask: MatLike, depth: MatLike, centre: Point, radius: float) -> tuple[Finger, ...]:
    reach = CAPTURE.finger_opening * radius
    core = np.where(depth > reach, np.uint8(0), np.uint8(255))
    far = cv2.distanceTransform(core, cv2.DIST_L2, 5)
    palm = (far <= reach + 1) & (mask > 0)
    thin = np.where(palm, np.uint8(0), mask)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thin, connectivity=4)
    touches = cv2.dilate(palm.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    found = []
    for label in range(1, count):
        left, top, width, height, area = stats[label]
        if area < CAPTURE.smallest_finger * radius * radius:
            continue
        box = slice(top, top + height), slice(left, left + width)
        finger = _finger(labels[box] == label, touches[box], (left, top))
        if finger is not None and _belongs(finger, centre, radius):
            found.append(finger)
    return _in_order(found, centre)


def _belongs(finger: Finger, centre: Point, radius: float) -> bool:
    """Long enough, starting at the palm, pointing away from it (a sleeve's corner does not)."""
    out, along = finger.base - centre, finger.tip - finger.base
    away = float(np.hypot(*out))
    straight = float(np.dot(out, along)) / max(away * finger.length, 1e-9)
    return (
        finger.length > CAPTURE.shortest_finger * radius
        and away < CAPTURE.farthest_base * radius
        and straight > CAPTURE.finger_straight
    )


def _finger(
    part: NDArray[np.bool_], touches: NDArray[np.bool_], corner: tuple[int, int]
) -> Finger | None:
    """A part within its box, whose first pixel is the corner (x, y)."""
    base_y, base_x = np.nonzero(part & touches)
    if not len(base_x):
        return None
    base = np.array([base_x.mean(), base_y.mean()]) + corner
    y, x = np.nonzero(part)
    points = np.column_stack([x, y]).astype(np.float64) + corner
    away = np.hypot(*(points - base).T)
    tip = points[np.argmax(away)]
    length = float(away.max())
    return Finger(base, tip, length, len(x) / max(length, 1.0))


def _in_order(fingers: list[Finger], centre: Point) -> tuple[Finger, ...]:
    """Clockwise in the image, starting after the widest gap (where the forearm is)."""
    if len(fingers) < 2:
        return tuple(fingers)
    angles = np.array([np.arctan2(*(f.base - centre)[::-1]) for f in fingers])
    order = np.argsort(angles)
    gaps = np.diff(angles[order], append=angles[order[0]] + 2 * np.pi)
    first = (int(np.argmax(gaps)) + 1) % len(order)
    return tuple(fingers[i] for i in np.roll(order, -first))
