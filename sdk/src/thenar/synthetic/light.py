"""Light on a hand: shading from its roundness and from the sample's lamp.

Nothing here belongs to the identity's palm: mounds come from one table for
everybody, and their heights vary with the sample, as do all lamps. A shading that
stayed with the person would be a mark that real palms do not have.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.synthetic.anatomy import MOUNDS
from thenar.synthetic.presentation import Light
from thenar.synthetic.silhouette import from_atlas
from thenar.synthetic.window import Window

Float = NDArray[np.float32]
FOLD_PEAK = 0.2
"""What a deep crease leaves of its depth in the blurred folds."""
REDUCTION = 4
"""Shading is worked out at a quarter of the resolution and enlarged."""


def roundness(distance: Float) -> Float:
    """Height of a hand from its outline alone, in palm widths: rounded edges, flat palm.

    Args:
        distance: signed distances to the outline in palm widths.
    """
    small = cv2.resize(
        distance, None, fx=1 / REDUCTION, fy=1 / REDUCTION, interpolation=cv2.INTER_AREA
    )
    edge = np.clip(small / SYNTHETIC.edge_radius, 0, 1)
    height = SYNTHETIC.edge_radius * np.sqrt(1 - (1 - edge) ** 2)
    return np.asarray(cv2.GaussianBlur(height, (0, 0), 2.0), np.float32)


def folds(depth: NDArray[np.uint8]) -> Float:
    """How far skin folds inwards about its creases: float32 0..1 at reduced size."""
    wide = cv2.GaussianBlur(depth, (0, 0), SYNTHETIC.fold_blur)
    factor = 1 / REDUCTION
    small = cv2.resize(wide, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return small * np.float32(1 / 255)


def slopes(height: Float, folds: Float, flexion: float, mounds: NDArray[np.float64]) -> Float:
    """Slopes (float32 h×w×2) of a hand held in one way.

    Args:
        height: from the outline, reduced size.
        folds: along the creases, the same size.
        flexion: factor on the folds; below 0 a stretched hand.
        mounds: factors on the heights of the palm's mounds.
    """
    rows, columns = height.shape
    corners = from_atlas(REDUCTION * (np.array([[0, 0], [columns - 1, rows - 1]]) + 0.5) - 0.5)
    u = np.linspace(corners[0, 0], corners[1, 0], columns)
    v = np.linspace(corners[0, 1], corners[1, 1], rows)
    total = height - folds * np.float32(flexion * SYNTHETIC.fold_height / FOLD_PEAK)
    for (at_u, at_v, wide, high, tall), factor in zip(MOUNDS, mounds, strict=True):
        column = np.exp(-0.5 * ((u - at_u) / wide) ** 2)
        row = tall * factor * np.exp(-0.5 * ((v - at_v) / high) ** 2)
        total += np.outer(row, column).astype(np.float32)
    pitch = REDUCTION / SYNTHETIC.atlas_scale
    across = cv2.Sobel(total, cv2.CV_32F, 1, 0, scale=1 / (8 * pitch))
    down = cv2.Sobel(total, cv2.CV_32F, 0, 1, scale=1 / (8 * pitch))
    return np.asarray(cv2.merge([across, down]), np.float32)


def field(slope: Float, light: Light, part: Window, size: tuple[int, int]) -> tuple[Float, Float]:
    """Light returned by matt skin, and highlights, in a window of a frame.

    Args:
        slope: float32 h×w×2, slopes along the image's x and y at a reduced size.
        light: of one band.
        part: the window.
        size: (height, width) of the frame.

    Returns:
        Two float32 maps of the window's size: factor on the skin's reflectance, and
        light to add.
    """
    rows, columns = slope.shape[:2]
    x, y = light.direction
    z = np.sqrt(max(0.05, 1 - x * x - y * y))
    facing = 1 / np.sqrt(1 + slope[..., 0] ** 2 + slope[..., 1] ** 2)
    lambert = np.maximum(0, (z - x * slope[..., 0] - y * slope[..., 1]) * facing)
    height, width = size
    at_y = np.linspace(part.top, part.bottom, rows) / height - light.centre[1]
    at_x = np.linspace(part.left, part.right, columns) / width - light.centre[0]
    away = np.add.outer(at_y**2, (at_x * width / height) ** 2).astype(np.float32)
    reach = 1 / (1 + 2 * light.falloff * away)
    matt = (light.ambient * facing + (1 - light.ambient) * lambert) * reach * light.exposure
    shine = light.gloss * lambert**24 * reach
    whole = (part.right - part.left, part.bottom - part.top)
    return (
        np.asarray(cv2.resize(matt.astype(np.float32), whole), np.float32),
        np.asarray(cv2.resize(shine.astype(np.float32), whole), np.float32),
    )


def exposure(reflectance: float) -> float:
    """Gain of a camera that meets skin of this reflectance half-way."""
    return float((SYNTHETIC.exposure_target / max(reflectance, 0.01)) ** SYNTHETIC.exposure_share)
