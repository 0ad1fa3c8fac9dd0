"""The outline of one hand: finger lengths, widths and webs, as a signed distance."""

from __future__ import annotations

from itertools import pairwise

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.synthetic.anatomy import EXTENT, FINGERS, PALM_OUTLINE

Float = NDArray[np.float32]


@attrs.frozen(eq=False)
class Skeleton:
    """Where a hand's parts are, in palm units.

    Attributes:
        joints: float64 (5, 5, 2), chain of each finger from root to tip, thumb first.
        radii: float64 (5, 5), half width at each joint.
        outline: float64 (n, 2), palm, wrist and forearm.
        valleys: float64 (4, 2), webs from thumb–index to ring–little.
    """

    joints: NDArray[np.float64]
    radii: NDArray[np.float64]
    outline: NDArray[np.float64]
    valleys: NDArray[np.float64]


def to_atlas(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Palm units → pixels of a hand's maps."""
    return np.asarray((points - np.array(EXTENT[:2])) * SYNTHETIC.atlas_scale - 0.5)


def from_atlas(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pixels of a hand's maps → palm units."""
    return np.asarray((points + 0.5) / SYNTHETIC.atlas_scale + np.array(EXTENT[:2]))


def atlas_size() -> tuple[int, int]:
    """Width and height of a hand's maps in pixels."""
    left, top, right, bottom = EXTENT
    scale = SYNTHETIC.atlas_scale
    return round((right - left) * scale), round((bottom - top) * scale)


def grow(rng: np.random.Generator) -> tuple[Skeleton, Float]:
    """One hand's skeleton and its signed distance map.

    Returns:
        The skeleton, whose valleys P2 and P4 lie near (−.5, 0) and (.5, 0), and the
        float32 map of distances to the outline in palm units, positive on the hand.
    """
    skeleton = _jitter(rng)
    skeleton = _square_up(skeleton, _valleys(skeleton, _distance(skeleton)))
    distance = _distance(skeleton)
    return attrs.evolve(skeleton, valleys=_valleys(skeleton, distance)), distance


def _jitter(rng: np.random.Generator) -> Skeleton:
    spread = SYNTHETIC.shape_jitter
    joints = np.array([finger.joints for finger in FINGERS])
    radii = np.array([finger.radii for finger in FINGERS])
    roots = joints[:, 1:2]
    length = 1 + spread * rng.standard_normal() + 0.6 * spread * rng.standard_normal((5, 1, 1))
    width = 1 + 0.5 * spread * rng.standard_normal() + 0.4 * spread * rng.standard_normal((5, 1))
    stretched = roots + (joints - roots) * length
    joints = np.concatenate([joints[:, :2], stretched[:, 2:]], axis=1)
    outline = np.array(PALM_OUTLINE)
    outline = outline * (1 + 0.5 * spread * rng.standard_normal(2))
    outline += 0.2 * spread * rng.standard_normal(outline.shape)
    return Skeleton(joints, radii * width, outline, np.zeros((4, 2)))


def _distance(skeleton: Skeleton) -> Float:
    """Draw the parts, round the webs by a closing, and measure distances."""
    width, height = atlas_size()
    mask = np.zeros((height, width), np.uint8)
    _fill(mask, _rounded(skeleton.outline))
    for joints, radii in zip(skeleton.joints, skeleton.radii, strict=True):
        for a, b, ra, rb in zip(joints, joints[1:], radii, radii[1:], strict=False):
            _fill(mask, _round_cone(a, b, ra, rb))
    _fill(mask, _thumb_web(skeleton))
    scale = SYNTHETIC.atlas_scale
    web = SYNTHETIC.web_radius * scale
    outside = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5)
    closed = (outside < web).astype(np.uint8)
    closed = (cv2.distanceTransform(closed, cv2.DIST_L2, 5) > web).astype(np.uint8) | mask
    inside = cv2.distanceTransform(closed, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - closed, cv2.DIST_L2, 5)
    signed = cv2.GaussianBlur(inside - outside, (0, 0), SYNTHETIC.outline_smoothing)
    return np.asarray(signed / np.float32(scale), np.float32)


def _fill(mask: NDArray[np.uint8], points: NDArray[np.float64]) -> None:
    fixed = np.round(to_atlas(points) * 16).astype(np.int32)
    cv2.fillPoly(mask, [fixed], 1, shift=4)


def _round_cone(
    a: NDArray[np.float64], b: NDArray[np.float64], ra: float, rb: float
) -> NDArray[np.float64]:
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = np.concatenate([a + ra * ring, b + rb * ring]).astype(np.float32)
    return np.asarray(cv2.convexHull(points)[:, 0], np.float64)


def _thumb_web(skeleton: Skeleton) -> NDArray[np.float64]:
    """The skin that swings from the index finger's side to the thumb's in a wide curve."""
    thumb, index = skeleton.joints[:2]
    along = (thumb[2] - thumb[1]) / np.linalg.norm(thumb[2] - thumb[1])
    towards_index = np.array([-along[1], along[0]])
    upper = [thumb[k] + 0.98 * skeleton.radii[0, k] * towards_index for k in (1, 2)]
    side = index[1] + (-0.98 * skeleton.radii[1, 1], SYNTHETIC.thumb_web)
    t = np.linspace(0, 1, 16)[:, None]
    curve = (1 - t) ** 2 * side + 2 * t * (1 - t) * upper[0] + t**2 * upper[1]
    return np.concatenate([curve, thumb[1:2], index[:1]])


def _rounded(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut the corners of a closed polygon three times (Chaikin)."""
    for _ in range(3):
        after = np.roll(corners, -1, axis=0)
        corners = np.stack([0.75 * corners + 0.25 * after, 0.25 * corners + 0.75 * after], axis=1)
        corners = corners.reshape(-1, 2)
    return corners


def _valleys(skeleton: Skeleton, distance: Float) -> NDArray[np.float64]:
    """The deepest part of the outline between neighbouring fingertips.

    Depth is measured from the line between the tips; what lies within a little of
    the deepest point is averaged, so that the floor of a wide web counts whole.
    """
    inside = (distance > 0).astype(np.uint8)
    contours, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = from_atlas(max(contours, key=cv2.contourArea)[:, 0].astype(np.float64))
    tips = [int(np.argmin(np.hypot(*(contour - joints[-1]).T))) for joints in skeleton.joints]
    found = []
    for one, other in pairwise(tips):
        first, last = sorted((one, other))
        arcs = contour[first : last + 1], np.concatenate([contour[last:], contour[: first + 1]])
        arc = min(arcs, key=len)
        chord = contour[other] - contour[one]
        depth = np.abs((arc - contour[one]) @ np.array([-chord[1], chord[0]])) / np.hypot(*chord)
        found.append(arc[depth > depth.max() - SYNTHETIC.valley_floor].mean(axis=0))
    return np.array(found)


def _square_up(skeleton: Skeleton, valleys: NDArray[np.float64]) -> Skeleton:
    """Move, turn and scale so that P2 and P4 lie at (∓.5, 0)."""
    axis = valleys[3] - valleys[1]
    middle = (valleys[3] + valleys[1]) / 2
    size = float(np.hypot(*axis))
    cos, sin = axis / size
    turn = np.array([[cos, sin], [-sin, cos]]) / size

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((points - middle) @ turn.T)

    return Skeleton(
        move(skeleton.joints),
        skeleton.radii / size,
        move(skeleton.outline),
        move(valleys),
    )
