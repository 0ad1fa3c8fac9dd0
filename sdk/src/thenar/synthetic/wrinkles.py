"""Wrinkles of the palm and the flexion creases of the fingers.

Five to fifteen wrinkles as in BézierPalm (length .1–.5 of the crop, bulge
N(0, .4) cut at ±.6 of half the length), and many fine ones that keep to the
skin's direction of folding.
"""

from __future__ import annotations

import numpy as np

from thenar.parameters import SYNTHETIC
from thenar.synthetic.anatomy import FINGERS
from thenar.synthetic.lines import bow, smooth_noise, to_palm_units
from thenar.synthetic.silhouette import Skeleton
from thenar.synthetic.strokes import MAX_OWNERS, Stroke

LEFT, TOP, RIGHT, BOTTOM = -0.35, -0.05, 1.40, 1.70
"""Where wrinkles have their middle, in the unit square of the crop."""
FINGER_OWNER = MAX_OWNERS
"""Finger creases never fade; they share one owner."""


def wrinkles(rng: np.random.Generator, owner: int) -> list[Stroke]:
    """One hand's wrinkles, each with an owner of its own from ``owner`` on."""
    area = (RIGHT - LEFT) * (BOTTOM - TOP)
    strong = round(area * rng.uniform(*SYNTHETIC.wrinkle_count))
    fine = round(area * rng.uniform(*SYNTHETIC.fine_wrinkle_count))
    strokes = []
    for k in range(strong + fine):
        who = owner + k % (FINGER_OWNER - owner)
        if k < strong:
            length, width, depth = rng.uniform(0.1, 0.5), int(rng.integers(0, 2)), 0.5
        else:
            length, width, depth = rng.uniform(0.08, 0.35), 0, 0.3
        depth *= rng.uniform(0.2, 1) ** 1.5
        strokes.append(_wrinkle(rng, who, float(length), width, float(depth)))
    return strokes


def _wrinkle(
    rng: np.random.Generator, owner: int, length: float, width: int, depth: float
) -> Stroke:
    middle = rng.uniform((LEFT, TOP), (RIGHT, BOTTOM))
    # Most run along the fingers or fan out from the ball of the thumb; some anywhere.
    fan = np.arctan2(middle[1] - 0.1, middle[0] + 0.2) + np.pi / 2
    usual = np.pi / 2 + rng.normal(0, 0.3) if middle[0] > 0.45 else fan + rng.normal(0, 0.3)
    angle = rng.uniform(0, np.pi) if rng.random() < SYNTHETIC.stray_wrinkle_share else usual
    half = 0.5 * length * np.array([np.cos(angle), np.sin(angle)])
    bulge = 0.5 * float(np.clip(rng.normal(0, 0.4), -0.6, 0.6))
    path = bow(middle - half, middle + half, bulge * 0.4, 0, 0)
    t = np.linspace(0, 1, len(path))
    path = path + 0.003 * smooth_noise(rng, len(path), max(4, len(path) // 4))[:, None]
    depths = depth * np.sin(np.pi * t) * (1 + 0.3 * smooth_noise(rng, len(path), 6))
    owners = np.full(len(path), owner, np.int64)
    return Stroke(to_palm_units(path), np.clip(depths, 0, 1), width, owners)


def finger_creases(rng: np.random.Generator, skeleton: Skeleton) -> list[Stroke]:
    """Flexion creases across the fingers, one or two lines at each joint."""
    strokes = []
    for finger, joints, radii in zip(FINGERS, skeleton.joints, skeleton.radii, strict=True):
        places = np.arange(len(joints))
        along = joints[-1] - joints[1]
        along = along / np.linalg.norm(along)
        across = np.array([-along[1], along[0]])
        for place, count in finger.creases:
            centre = np.array([np.interp(place, places, joints[:, k]) for k in (0, 1)])
            radius = float(np.interp(place, places, radii))
            for line in range(count):
                middle = centre + along * (0.055 * line + rng.normal(0, 0.012))
                arm = radius * rng.uniform(0.8, 1.05) * (across + along * rng.normal(0, 0.05))
                path = bow(middle - arm, middle + arm, rng.normal(0, 0.04), 0, 0)
                path = path + 0.006 * smooth_noise(rng, len(path), 7)[:, None] * along
                depth = rng.uniform(0.4, 0.85) * (0.7 if line else 1.0)
                depths = depth * (1 + 0.25 * smooth_noise(rng, len(path), 6))
                owners = np.full(len(path), FINGER_OWNER, np.int64)
                strokes.append(Stroke(path, np.clip(depths, 0, 1), 0 if line else 1, owners))
    return strokes
