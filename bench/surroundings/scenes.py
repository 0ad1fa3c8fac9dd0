"""A photographed hand, cut out and put elsewhere: turned, farther away, in other light."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs
import cv2
import numpy as np
from bench.surroundings import rooms
from numpy.typing import NDArray

from thenar.records import Band, PalmCrop

SIDE = 900
_MIDDLE = (SIDE / 2, SIDE / 2)


@attrs.frozen(eq=False)
class Hand:
    """A hand as it was photographed, 800×600, with what was found there.

    Attributes:
        pixels: uint8 600×800×3.
        silhouette: bool 600×800.
        crop: the palm.
    """

    pixels: NDArray[np.uint8]
    silhouette: NDArray[np.bool_]
    crop: PalmCrop


@attrs.frozen(eq=False)
class Scene:
    """A picture made of a hand, and the map (2×3) from the photograph to it."""

    pixels: NDArray[np.uint8]
    moved: NDArray[np.float64]
    mirrored: bool = False
    band: Band = Band.RGB


def in_a_room(
    room: Callable[[int, np.random.Generator], rooms.Picture], hand: Hand, rng: np.random.Generator
) -> Scene:
    """Any roll, 60 to 100 % of the size, a sleeve, a shadow, uneven light, noise, JPEG."""
    scale = rng.uniform(0.6, 1.0)
    moved = cv2.getRotationMatrix2D((399.5, 299.5), rng.uniform(-180, 180), scale)
    moved[:, 2] += np.array(_MIDDLE) - (399.5, 299.5) + rng.uniform(-60, 60, 2)
    size = (SIDE, SIDE)
    mask = hand.silhouette.astype(np.float32)
    own = cv2.warpAffine(mask, moved, size)
    beyond = cv2.warpAffine(mask, moved, size, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.ones_like(mask), moved, size)
    skin = cv2.warpAffine(hand.pixels, moved, size, borderMode=cv2.BORDER_REPLICATE)
    behind = room(SIDE, rng)
    away = rng.uniform(-25, 25, 2)
    shift = np.array([[1, 0, away[0]], [0, 1, away[1]]])
    shadow = cv2.GaussianBlur(cv2.warpAffine(beyond, shift, size), (0, 0), rng.uniform(6, 25))
    behind = behind * (1 - shadow * rng.uniform(0, 0.5))[..., None]
    sleeve = _soft((beyond > 0.5) & (inside < 0.5))
    behind = behind * (1 - sleeve) + rooms.plain(SIDE, rng) * sleeve
    edge = _soft(cv2.erode((own > 0.5).astype(np.uint8), np.ones((3, 3))) > 0)
    picture = skin * rng.uniform(0.8, 1.25) * edge + behind * (1 - edge)
    return Scene(_photographed(picture, rng), moved)


def changed(
    change: Callable[[NDArray[np.uint8], np.random.Generator], NDArray[np.generic]],
    hand: Hand,
    rng: np.random.Generator,
) -> Scene:
    """The photograph itself, its pixels changed and nothing moved."""
    pixels = np.clip(change(hand.pixels, rng), 0, 255).astype(np.uint8)
    return Scene(np.ascontiguousarray(pixels), np.eye(2, 3))


def sized(scale: float, hand: Hand, _: np.random.Generator) -> Scene:
    """Smaller or larger."""
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    pixels = cv2.resize(hand.pixels, None, fx=scale, fy=scale, interpolation=method)
    moved = np.eye(2, 3) * scale
    moved[:, 2] = (scale - 1) / 2
    return Scene(np.asarray(pixels, np.uint8), moved)


def turned(hand: Hand, rng: np.random.Generator) -> Scene:
    """Turned by any angle on its own background."""
    moved = cv2.getRotationMatrix2D((399.5, 299.5), rng.uniform(-180, 180), 1.0)
    moved[:, 2] += (100, 200)
    edge = tuple(int(level) for level in hand.pixels[5, 5])
    pixels = cv2.warpAffine(hand.pixels, moved, (1000, 1000), borderValue=edge)
    return Scene(np.asarray(pixels, np.uint8), moved)


def mirrored(hand: Hand, _: np.random.Generator) -> Scene:
    """A left hand becomes a right one."""
    moved = np.array([[-1, 0, 799.0], [0, 1, 0]])
    return Scene(np.ascontiguousarray(hand.pixels[:, ::-1]), moved, mirrored=True)


def grey(hand: Hand, _: np.random.Generator) -> Scene:
    """Without colour."""
    pixels = cv2.cvtColor(hand.pixels, cv2.COLOR_RGB2GRAY)
    return Scene(np.asarray(pixels, np.uint8), np.eye(2, 3), band=Band.GREY)


def _soft(mask: NDArray[np.bool_]) -> rooms.Picture:
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0)[..., None])


def _photographed(picture: NDArray[np.floating], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Uneven light, white balance, exposure curve, noise, JPEG."""
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    light = 1 + x * rng.normal(0, 0.12) + y * rng.normal(0, 0.12)
    lit = picture * light[..., None] * np.exp(rng.normal(0, 0.06, 3))
    curved = 255 * np.clip(lit / 255, 0, 1) ** np.exp(rng.normal(0, 0.15))
    noisy = np.clip(curved + rng.normal(0, rng.uniform(1, 5), curved.shape), 0, 255)
    _, jpeg = cv2.imencode(".jpg", noisy.astype(np.uint8), [1, int(rng.uniform(70, 95))])
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)


def _dark(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.generic]:
    return pixels * 0.35 + rng.normal(0, 4, pixels.shape)


def _noisy(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.generic]:
    return pixels + rng.normal(0, 15, pixels.shape)


def _blurred(pixels: NDArray[np.uint8], _: np.random.Generator) -> NDArray[np.generic]:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 3))


SCENES: dict[str, Callable[[Hand, np.random.Generator], Scene]] = {
    "turned by any angle": turned,
    "mirrored: must change hands": mirrored,
    "320 pixels wide": partial(sized, 0.4),
    "3,200 pixels wide": partial(sized, 4.0),
    "without colour": grey,
    "a third of the light": partial(changed, _dark),
    "noise of 15 levels": partial(changed, _noisy),
    "blurred by 3 pixels": partial(changed, _blurred),
    "room: plain, any colour": partial(in_a_room, rooms.plain),
    "room: cluttered, any colours": partial(in_a_room, rooms.cluttered),
    "room: cluttered, colours of skin": partial(in_a_room, partial(rooms.cluttered, warm=True)),
    "room: wood of skin's colour": partial(in_a_room, rooms.wooden),
}
