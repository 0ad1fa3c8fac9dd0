"""A palm's maps made ready for one presentation: dryness, relief, passing blotches."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.synthetic import texture
from thenar.synthetic.maps import Maps
from thenar.synthetic.posing import Posed
from thenar.synthetic.presentation import Light
from thenar.synthetic.skin import BLOOD_NIR, CREASE_NIR, TEXTURE_NIR, VEIN_NIR
from thenar.synthetic.view import Sight

Float = NDArray[np.float32]


@attrs.frozen(eq=False)
class Surface:
    """What both bands share of the seen area: float32 depths of creases, and blood."""

    crease: Float
    blood: Float


def surface(maps: Maps, posed: Posed, sight: Sight) -> Surface:
    """Creases as deep as today, and the fixed and passing mottling."""
    shown, area = posed.presentation, sight.area
    rng = np.random.default_rng(shown.clouds)
    passing = texture.passing_cloud(rng, sight.scale, area)
    return Surface(maps.crease(shown.strengths, area), passing + maps.blood(area))


def visible_layers(skin: Surface, maps: Maps, posed: Posed, sight: Sight) -> Float:
    """Crease depth, relief, blood and signed distance (float32 h×w×4) in the seen area."""
    relief = _relief(skin, maps, posed, sight, posed.presentation.rgb)
    flushed = skin.blood + np.float32(posed.presentation.flush)
    inside = maps.inside(sight.area)
    return np.asarray(cv2.merge([skin.crease, relief, flushed, inside]), np.float32)


def infrared_layer(skin: Surface, maps: Maps, posed: Posed, sight: Sight) -> Float:
    """Factor on the reflectance in near infrared (float32 h×w) in the seen area."""
    relief = _relief(skin, maps, posed, sight, posed.presentation.nir)
    taken = relief * np.float32(TEXTURE_NIR)
    taken += skin.crease * np.float32(CREASE_NIR)
    taken += maps.vein(sight.area) * np.float32(VEIN_NIR)
    taken += skin.blood * np.float32(BLOOD_NIR)
    return np.asarray(1 - taken, np.float32)


def _relief(skin: Surface, maps: Maps, posed: Posed, sight: Sight, lamp: Light) -> Float:
    """Dark furrows, and slopes that face towards or away from this sample's lamp."""
    height = maps.ridge_height(sight.area, posed.presentation.relief)
    across, down = sight.turn.T @ np.array(lamp.direction)
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32) / 8
    kernel = (across * sobel + down * sobel.T).astype(np.float32)
    bumps = cv2.addWeighted(
        height, SYNTHETIC.ridge_height, skin.crease, -SYNTHETIC.crease_height, 0.0
    )
    slope = cv2.filter2D(bumps, cv2.CV_32F, kernel * np.float32(sight.scale))
    return np.asarray(cv2.subtract(slope, height), np.float32)
