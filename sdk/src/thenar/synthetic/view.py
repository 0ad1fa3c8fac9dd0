"""Which part of a frame a hand fills, which part of its maps that shows, and reading them."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.synthetic.light import REDUCTION
from thenar.synthetic.posing import NO_MAP, Posed
from thenar.synthetic.silhouette import atlas_size, to_atlas
from thenar.synthetic.window import Window

Float = NDArray[np.float32]
GRID = 8
"""Positions on the palm are worked out at every eighth pixel and interpolated."""


@attrs.frozen(eq=False)
class Sight:
    """Positions on the maps for each pixel of a window.

    Attributes:
        level: which size of the maps suits the hand's size in the frame.
        scale: pixels of those maps per pixel of the full-size maps.
        area: rows and columns of those maps that are seen.
        at: float32 (h, w, 2), positions (x, y) on the full-size maps.
        pixels: of a palm width in the frame.
        turn: float64 (2, 2), palm directions → image directions, without scale.
    """

    level: int
    scale: float
    area: tuple[slice, slice]
    at: Float
    pixels: float
    turn: NDArray[np.float64]

    def sample(self, layers: Float) -> Float:
        """Read layers, which cover :attr:`area`, at every pixel; the edges continue outwards."""
        offset = np.array([self.area[1].start, self.area[0].start], np.float32)
        factor = np.float32(self.scale)
        at = self.at * factor + (np.float32(0.5) * (factor - 1) - offset)
        seen = cv2.remap(layers, at, NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(seen, np.float32)

    def slopes(self, slopes: Float) -> Float:
        """Read slopes, which cover the whole hand at reduced size, along the image's axes."""
        rows, columns = (
            slice(min(REDUCTION // 2, n - 1), None, REDUCTION) for n in self.at.shape[:2]
        )
        at = self.at[rows, columns] / np.float32(REDUCTION)
        seen = cv2.remap(slopes, at, NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(cv2.transform(seen, self.turn.astype(np.float32)), np.float32)


def window(posed: Posed, size: tuple[int, int]) -> Window:
    """What a hand and its forearm fill of a frame of (height, width)."""
    skeleton, margin = posed.skeleton, 0.08
    wide = skeleton.radii[..., None] + margin
    reach = [skeleton.outline, *(skeleton.joints + wide), *(skeleton.joints - wide)]
    forearm = skeleton.outline[skeleton.outline[:, 1] > 2.5]
    points = np.concatenate([*reach, forearm * (1.1, 1) + (0, SYNTHETIC.forearm)])
    x, y = posed.pixels(points).T
    height, width = size
    return Window(
        left=int(np.clip(x.min() - 2, 0, width)),
        top=int(np.clip(y.min() - 2, 0, height)),
        right=int(np.clip(x.max() + 2, 0, width)),
        bottom=int(np.clip(y.max() + 2, 0, height)),
    )


def look(posed: Posed, part: Window) -> Sight:
    """Where each pixel of a window looks."""
    u, singular, vt = np.linalg.svd(_linear_part(posed))
    pixels = float(np.sqrt(singular[0] * singular[1]))
    shrink = SYNTHETIC.atlas_scale / pixels
    level = int(np.clip(2 * np.log2(shrink) + SYNTHETIC.level_bias, 0, SYNTHETIC.smallest_level))
    scale = 0.5 ** (level / 2)
    coarse = _positions(posed, part)
    return Sight(level, scale, _seen(coarse, scale), _every(coarse, part), pixels, u @ vt)


def _seen(coarse: Float, scale: float) -> tuple[slice, slice]:
    """Rows and columns of the maps between the extremes, with a margin."""
    width, height = (round(side * scale) for side in atlas_size())
    margin = 4
    low = [float(coarse[..., k].min()) * scale - margin for k in (0, 1)]
    high = [float(coarse[..., k].max()) * scale + margin for k in (0, 1)]
    left, top = int(np.clip(low[0], 0, width - 2)), int(np.clip(low[1], 0, height - 2))
    right = int(np.clip(high[0], left + 2, width))
    return slice(top, int(np.clip(high[1], top + 2, height))), slice(left, right)


def _positions(posed: Posed, part: Window) -> Float:
    """Positions at every eighth pixel, one step beyond the window on each side."""
    rows, columns = _steps(part)
    y = part.top + (np.arange(-1, rows + 1) + 0.5) * GRID - 0.5
    x = part.left + (np.arange(-1, columns + 1) + 0.5) * GRID - 0.5
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    coarse = to_atlas(posed.palm_points(grid))
    return np.asarray(coarse.reshape(rows + 2, columns + 2, 2), np.float32)


def _every(coarse: Float, part: Window) -> Float:
    """Positions at every pixel."""
    whole = cv2.resize(coarse, None, fx=GRID, fy=GRID, interpolation=cv2.INTER_LINEAR)
    height, width = part.bottom - part.top, part.right - part.left
    return np.asarray(whole[GRID : GRID + height, GRID : GRID + width], np.float32)


def _steps(part: Window) -> tuple[int, int]:
    return -(-(part.bottom - part.top) // GRID), -(-(part.right - part.left) // GRID)


def _linear_part(posed: Posed) -> NDArray[np.float64]:
    """Derivative of the camera where it sees the middle of the crop."""
    step = 0.01
    corners = np.array([(0.0, 0.72, 1.0), (step, 0.72, 1.0), (0.0, 0.72 + step, 1.0)])
    moved = corners @ posed.camera.T
    pixels = moved[:, :2] / moved[:, 2:]
    return np.asarray((pixels[1:] - pixels[0]).T / step)
