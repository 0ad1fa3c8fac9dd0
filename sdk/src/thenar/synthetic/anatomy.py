"""Tables of the hand, in palm widths.

Lengths are in *palm widths*: the distance between the valley P2 (between index
and middle finger) and the valley P4 (between ring and little finger), about
47 mm in an adult. ``u`` runs from the index finger's side to the little
finger's, ``v`` from the fingertips to the wrist; the origin is midway between P2 and
P4. The tables describe a left hand seen from its palm, thumb on the image's
left; a right hand is its mirror image.

Sources: hand length, breadth, palm length and finger breadths from the means of
C. C. Gordon et al., *2012 Anthropometric Survey of U.S. Army Personnel* (ANSUR II),
and J. W. Garrett, *The adult human hand: some anthropometric and biomechanical
considerations*, Human Factors 13 (1971); positions of joints within fingers from
B. Buchholz, T. J. Armstrong and S. A. Goldstein, *Anthropometric data for
describing the kinematics of the human hand*, Ergonomics 35 (1992).
Line positions: K. Zhao et al., *BézierPalm: a free lunch for palmprint
recognition*, ECCV 2022, moved to the crop used here.
"""

from __future__ import annotations

import attrs

Point = tuple[float, float]

MILLIMETRES = 47.0
"""One palm width."""

CROP_LEFT, CROP_TOP, CROP_WIDTH = -0.55, 0.17, 1.10
"""The crop's square in palm units: side 1.10, its upper edge .17 below the valleys."""

EXTENT = (-2.35, -2.0, 1.65, 3.0)
"""Left, top, right and bottom of the map of a hand; what is below continues the forearm."""


@attrs.frozen
class Finger:
    """One finger as a chain of round cones.

    Attributes:
        name: of the finger.
        knuckle: where it turns when fingers spread (u, v).
        joints: centres from the root to the tip (u, v).
        radii: half widths there.
        creases: flexion creases as (joint position along the chain 0..1, number of lines).
    """

    name: str
    knuckle: Point
    joints: tuple[Point, ...]
    radii: tuple[float, ...]
    creases: tuple[tuple[float, int], ...]


FINGERS = (
    Finger(
        "thumb",
        (-0.55, 1.55),
        ((-0.55, 1.62), (-0.98, 1.12), (-1.42, 0.68), (-1.62, 0.36), (-1.74, 0.14)),
        (0.46, 0.33, 0.235, 0.205, 0.135),
        ((0.43, 1), (0.66, 2)),
    ),
    Finger(
        "index",
        (-0.66, 0.45),
        ((-0.64, 0.50), (-0.745, 0.0), (-0.875, -0.66), (-0.945, -1.06), (-0.98, -1.28)),
        (0.24, 0.208, 0.196, 0.172, 0.132),
        ((0.27, 2), (0.62, 2), (0.84, 1)),
    ),
    Finger(
        "middle",
        (-0.22, 0.40),
        ((-0.22, 0.45), (-0.25, -0.02), (-0.29, -0.78), (-0.315, -1.24), (-0.325, -1.49)),
        (0.24, 0.208, 0.198, 0.176, 0.135),
        ((0.22, 2), (0.62, 2), (0.85, 1)),
    ),
    Finger(
        "ring",
        (0.20, 0.42),
        ((0.19, 0.45), (0.252, 0.0), (0.345, -0.70), (0.405, -1.12), (0.435, -1.36)),
        (0.24, 0.203, 0.188, 0.166, 0.127),
        ((0.23, 2), (0.61, 2), (0.84, 1)),
    ),
    Finger(
        "little",
        (0.58, 0.52),
        ((0.57, 0.55), (0.725, 0.12), (0.90, -0.38), (1.005, -0.70), (1.07, -0.90)),
        (0.25, 0.186, 0.166, 0.147, 0.113),
        ((0.29, 2), (0.62, 2), (0.83, 1)),
    ),
)
"""Thumb, index, middle, ring, little."""

PALM_OUTLINE: tuple[Point, ...] = (
    (-0.92, 0.10),
    (-0.50, 0.06),
    (0.00, 0.04),
    (0.50, 0.10),
    (0.86, 0.22),
    (0.97, 0.55),
    (1.01, 0.95),
    (0.96, 1.35),
    (0.82, 1.75),
    (0.62, 2.05),
    (0.54, 2.30),
    (0.56, 2.70),
    (0.66, 3.60),
    (-0.78, 3.60),
    (-0.68, 2.70),
    (-0.66, 2.25),
    (-0.86, 1.95),
    (-1.02, 1.60),
    (-1.10, 1.20),
    (-1.06, 0.80),
    (-0.97, 0.45),
)
"""Palm, wrist and forearm without the fingers."""

MOUNDS: tuple[tuple[float, float, float, float, float], ...] = (
    (-0.62, 1.30, 0.42, 0.55, 0.10),
    (0.62, 1.25, 0.34, 0.60, 0.08),
    (-0.05, 0.95, 0.38, 0.42, -0.06),
    (-0.70, 0.22, 0.22, 0.18, 0.035),
    (-0.24, 0.18, 0.20, 0.16, 0.03),
    (0.24, 0.20, 0.20, 0.16, 0.03),
    (0.68, 0.36, 0.20, 0.20, 0.035),
)
"""Thenar, hypothenar, hollow, four finger mounds: u, v, spread in u, in v, height."""
