"""Which part of a palm's maps a camera sees, and reading the maps there."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.synthetic.light import REDUCTION
from thenar.synthetic.posing import NO_MAP, Posed
from thenar.synthetic.silhouette import atlas_size, to_atlas

Float = NDArray[np.float32]
GRID = 8
"""Positions on the palm are worked out at every eighth pixel and interpolated."""


@attrs.frozen(eq=False)
class Sight:
    """Positions on the maps for each pixel of an image.

    Attributes:
        area: rows and columns of the maps that are seen.
        at: float32 (h, w, 2), map positions (x, y) of each pixel, all of the map.
        shrink: map pixels an image pixel, at least 1.
        pixels_a_palm_width: size of the hand in the image.
        turn: float64 (2, 2), palm directions → image directions, without scale.
    """

    area: tuple[slice, slice]
    at: Float
    shrink: float
    pixels_a_palm_width: float
    turn: NDArray[np.float64]

    def sample(self, layers: Float) -> Float:
        """Read layers, which cover :attr:`area`, at every pixel; the edges continue outwards."""
        offset = np.array([self.area[1].start, self.area[0].start], np.float32)
        at = self.at - offset
        if self.shrink > SYNTHETIC.shrink_above:
            factor = 1 / self.shrink
            layers = np.asarray(
                cv2.resize(layers, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            )
            at = (at + np.float32(0.5)) * np.float32(factor) - np.float32(0.5)
        seen = cv2.remap(layers, at, NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(seen, np.float32)

    def slopes(self, slopes: Float) -> Float:
        """Read slopes, which cover the whole hand at reduced size, along the image's axes."""
        start = REDUCTION // 2
        at = self.at[start::REDUCTION, start::REDUCTION] / np.float32(REDUCTION)
        seen = cv2.remap(slopes, at, NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(cv2.transform(seen, self.turn.astype(np.float32)), np.float32)


def look(posed: Posed, size: tuple[int, int]) -> Sight:
    """Where each pixel of an image of (height, width) looks."""
    at = _positions(posed, size)
    width, height = atlas_size()
    margin = 4
    left = int(np.clip(at[..., 0].min() - margin, 0, width - 2))
    right = int(np.clip(at[..., 0].max() + margin, left + 2, width))
    top = int(np.clip(at[..., 1].min() - margin, 0, height - 2))
    bottom = int(np.clip(at[..., 1].max() + margin, top + 2, height))
    linear = _linear_part(posed)
    u, singular, vt = np.linalg.svd(linear)
    pixels = float(np.sqrt(singular[0] * singular[1]))
    return Sight(
        area=(slice(top, bottom), slice(left, right)),
        at=at,
        shrink=max(1.0, SYNTHETIC.atlas_scale / pixels),
        pixels_a_palm_width=pixels,
        turn=u @ vt,
    )


def _positions(posed: Posed, size: tuple[int, int]) -> Float:
    height, width = size
    rows, columns = -(-height // GRID), -(-width // GRID)
    y = (np.arange(-1, rows + 1) + 0.5) * GRID - 0.5
    x = (np.arange(-1, columns + 1) + 0.5) * GRID - 0.5
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    coarse = to_atlas(posed.palm_points(grid)).astype(np.float32)
    coarse = coarse.reshape(rows + 2, columns + 2, 2)
    whole = cv2.resize(coarse, None, fx=GRID, fy=GRID, interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(whole[GRID : GRID + height, GRID : GRID + width])


def _linear_part(posed: Posed) -> NDArray[np.float64]:
    """Derivative of the camera where it sees the middle of the crop."""
    corners = np.array([(0.0, 0.72), (0.01, 0.72), (0.0, 0.73)])
    moved = np.concatenate([corners, np.ones((3, 1))], axis=1) @ posed.camera.T
    pixels = moved[:, :2] / moved[:, 2:]
    return np.asarray((pixels[1:] - pixels[0]).T / 0.01)
