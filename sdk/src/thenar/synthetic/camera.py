"""From a posed palm to the pixels of each band, registered to each other."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.records import Band
from thenar.synthetic import adornments, light, skin, view
from thenar.synthetic.layers import infrared_layer, visible_layers
from thenar.synthetic.person import Palm
from thenar.synthetic.posing import Posed

Float = NDArray[np.float32]
Bytes = NDArray[np.uint8]


@attrs.frozen(eq=False)
class Picture:
    """What the lens delivers, before the sensor.

    Attributes:
        bands: uint8 images without blur and noise; grey is the luminance of RGB.
        skin: float32 0..1, how much of each pixel is the hand.
    """

    bands: dict[Band, Bytes]
    skin: Float


def take(palm: Palm, posed: Posed, size: tuple[int, int], bands: Iterable[Band]) -> Picture:
    """Look at a posed palm.

    Args:
        palm: whose maps are used.
        posed: in front of this camera.
        size: (height, width) in pixels.
        bands: wanted bands.
    """
    wanted = tuple(Band(band) for band in bands)
    sight = view.look(posed, size)
    look = sight.sample(visible_layers(palm, posed, sight))
    covered = np.clip(look[..., 3] * np.float32(sight.pixels_a_palm_width) + 0.5, 0, 1)
    slope = sight.slopes(light.slopes(palm.roundness, posed.presentation.mounds))
    pictures: dict[Band, Bytes] = {}
    if Band.RGB in wanted or Band.GREY in wanted:
        colour = _colour(palm, posed, look, covered, slope)
        adornments.wear(colour, posed, Band.RGB)
        pictures[Band.RGB] = colour
    if Band.GREY in wanted:
        pictures[Band.GREY] = np.asarray(cv2.cvtColor(pictures[Band.RGB], cv2.COLOR_RGB2GRAY))
    if Band.NIR in wanted:
        near = sight.sample(infrared_layer(palm, posed, sight))
        pictures[Band.NIR] = _infrared(palm, posed, near, covered, slope)
        adornments.wear(pictures[Band.NIR], posed, Band.NIR)
    return Picture({band: pictures[band] for band in wanted}, covered)


def _colour(palm: Palm, posed: Posed, look: Float, covered: Float, slope: Float) -> Bytes:
    """Reflectance × light in linear RGB, over the background, as sRGB bytes."""
    shown = posed.presentation
    matt, shine = light.shade(slope, shown.rgb, look.shape[:2])
    tone = palm.person.tone
    gain = light.exposure(skin.luminance(tone.rgb)) * np.array(shown.tint)
    base = np.array(tone.rgb) * gain
    # Crease, relief, blood → factors on red, green, blue; the distance is left out.
    absorbed = np.array([skin.CREASE_RGB, skin.TEXTURE_RGB, skin.BLOOD_RGB]).T
    matrix = np.concatenate([-absorbed, np.zeros((3, 1)), np.ones((3, 1))], axis=1)
    linear: Float = np.asarray(
        cv2.transform(look, (base[:, None] * matrix).astype(np.float32)), np.float32
    )
    matt *= covered
    shine *= covered
    linear *= matt[..., None]
    linear += shine[..., None]
    linear += (np.float32(SYNTHETIC.background_rgb) * (1 - covered))[..., None]
    return _encode(linear)


def _infrared(palm: Palm, posed: Posed, near: Float, covered: Float, slope: Float) -> Bytes:
    matt, shine = light.shade(slope, posed.presentation.nir, near.shape[:2])
    reflectance = palm.person.tone.nir
    linear = near * np.float32(reflectance * light.exposure(reflectance))
    linear *= matt
    linear += shine
    linear *= covered
    linear += np.float32(SYNTHETIC.background_nir) * (1 - covered)
    return _encode(linear)


def _encode(linear: Float) -> Bytes:
    """Linear light 0..1 → bytes with a square-root transfer curve."""
    np.maximum(linear, 0, out=linear)
    return np.asarray(cv2.convertScaleAbs(cv2.sqrt(linear), alpha=255.0), np.uint8)
