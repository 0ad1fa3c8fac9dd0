"""From a posed palm to the pixels of each band, registered to each other."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.records import Band
from thenar.synthetic import adornments, layers, light, skin, view
from thenar.synthetic.person import Palm
from thenar.synthetic.posing import Posed

Float = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Size = tuple[int, int]


@attrs.frozen(eq=False)
class Picture:
    """What the lens delivers, before the sensor.

    Attributes:
        bands: uint8 images without blur and noise; grey is the luminance of RGB.
        skin: bool, where a pixel shows nothing but the hand.
    """

    bands: dict[Band, Bytes]
    skin: NDArray[np.bool_]


def take(palm: Palm, posed: Posed, size: Size, bands: Iterable[Band]) -> Picture:
    """Look at a posed palm.

    Args:
        palm: whose maps are used.
        posed: in front of this camera.
        size: (height, width) in pixels.
        bands: wanted bands.
    """
    wanted = tuple(Band(band) for band in bands)
    images = {band: background(band, size) for band in wanted}
    on_hand = np.zeros(size, np.bool_)
    part = view.window(posed, size)
    if part.empty:
        return Picture(images, on_hand)
    shown = posed.presentation
    sight = view.look(posed, part)
    maps = palm.maps(sight.level)
    surface = layers.surface(maps, posed, sight)
    seen = sight.sample(layers.visible_layers(surface, maps, posed, sight))
    covered = np.clip(seen[..., 3] * np.float32(sight.pixels) + np.float32(0.5), 0, 1)
    slope = sight.slopes(light.slopes(palm.roundness, palm.folds, shown.flexion, shown.mounds))
    if Band.RGB in images or Band.GREY in images:
        lit = light.field(slope, shown.rgb, part, size)
        colour = _colour(palm, posed, seen, covered, lit)
        if Band.RGB in images:
            images[Band.RGB][part.area] = colour
        if Band.GREY in images:
            images[Band.GREY][part.area] = cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY)
    if Band.NIR in images:
        lit = light.field(slope, shown.nir, part, size)
        factor = sight.sample(layers.infrared_layer(surface, maps, posed, sight))
        images[Band.NIR][part.area] = _infrared(palm, factor, covered, lit)
    for band, image in images.items():
        adornments.wear(image, posed, band)
    on_hand[part.area] = covered >= 1
    return Picture(images, on_hand)


def background(band: Band, size: Size) -> Bytes:
    """The dark behind the hand: uint8, (height, width), three channels for RGB."""
    level = SYNTHETIC.background_nir if band is Band.NIR else SYNTHETIC.background_rgb
    shape = (*size, 3) if band is Band.RGB else size
    return np.full(shape, round(255 * level**0.5), np.uint8)


def _colour(
    palm: Palm, posed: Posed, seen: Float, covered: Float, lit: tuple[Float, Float]
) -> Bytes:
    """Reflectance × light in linear RGB, over the background, as bytes."""
    tone = palm.person.tone
    gain = light.exposure(skin.luminance(tone.rgb)) * np.array(posed.presentation.tint)
    base = np.array(tone.rgb) * gain
    # Crease, relief, blood → what is taken from red, green, blue; the distance is left out.
    absorbed = np.array([skin.CREASE_RGB, skin.TEXTURE_RGB, skin.BLOOD_RGB]).T
    matrix = np.concatenate([-absorbed, np.zeros((3, 1)), np.ones((3, 1))], axis=1)
    linear = cv2.transform(seen, (base[:, None] * matrix).astype(np.float32))
    shade, shine = lit
    matt = cv2.multiply(shade, covered)
    added = _over_background(shine, covered, SYNTHETIC.background_rgb)
    lit_skin = cv2.multiply(linear, cv2.merge([matt, matt, matt]))
    return _encode(cv2.add(lit_skin, cv2.merge([added, added, added])))


def _infrared(palm: Palm, factor: Float, covered: Float, lit: tuple[Float, Float]) -> Bytes:
    reflectance = palm.person.tone.nir
    matt = cv2.multiply(lit[0], covered, scale=reflectance * light.exposure(reflectance))
    added = _over_background(lit[1], covered, SYNTHETIC.background_nir)
    return _encode(cv2.add(cv2.multiply(factor, matt), added))


def _over_background(shine: Float, covered: Float, level: float) -> Float:
    """Light to add: highlights on the hand, the background beside it."""
    return np.asarray(covered * (shine - np.float32(level)) + np.float32(level), np.float32)


def _encode(linear: NDArray[np.generic]) -> Bytes:
    """Linear light 0..1 → bytes with a square-root transfer curve."""
    positive = np.maximum(np.asarray(linear, np.float32), 0)
    return np.asarray(cv2.convertScaleAbs(cv2.sqrt(positive), alpha=255.0), np.uint8)
