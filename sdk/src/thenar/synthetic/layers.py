"""A palm's maps made ready for one presentation: dryness, relief, passing blotches."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.synthetic import skin, texture
from thenar.synthetic.person import Palm
from thenar.synthetic.posing import Posed
from thenar.synthetic.variation import Light
from thenar.synthetic.view import Sight

Float = NDArray[np.float32]


def visible_layers(palm: Palm, posed: Posed, sight: Sight) -> Float:
    """Crease depth, relief, blood and signed distance (float32 h×w×4) in the seen area."""
    shown, area = posed.presentation, sight.area
    crease = palm.creases.faded(shown.strengths, area)
    relief = _relief(palm, posed, sight, crease, shown.rgb)
    blood = palm.mottle[area] + _passing(posed, sight) + np.float32(shown.flush)
    return np.asarray(cv2.merge([crease, relief, blood, palm.shape[1][area]]), np.float32)


def infrared_layer(palm: Palm, posed: Posed, sight: Sight) -> Float:
    """Factor on the reflectance in near infrared (float32 h×w) in the seen area."""
    shown, area = posed.presentation, sight.area
    crease = palm.creases.faded(shown.strengths, area)
    factor = palm.veins[area] * np.float32(-skin.VEIN_NIR) + np.float32(1)
    factor -= crease * np.float32(skin.CREASE_NIR)
    factor -= _relief(palm, posed, sight, crease, shown.nir) * np.float32(skin.TEXTURE_NIR)
    factor -= (palm.mottle[area] + _passing(posed, sight)) * np.float32(skin.BLOOD_NIR)
    return np.asarray(factor, np.float32)


def _relief(palm: Palm, posed: Posed, sight: Sight, crease: Float, lamp: Light) -> Float:
    """Dark furrows, and slopes that face towards or away from this sample's lamp."""
    height = palm.ridges[sight.area] * np.float32(posed.presentation.relief)
    across, down = sight.turn.T @ np.array(lamp.direction)
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32) / 8
    kernel = (across * sobel + down * sobel.T).astype(np.float32)
    surface = height * np.float32(SYNTHETIC.ridge_height)
    surface -= crease * np.float32(SYNTHETIC.crease_height)
    return np.asarray(cv2.filter2D(surface, cv2.CV_32F, kernel) - height, np.float32)


def _passing(posed: Posed, sight: Sight) -> Float:
    """Mottling that comes and goes with blood flow and cold; belongs to the sample."""
    rows = sight.area[0].stop - sight.area[0].start
    columns = sight.area[1].stop - sight.area[1].start
    rng = np.random.default_rng(posed.presentation.clouds)
    cloud = texture.cloud(rng, columns, rows, SYNTHETIC.passing_mottle_size)
    return cloud * np.float32(SYNTHETIC.passing_mottle)
