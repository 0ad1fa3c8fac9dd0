"""Backgrounds that are drawn: plain, of many colours, of skin's colours, of wood."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Random = np.random.Generator


def plain(side: int, rng: Random) -> Picture:
    """One colour of any tone, unevenly lit."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    slope = x * rng.normal(0, 25) + y * rng.normal(0, 25)
    return _colour(rng, warm=False) + (slope + _grain(side, rng, (3, 5)))[..., None]


def cluttered(side: int, rng: Random, *, warm: bool = False, pieces: int = 400) -> Picture:
    """Pieces that hide each other, small ones the commonest, sharp or out of focus.

    The dead-leaves model of natural images (Lee, Mumford and Huang 2001). ``warm``
    takes all colours from round skin's hue, which is harder than rooms are.
    """
    picture = np.empty((side, side, 3), np.float32)
    picture[:] = _colour(rng, warm=warm)
    for number in range(pieces):
        size = float(np.clip(25 * rng.uniform(0.001, 1) ** (-1 / 1.6), 12, 400))
        size *= 3 if number < pieces // 3 else 1
        middle = rng.uniform(0, side, 2)
        if rng.random() < 0.4:
            axes = int(size), int(size * rng.uniform(0.3, 1))
            corners = cv2.ellipse2Poly(
                middle.astype(int), axes, int(rng.uniform(0, 180)), 0, 360, 12
            )
        else:
            angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 9))))
            away = size * rng.uniform(0.6, 1.3, (len(angles), 1))
            corners = middle + away * np.column_stack([np.cos(angles), np.sin(angles)])
        colour = _colour(rng, warm=warm).tolist()
        cv2.fillPoly(picture, [np.asarray(corners, np.int32)], colour, lineType=cv2.LINE_AA)
    picture += _grain(side, rng, (5, 10))[..., None] * np.float32(rng.uniform(0.3, 1))
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.choice([0.8, 1.5, 4, 8])), np.float32)


def wooden(side: int, rng: Random) -> Picture:
    """Grain in the colour of skin."""
    y, x = np.mgrid[:side, :side].astype(np.float32)
    turn = rng.uniform(0, np.pi)
    along, across = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    grain = np.sin(across / rng.uniform(5, 30) + 3 * np.sin(along / rng.uniform(60, 200)))
    tone = np.array([185, 135, 90]) * rng.uniform(0.5, 1.15)
    noise = rng.normal(0, 6, (side, side, 1))
    return (tone + (grain * rng.uniform(5, 22))[..., None] + noise).astype(np.float32)


def _colour(rng: Random, *, warm: bool) -> Picture:
    if warm:
        tone = rng.normal(16, 8) % 180, rng.uniform(40, 150), rng.uniform(40, 230)
    else:
        tone = rng.uniform(0, 180), rng.beta(1.2, 3) * 255, rng.uniform(20, 245)
    hsv = np.array(tone).astype(np.uint8)[None, None]
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0].astype(np.float32)


def _grain(side: int, rng: Random, range_: tuple[float, float]) -> Picture:
    """Noise at four scales, standard deviation rising with the scale."""
    total = np.zeros((side, side), np.float32)
    for scale, loud in zip((2, 6, 20, 90), np.linspace(*range_, 4), strict=True):
        few = rng.normal(0, loud, (side // scale + 2, side // scale + 2)).astype(np.float32)
        total += cv2.resize(few, (side, side), interpolation=cv2.INTER_CUBIC)
    return total
