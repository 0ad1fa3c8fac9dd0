"""Ridges and fine folds of the skin: noise, band-passed along an orientation field."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.synthetic.silhouette import atlas_size, from_atlas

Float = NDArray[np.float32]
DIRECTIONS = 6
"""Filters whose outputs are blended along the orientation field."""


def ridges(rng: np.random.Generator) -> Float:
    """Ridges and folds as a height map: float32 over the hand's map, spread about 1."""
    width, height = atlas_size()
    angle = orientation(rng, width, height)
    total = np.zeros((height, width), np.float32)
    for period, length, share in SYNTHETIC.ridge_scales:
        # A wave that is long enough is worked out on every other pixel.
        step = 2 if period >= 2 * SYNTHETIC.shortest_ridge else 1
        small = angle[::step, ::step]
        white = rng.standard_normal(small.shape, np.float32)
        layer = _unit(_along(white, small, period / step, length / step))
        layer += np.float32(SYNTHETIC.ridge_grain) * _unit(_grain(white, period / step))
        layer = np.asarray(cv2.resize(layer, (width, height), interpolation=cv2.INTER_CUBIC))
        total += np.float32(share) * layer * _patchy(rng, width, height)
    return np.asarray(total / np.float32(total.std()), np.float32)


def mottle(rng: np.random.Generator) -> Float:
    """Blotches of pigment and blood: float32 over the hand's map, spread 1."""
    width, height = atlas_size()
    total = np.zeros((height, width), np.float32)
    for size in SYNTHETIC.mottle_sizes:
        total += cloud(rng, width, height, size)
    return np.asarray(total / np.float32(total.std()), np.float32)


def cloud(rng: np.random.Generator, width: int, height: int, size: float) -> Float:
    """Smooth noise of spread about 1 whose blobs are about ``size`` pixels wide."""
    small = (max(2, round(height / size)) + 3, max(2, round(width / size)) + 3)
    noise = np.float32(1.4) * rng.standard_normal(small, np.float32)
    return np.asarray(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def passing_cloud(rng: np.random.Generator, scale: float, area: tuple[slice, slice]) -> Float:
    """Mottling of a moment, in an area of the hand's map shrunk by ``scale``.

    The noise is laid out over the whole hand, so that the same generator gives a
    crop and a frame the same blotches.
    """
    width, height = atlas_size()
    size = SYNTHETIC.passing_mottle_size
    small = (round(height / size), round(width / size))
    noise = rng.standard_normal(small, np.float32) * np.float32(1.4 * SYNTHETIC.passing_mottle)
    step = 1 / (size * scale)
    rows, columns = (s.stop - s.start for s in area)
    back = np.array([[step, 0, area[1].start * step], [0, step, area[0].start * step]])
    return np.asarray(
        cv2.warpAffine(
            noise,
            back,
            (columns, rows),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )


def orientation(rng: np.random.Generator, width: int, height: int) -> Float:
    """Direction of the ridges in radians (mod π): around the thumb's ball, else across."""
    step = 8
    x, y = np.meshgrid(np.arange(0, width, step), np.arange(0, height, step))
    place = from_atlas(np.stack([x, y], axis=-1).astype(np.float64))
    u, v = place[..., 0], place[..., 1]
    from_thumb = np.arctan2(v - 1.3, u + 1.2) + np.pi / 2
    across = 0.35 + 0.15 * u
    ball = np.exp(-(((u + 0.75) / 0.7) ** 2) - (v - 1.4) ** 2)
    noise = SYNTHETIC.ridge_field_jitter * cloud(rng, x.shape[1], x.shape[0], 12)
    twice_cos = ball * np.cos(2 * from_thumb) + (1 - ball) * np.cos(2 * across)
    twice_sin = ball * np.sin(2 * from_thumb) + (1 - ball) * np.sin(2 * across)
    turned = np.arctan2(twice_sin, twice_cos) + 2 * noise
    cos = cv2.resize(np.cos(turned).astype(np.float32), (width, height))
    sin = cv2.resize(np.sin(turned).astype(np.float32), (width, height))
    return np.asarray(cv2.phase(cos, sin) * np.float32(0.5), np.float32)


def _along(white: Float, angle: Float, period: float, length: float) -> Float:
    total = np.zeros_like(white)
    for k in range(DIRECTIONS):
        theta = np.pi * k / DIRECTIONS
        filtered = cv2.filter2D(white, cv2.CV_32F, _kernel(theta, period, length))
        weight = np.maximum(np.cos(2 * (angle - np.float32(theta))), 0)
        total += filtered * weight * weight
    return total


def _grain(white: Float, period: float) -> Float:
    """The same band without a direction: skin between its folds is leathery."""
    fine = cv2.GaussianBlur(white, (0, 0), period / 5)
    return np.asarray(fine - cv2.GaussianBlur(white, (0, 0), period / 2.5), np.float32)


def _unit(layer: Float) -> Float:
    return np.asarray(layer / np.float32(layer.std()), np.float32)


def _kernel(theta: float, period: float, length: float) -> Float:
    """A wave across ``theta`` under a Gaussian that is ``length`` long along it."""
    half = int(np.ceil(1.6 * max(length, 0.6 * period)))
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32)
    along = x * np.cos(theta) + y * np.sin(theta)
    across = -x * np.sin(theta) + y * np.cos(theta)
    envelope = np.exp(-0.5 * (along / length) ** 2 - 0.5 * (across / (0.5 * period)) ** 2)
    kernel = envelope * np.cos(2 * np.pi * across / period)
    kernel -= envelope * (kernel.sum() / envelope.sum())
    return np.asarray(kernel / np.abs(kernel).sum(), np.float32)


def _patchy(rng: np.random.Generator, width: int, height: int) -> Float:
    """Where a texture is strong: skin is rough in some places and smooth in others."""
    patch = cloud(rng, width, height, SYNTHETIC.ridge_patch_size)
    return np.asarray(np.exp(np.float32(SYNTHETIC.ridge_patchiness) * patch), np.float32)
