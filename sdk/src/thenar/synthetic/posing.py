"""Where each pixel of an image looks on the palm: pose, fingers, elasticity.

Four steps, from the image to the palm's maps: the camera (a homography of the
tilted palm's plane), the parallax of what rises from that plane, then the fingers
turned about their knuckles, then the skin's elastic displacement.
"""

from __future__ import annotations

from typing import Any

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.records import Hand
from thenar.synthetic.anatomy import CROP_TOP, CROP_WIDTH, EXTENT, MOUNDS
from thenar.synthetic.presentation import Presentation
from thenar.synthetic.silhouette import Skeleton

Points = NDArray[np.float64]
Matrix = NDArray[np.float64]
MIDDLE: Points = np.array([0.0, CROP_TOP + CROP_WIDTH / 2])
"""Centre of the crop in palm units."""
NO_MAP: Any = None
"""The second map of ``cv2.remap`` where the first holds both coordinates; its stub forgets it."""


@attrs.frozen
class Placement:
    """Where a hand is in the frame.

    Attributes:
        x, y: of the palm's centre (the crop's), in shares of frame width and height;
            outside 0..1 it is out of the frame.
        size: palm width in shares of the frame's height; larger is nearer.
        roll: degrees added to the presentation's; positive is clockwise in the image.
        tilt: degrees about the image's x and y axis added to the presentation's.
        spread: degrees by which the fingers are opened (negative closes them).
        motion: (x, y) travelled during the exposure, in shares of the frame's height.
        defocus: added blur, pixels at 480 rows.
    """

    x: float = 0.5
    y: float = 0.61
    size: float = 0.195
    roll: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)
    spread: float = 0.0
    motion: tuple[float, float] = (0.0, 0.0)
    defocus: float = 0.0


@attrs.frozen(eq=False)
class Posed:
    """A palm in front of the camera.

    Attributes:
        skeleton: of the hand.
        presentation: how it is shown.
        spread: float64 (5,), radians that each finger turns, clockwise on a left hand.
        camera: float64 (3, 3), palm units → pixels, for what lies in the palm's plane.
        lean: float64 (2,), how far what rises by one palm width seems to move.
        near: by how much what rises by one palm width seems larger.
    """

    skeleton: Skeleton
    presentation: Presentation
    spread: Points
    camera: Matrix
    lean: Points
    near: float

    def palm_points(self, pixels: Points) -> Points:
        """Pixels (n, 2) → where they look on the resting palm, in palm units."""
        posed = _project(np.linalg.inv(self.camera).astype(np.float64), pixels)
        return self._rest(posed)

    def pixels(self, palm: Points) -> Points:
        """Palm units (n, 2) → pixels: the inverse of :meth:`palm_points`."""
        posed = palm.copy()
        for _ in range(8):
            posed += palm - self._rest(posed)
        return _project(self.camera, posed)

    def _rest(self, posed: Points) -> Points:
        height = rise(posed, self.presentation.mounds)[:, None]
        flat = posed - height * (self.lean + self.near * (posed - MIDDLE))
        return _unstretch(_unspread(flat, self.skeleton, self.spread), self.presentation)


def pose(
    skeleton: Skeleton,
    presentation: Presentation,
    placement: Placement,
    hand: Hand,
    size: tuple[int, int],
) -> Posed:
    """Put a palm before the camera.

    Args:
        skeleton: the hand's.
        presentation: how it is shown.
        placement: where.
        hand: a right hand is mirrored.
        size: (height, width) of the frame in pixels.
    """
    height, width = size
    shown = presentation
    outward = np.array([0.6, 1.0, 0.15, -0.75, -1.4])
    spread = np.deg2rad(shown.spread + placement.spread * outward) * -1
    scale = placement.size * height * shown.scale
    tilt = np.deg2rad(np.add(shown.tilt, placement.tilt))
    roll = np.deg2rad(shown.roll + placement.roll)
    flat = _move(*-MIDDLE)
    mirror = np.diag([-1.0, 1.0, 1.0]) if hand is Hand.RIGHT else np.eye(3)
    middle = (
        placement.x * width + shown.shift[0] * height,
        placement.y * height + shown.shift[1] * height,
    )
    turned = _turned(tilt, roll)
    focal = SYNTHETIC.focal_length * height
    plane = turned[:, :2] * scale
    plane[2] /= focal
    camera = _move(*middle) @ np.column_stack([plane, [0, 0, 1.0]]) @ mirror @ flat
    lean = mirror[:2, :2] @ -np.linalg.solve(turned[:2, :2], turned[:2, 2])
    return Posed(skeleton, shown, spread, camera, lean, scale / focal)


def crop_camera(posed: Posed, hand: Hand, side: int) -> Posed:
    """The same pose seen by a camera that sees exactly the crop.

    The crop hangs on the valleys P2 and P4 where they are in this pose, turned and
    scaled with them, plus the presentation's error of registration.
    """
    left, right = posed.skeleton.valleys[1], posed.skeleton.valleys[3]
    if hand is Hand.RIGHT:
        left, right = right, left
    a, b = posed.pixels(np.stack([left, right]))
    error = posed.presentation.registration
    along = b - a
    down = np.array([-along[1], along[0]])
    middle = (a + b) / 2 + along * error[0] + down * (error[1] + CROP_TOP + CROP_WIDTH / 2)
    cos, sin = np.cos(error[2]), np.sin(error[2])
    side_x = (along * cos + down * sin) * CROP_WIDTH * np.exp(error[3])
    side_y = (down * cos - along * sin) * CROP_WIDTH * np.exp(error[3])
    corner = middle - side_x / 2 - side_y / 2
    to_frame = np.eye(3)
    to_frame[:2, 0], to_frame[:2, 1] = side_x / side, side_y / side
    to_frame[:2, 2] = corner + (side_x + side_y) / (2 * side)
    return attrs.evolve(posed, camera=np.linalg.inv(to_frame) @ posed.camera)


def _project(matrix: Matrix, points: Points) -> Points:
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:])


def _move(x: float, y: float) -> Matrix:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def _turned(tilt: Points, roll: float) -> Matrix:
    """Rotation of the palm's plane: roll about the camera's axis, then about y and x."""
    (cx, sx), (cy, sy) = ((np.cos(t), np.sin(t)) for t in tilt)
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    cz, sz = np.cos(roll), np.sin(roll)
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return np.asarray(about_x @ about_y @ about_z)


def rise(palm: Points, mounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far skin rises towards the camera from the palm's plane, palm widths.

    Mounds bulge and fingers curl, the same for everybody but for the sample's factors.
    """
    u, v = palm.T
    beyond_palm = np.clip(np.hypot(u, np.minimum(v - 0.9, 0)) - 1, 0, 2)
    total = SYNTHETIC.curl * beyond_palm**2
    for (at_u, at_v, wide, high, tall), factor in zip(MOUNDS, mounds, strict=True):
        bell = -0.5 * (((u - at_u) / wide) ** 2 + ((v - at_v) / high) ** 2)
        total += tall * factor * np.exp(bell)
    return np.asarray(total)


def _unspread(posed: Points, skeleton: Skeleton, spread: Points) -> Points:
    """Turn each finger back to its resting place, fading out towards the palm."""
    if not np.any(spread):
        return posed
    roots, tips = skeleton.joints[:, 0], skeleton.joints[:, -1]
    offsets = tips - roots
    cos, sin = np.cos(spread), np.sin(spread)
    turned = np.stack(
        [cos * offsets[:, 0] - sin * offsets[:, 1], sin * offsets[:, 0] + cos * offsets[:, 1]],
        axis=1,
    )
    length = np.linalg.norm(offsets, axis=1)
    from_root = posed[:, None] - roots[None]
    along = np.einsum("nfk,fk->nf", from_root, turned / length[:, None]) / length
    nearest = roots + np.clip(along, 0, 1)[..., None] * turned
    distance = np.linalg.norm(posed[:, None] - nearest, axis=2)
    share = np.exp(-((distance - distance.min(axis=1, keepdims=True)) / SYNTHETIC.finger_blend))
    share /= share.sum(axis=1, keepdims=True)
    start, reach = SYNTHETIC.finger_turns
    ramp = np.clip((along - start) / reach, 0, 1)
    angle = -np.sum(share * ramp * ramp * (3 - 2 * ramp) * spread, axis=1)
    root = share @ roots
    arm = posed - root
    cos, sin = np.cos(angle), np.sin(angle)
    back = np.stack([cos * arm[:, 0] - sin * arm[:, 1], sin * arm[:, 0] + cos * arm[:, 1]], axis=1)
    return np.asarray(root + back)


def _unstretch(points: Points, presentation: Presentation) -> Points:
    """Add the skin's displacement, interpolated from its coarse grid."""
    elastic = presentation.elastic
    if not np.any(elastic):
        return points
    rows, columns = elastic.shape[:2]
    left, top, right, bottom = EXTENT
    where = (points - (left, top)) / (right - left, bottom - top) * (columns - 1, rows - 1)
    at = where.astype(np.float32).reshape(-1, 1, 2)
    moved = cv2.remap(elastic, at, NO_MAP, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(points + moved.reshape(-1, 2))
