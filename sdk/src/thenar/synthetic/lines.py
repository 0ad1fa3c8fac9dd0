"""Principal lines: heart, head and life in the five types that hands show.

Each line is a quartic through its ends with a random bulge and skew, drawn as a
bundle of strands that leave and rejoin it, with a few side branches, as real
creases are. After K. Zhao et al., *BézierPalm* (ECCV 2022), with polynomials and
strands in the manner of later synthetic palms.
"""

from __future__ import annotations

from enum import StrEnum

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.synthetic.anatomy import CROP_LEFT, CROP_TOP, CROP_WIDTH
from thenar.synthetic.strokes import Stroke

Points = NDArray[np.float64]
PARTS = 14
"""A principal line fades in this many parts, each its own owner."""


class LineType(StrEnum):
    """How heart line and head line run; drawn in equal shares."""

    NORMAL = "normal"
    """Heart, head and life line apart."""
    BRIDGE = "bridge"
    """A short crease joins heart and head line."""
    FORK = "fork"
    """The head line's branch meets the heart line."""
    CROSSED = "crossed"
    """One crease crosses the whole palm in place of heart and head line."""
    SYDNEY = "sydney"
    """The head line reaches the palm's edge."""


@attrs.frozen
class Course:
    """Where a line runs, in the unit square of the crop (x right, y down).

    Attributes:
        start, end: ranges (x low, x high, y low, y high) of its ends.
        bulge: range of its greatest distance from the chord over the chord's
            length; positive to the right of the way from start to end.
        depth: range, 0..1.
    """

    start: tuple[float, float, float, float]
    end: tuple[float, float, float, float]
    bulge: tuple[float, float]
    depth: tuple[float, float]


HEART = Course((0.05, 0.45, -0.02, 0.14), (1.44, 1.52, 0.40, 0.66), (0.05, 0.15), (0.55, 1.0))
HEAD = Course((-0.43, -0.36, 0.22, 0.36), (0.55, 1.15, 0.52, 0.95), (-0.15, -0.03), (0.45, 0.95))
LIFE = Course((-0.43, -0.36, 0.24, 0.38), (0.10, 0.36, 1.66, 1.86), (-0.37, -0.25), (0.55, 1.0))
CROSSED = Course((-0.43, -0.36, 0.20, 0.34), (1.44, 1.52, 0.32, 0.60), (-0.08, 0.04), (0.7, 1.0))
SYDNEY = Course((-0.43, -0.36, 0.22, 0.36), (1.44, 1.52, 0.72, 1.10), (-0.13, -0.03), (0.5, 0.95))
FATE = Course((0.30, 0.60, 1.40, 1.80), (0.42, 0.66, 0.12, 0.42), (-0.08, 0.08), (0.15, 0.5))


def line_type(rng: np.random.Generator) -> LineType:
    """The type alone: the first draw of :func:`principal_lines`."""
    return list(LineType)[rng.integers(len(LineType))]


def principal_lines(rng: np.random.Generator) -> tuple[list[Stroke], int]:
    """One hand's principal lines.

    Returns:
        The strokes and the first owner that is still free.
    """
    kind = line_type(rng)
    courses = [LIFE]
    if kind is LineType.CROSSED:
        courses.append(CROSSED)
    else:
        courses += [HEART, SYDNEY if kind is LineType.SYDNEY else HEAD]
    if rng.random() < SYNTHETIC.fate_line_share:
        courses.append(FATE)
    life_start = _within(rng, LIFE.start)
    curves = [_curve(rng, course, life_start) for course in courses]
    if kind is LineType.BRIDGE:
        curves.append(_join(rng, curves[1], curves[2], whole=False))
    if kind is LineType.FORK:
        curves.append(_join(rng, curves[1], curves[2], whole=True))
    strokes: list[Stroke] = []
    owner = 1
    for curve, depth in curves:
        strokes += _bundle(rng, curve, depth, owner)
        owner += PARTS
    return strokes, owner


def to_palm_units(points: Points) -> Points:
    """The crop's unit square → palm units."""
    return np.asarray(points * CROP_WIDTH + np.array([CROP_LEFT, CROP_TOP]))


def bow(start: Points, end: Points, bulge: float, skew: float, twist: float) -> Points:
    """A quartic from start to end, in as many points as its length deserves."""
    chord = end - start
    length = float(np.hypot(*chord))
    t = np.linspace(0, 1, max(8, int(length / 0.012)))
    arch = 4 * t * (1 - t)
    away = bulge * arch * (1 + skew * (2 * t - 1)) + twist * arch * (2 * t - 1)
    normal = np.array([-chord[1], chord[0]])
    return np.asarray(start + t[:, None] * chord + away[:, None] * normal)


def _curve(rng: np.random.Generator, course: Course, life_start: Points) -> tuple[Points, float]:
    start = _within(rng, course.start)
    if course is LIFE or (course is HEAD and rng.random() < SYNTHETIC.joined_start_share):
        start = life_start + 0.01 * rng.standard_normal(2)
    end = _within(rng, course.end)
    bulge = rng.uniform(*course.bulge)
    shape = rng.normal(0, SYNTHETIC.line_shape_jitter, 2)
    curve = bow(start, end, bulge, 2 * shape[0], 0.5 * shape[1])
    return curve, float(rng.uniform(*course.depth))


def _join(
    rng: np.random.Generator,
    heart: tuple[Points, float],
    head: tuple[Points, float],
    *,
    whole: bool,
) -> tuple[Points, float]:
    """A crease from the head line to the heart line; ``whole`` for a fork's long arm."""
    a = head[0][int(len(head[0]) * rng.uniform(0.30, 0.45))]
    reach = rng.uniform(0.55, 0.8) if whole else rng.uniform(0.30, 0.45)
    b = heart[0][int(len(heart[0]) * reach)]
    depth = min(heart[1], head[1]) * rng.uniform(0.7, 1.0)
    return bow(a, b, rng.normal(0, 0.08), 0, 0), float(depth)


def _bundle(rng: np.random.Generator, curve: Points, depth: float, owner: int) -> list[Stroke]:
    n = len(curve)
    t = np.linspace(0, 1, n)
    owners = owner + np.minimum((t * PARTS).astype(int), PARTS - 1)
    swell = 1 + 0.25 * smooth_noise(rng, n, 8) + 0.2 * smooth_noise(rng, n, n // 3)
    ends = np.minimum(1, np.minimum(t / 0.06, (1 - t) / 0.22) + 0.1)
    wobble = SYNTHETIC.line_wobble * smooth_noise(rng, n, 10)
    wobble += SYNTHETIC.line_jag * smooth_noise(rng, n, n // 3)
    main = curve + wobble[:, None] * _normals(curve)
    strokes = [Stroke(to_palm_units(main), np.clip(depth * ends * swell, 0, 1), 2, owners)]
    for _ in range(rng.integers(4, 10)):
        a = int(rng.uniform(0, 0.85) * n)
        b = min(n, a + int(rng.uniform(0.08, 0.4) * n))
        if b - a < 6:
            continue
        span = np.sin(np.linspace(0, np.pi, b - a))
        aside = rng.normal(0, SYNTHETIC.strand_spread) * span
        aside += 0.3 * SYNTHETIC.strand_spread * smooth_noise(rng, b - a, 6)
        strand = main[a:b] + aside[:, None] * _normals(main[a:b])
        width = int(rng.integers(0, 2))
        strand_depth = depth * rng.uniform(0.25, 0.8) * (0.2 + 0.8 * span)
        strokes.append(Stroke(to_palm_units(strand), strand_depth, width, owners[a:b]))
    branches = int(rng.integers(1, 5))
    return strokes + [_branch(rng, main, depth, owners) for _ in range(branches)]


def _branch(
    rng: np.random.Generator, main: Points, depth: float, owners: NDArray[np.int64]
) -> Stroke:
    at = int(rng.uniform(0.1, 0.95) * len(main))
    heading = _normals(main)[at] @ np.array([[0, 1], [-1, 0]])
    angle = rng.choice([-1, 1]) * rng.uniform(0.25, 0.8)
    cos, sin = np.cos(angle), np.sin(angle)
    length = rng.uniform(0.06, 0.22)
    end = main[at] + length * np.array([[cos, -sin], [sin, cos]]) @ heading
    path = bow(main[at], end, rng.normal(0, 0.12), 0, 0)
    fall = np.linspace(0.7, 0.1, len(path)) * depth * rng.uniform(0.5, 1)
    return Stroke(to_palm_units(path), fall, 1, np.full(len(path), owners[at]))


def smooth_noise(rng: np.random.Generator, n: int, knots: int) -> NDArray[np.float64]:
    """Noise of unit spread along ``n`` points, interpolated between ``knots``."""
    return np.interp(np.linspace(0, 1, n), np.linspace(0, 1, knots), rng.standard_normal(knots))


def _normals(curve: Points) -> Points:
    along = np.gradient(curve, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    return np.stack([-along[:, 1], along[:, 0]], axis=1)


def _within(rng: np.random.Generator, box: tuple[float, float, float, float]) -> Points:
    return np.array([rng.uniform(box[0], box[1]), rng.uniform(box[2], box[3])])
