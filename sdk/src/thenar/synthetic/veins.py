"""Veins: a few trunks, and leaves grown by constrained constructive optimisation.

A leaf joins the vessel that costs the least blood: for each near vessel the
branch point and the volume added are worked out under Murray's law (the cube of
a parent's radius is the sum of its children's), and crossings are refused.
After W. Schreiner and P. F. Buxbaum, *Computer-optimization of vascular trees*,
IEEE Trans. Biomed. Eng. 40 (1993), and tree-grown synthetic palm veins (PVTree).
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.synthetic.lines import to_palm_units
from thenar.synthetic.silhouette import atlas_size, to_atlas

Float = NDArray[np.float32]
Points = NDArray[np.float64]

TRUNKS: tuple[tuple[tuple[tuple[float, float], ...], ...], ...] = (
    (
        ((0.45, 2.60), (0.36, 1.40), (0.20, 0.85), (-0.02, 0.25)),
        ((0.62, 2.60), (0.85, 1.15), (0.95, 0.20)),
    ),
    (
        ((0.50, 2.60), (0.52, 1.25), (0.18, 0.60), (0.45, 0.00)),
        ((0.52, 1.25), (0.98, 0.80), (1.15, 0.30)),
    ),
    (
        ((0.30, 2.60), (0.05, 1.15), (0.12, 0.50), (0.50, 0.28), (0.95, 0.50), (1.15, 1.20)),
        ((0.12, 0.50), (-0.05, 0.10)),
        ((0.50, 0.28), (0.55, -0.05)),
    ),
    (
        ((0.60, 2.60), (0.68, 1.35), (0.45, 0.90), (0.56, 0.42), (0.30, 0.05)),
        ((0.45, 0.90), (-0.15, 0.65)),
        ((0.56, 0.42), (1.10, 0.15)),
    ),
)
"""Four topologies in the unit square of the crop; each path starts nearest the wrist."""

LEFT, TOP, RIGHT, BOTTOM = -0.42, -0.12, 1.42, 1.85
"""Where leaves may lie, in the unit square of the crop."""


def veins(rng: np.random.Generator) -> Float:
    """How dark the veins of one hand are in near infrared: float32 0..1 over its map."""
    tree = _Tree(SYNTHETIC.vein_leaves + 64)
    paths = TRUNKS[rng.integers(len(TRUNKS))]
    jitter = SYNTHETIC.vein_trunk_jitter
    moved: dict[tuple[float, float], Points] = {}
    for path in paths:
        for point in path:
            moved.setdefault(point, np.array(point) + rng.normal(0, jitter, 2))
        tree.plant([moved[point] for point in path], rng)
    for _ in range(SYNTHETIC.vein_leaves):
        tree.grow(_sparse_point(rng, tree))
    return _draw(rng, tree)


class _Tree:
    """Vessels as segments from nearer the wrist (a) to farther from it (b)."""

    def __init__(self, capacity: int) -> None:
        size = 4 * capacity
        self.a = np.zeros((size, 2))
        self.b = np.zeros((size, 2))
        self.parent = np.full(size, -1)
        self.leaves = np.zeros(size)
        self.count = 0

    def plant(self, path: list[Points], rng: np.random.Generator) -> None:
        """Add a trunk in short, slightly wandering pieces."""
        parent = -1
        if self.count:
            nearest = np.linalg.norm(self.b[: self.count] - path[0], axis=1)
            parent = int(nearest.argmin()) if nearest.min() < 0.05 else -1
        corners = np.array(path)
        t = np.linspace(0, 1, 6 * (len(path) - 1) + 1)
        knots = np.linspace(0, 1, len(path))
        smooth = np.stack([np.interp(t, knots, corners[:, k]) for k in (0, 1)], axis=1)
        smooth[1:-1] = (smooth[:-2] + 2 * smooth[1:-1] + smooth[2:]) / 4
        smooth[1:-1] += rng.normal(0, 0.012, (len(t) - 2, 2))
        for a, b in pairwise(smooth):
            parent = self._add(a, b, parent)
        self._carry(parent, 1)

    def grow(self, leaf: Points) -> None:
        """Join a leaf where it costs the least volume."""
        n = self.count
        middle = (self.a[:n] + self.b[:n]) / 2
        near = np.argsort(np.sum((middle - leaf) ** 2, axis=1))[:12]
        branch = 0.55 * middle[near] + 0.25 * self.a[near] + 0.20 * leaf
        flow = self.leaves[near]
        thin, thick = np.cbrt(flow) ** 2, np.cbrt(flow + 1) ** 2
        span = np.linalg.norm
        cost = (
            thick * span(branch - self.a[near], axis=1)
            + thin * span(self.b[near] - branch, axis=1)
            + span(leaf - branch, axis=1)
            - thin * span(self.b[near] - self.a[near], axis=1)
        )
        for k in np.argsort(cost):
            if not self._crosses(branch[k], leaf, int(near[k])):
                self._split(int(near[k]), branch[k], leaf)
                return

    def _split(self, vessel: int, at: Points, leaf: Points) -> None:
        far = self._add(at, self.b[vessel], vessel)
        self.leaves[far] = self.leaves[vessel]
        children = (self.parent[: self.count] == vessel) & (np.arange(self.count) != far)
        self.parent[: self.count][children] = far
        self.b[vessel] = at
        twig = self._add(at, leaf, vessel)
        self._carry(twig, 1)

    def _add(self, a: Points, b: Points, parent: int) -> int:
        index = self.count
        self.a[index], self.b[index], self.parent[index] = a, b, parent
        self.count += 1
        return index

    def _carry(self, vessel: int, leaves: int) -> None:
        while vessel >= 0:
            self.leaves[vessel] += leaves
            vessel = int(self.parent[vessel])

    def _crosses(self, p: Points, q: Points, besides: int) -> bool:
        n = self.count
        a, b = self.a[:n], self.b[:n]
        d1, d2 = _side(a, b, p), _side(a, b, q)
        d3, d4 = _side(p, q, a), _side(p, q, b)
        crossing = (d1 * d2 < 0) & (d3 * d4 < 0)
        crossing[besides] = False
        return bool(crossing.any())


def _side(a: Points, b: Points, p: Points) -> NDArray[np.float64]:
    ab, ap = b - a, p - a
    return np.asarray(ab[..., 0] * ap[..., 1] - ab[..., 1] * ap[..., 0])


def _sparse_point(rng: np.random.Generator, tree: _Tree) -> Points:
    """The one of some random points that is farthest from every vessel."""
    points = rng.uniform((LEFT, TOP), (RIGHT, BOTTOM), (5, 2))
    ends = tree.b[: tree.count]
    gaps = np.linalg.norm(points[:, None] - ends[None], axis=2).min(axis=1)
    return np.asarray(points[int(gaps.argmax())])


def _draw(rng: np.random.Generator, tree: _Tree) -> Float:
    """Draw in two depths: deep vessels are paler and more blurred by the skin above."""
    width, height = atlas_size()
    layers = np.zeros((2, height, width), np.uint8)
    n = tree.count
    radius = SYNTHETIC.vein_radius * np.cbrt(tree.leaves[:n])
    a = np.round(to_atlas(to_palm_units(tree.a[:n])) * 16).astype(int).tolist()
    b = np.round(to_atlas(to_palm_units(tree.b[:n])) * 16).astype(int).tolist()
    deep = rng.random(n) < 0.35
    for k in range(n):
        if tree.parent[k] >= 0:
            deep[k] = deep[tree.parent[k]] if rng.random() < 0.85 else deep[k]
        thick = max(1, round(2 * float(radius[k])))
        dark = int(255 * min(1.0, 0.35 + 0.14 * float(radius[k])))
        cv2.line(layers[int(deep[k])], a[k], b[k], dark, thick, cv2.LINE_AA, 4)
    shallow = cv2.GaussianBlur(layers[0].astype(np.float32), (0, 0), SYNTHETIC.vein_blur[0])
    below = cv2.GaussianBlur(layers[1].astype(np.float32), (0, 0), SYNTHETIC.vein_blur[1])
    return np.asarray(np.maximum(shallow, 0.75 * below) / 255, np.float32)
