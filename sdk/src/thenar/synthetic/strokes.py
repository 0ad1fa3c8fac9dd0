"""Drawing creases: thin strokes with a depth, and who owns each pixel.

A sample fades some wrinkles and parts of lines. So that this costs one table
look-up instead of a new drawing, a map of owners is kept beside the map of
depths: the sample's table gives each owner a strength.
"""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.synthetic.silhouette import atlas_size, to_atlas

Float = NDArray[np.float32]
Bytes = NDArray[np.uint8]
MAX_OWNERS = 255


@attrs.frozen(eq=False)
class Stroke:
    """One crease.

    Attributes:
        points: float64 (n, 2) in palm units.
        depths: float64 (n,), 0..1 along it.
        width: 0 hair-fine, 1 fine, 2 broad.
        owners: int (n,), 1..255, who owns each part.
    """

    points: NDArray[np.float64]
    depths: NDArray[np.float64]
    width: int
    owners: NDArray[np.int64]


def draw(strokes: list[Stroke], sigmas: tuple[float, float, float]) -> tuple[Float, Bytes]:
    """Draw strokes, deeper ones on top.

    Args:
        strokes: creases of the whole hand.
        sigmas: widths of the profile of each kind of stroke, map pixels.

    Returns:
        float32 depths 0..1, and uint8 owners (0 nobody), both over the hand's map.
    """
    width, height = atlas_size()
    owner = np.zeros((height, width), np.uint8)
    total = np.zeros((height, width), np.float32)
    for kind, sigma in enumerate(sigmas):
        layer = np.zeros((height, width), np.uint8)
        for stroke in sorted(
            (s for s in strokes if s.width == kind), key=lambda s: float(s.depths.max())
        ):
            _draw(stroke, layer, owner, reach=2 * int(np.ceil(2 * sigma)) + 1)
        profile = cv2.GaussianBlur(layer.astype(np.float32), (0, 0), sigma)
        # A line one pixel wide keeps its depth in the middle of its profile.
        np.maximum(total, profile * np.float32(np.sqrt(2 * np.pi) * sigma / 255), out=total)
    return np.minimum(total, 1), owner


def _draw(stroke: Stroke, layer: NDArray[np.uint8], owner: NDArray[np.uint8], reach: int) -> None:
    fixed = np.round(to_atlas(stroke.points) * 16).astype(int).tolist()
    depths = (stroke.depths * 255).astype(int).tolist()
    owners = stroke.owners.tolist()
    for a, b, depth, who in zip(fixed, fixed[1:], depths, owners, strict=False):
        if depth > 2:
            cv2.line(owner, a, b, who, reach, cv2.LINE_8, 4)
            cv2.line(layer, a, b, depth, 1, cv2.LINE_AA, 4)
