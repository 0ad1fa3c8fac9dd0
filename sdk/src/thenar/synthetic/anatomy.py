"""Tables of the hand, in palm widths.

Lengths are in *palm widths*: the distance between the valley P2 (between index
and middle finger) and the valley P4 (between ring and little finger), about
47 mm in an adult. ``u`` runs from the index finger's side to the little
finger's, ``v`` from the fingertips to the wrist; the origin is midway between P2 and
P4. The tables describe a left hand seen from its palm, thumb on the image's
left; a right hand is its mirror image.

Sources: the layout of fingers, webs and outline fits the medians of whole-hand
photographs of the development set; hand length, breadth, palm length and finger
breadths from the means of C. C. Gordon et al., *2012 Anthropometric Survey of U.S.
Army Personnel* (ANSUR II), and J. W. Garrett, *The adult human hand: some
anthropometric and biomechanical considerations*, Human Factors 13 (1971); positions
of joints within fingers from B. Buchholz, T. J. Armstrong and S. A. Goldstein,
*Anthropometric data for describing the kinematics of the human hand*, Ergonomics 35
(1992).
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

EXTENT = (-2.60, -2.25, 1.55, 3.00)
"""Left, top, right and bottom of the map of a hand; what is below continues the forearm."""


@attrs.frozen
class Finger:
    """One finger as a chain of round cones.

    Attributes:
        name: of the finger.
        joints: centres from the root, about which it turns when fingers spread, to
            the tip (u, v).
        radii: half widths there.
        creases: flexion creases as (place along the joints, number of lines); 1.5
            is half-way between joints 1 and 2.
    """

    name: str
    joints: tuple[Point, ...]
    radii: tuple[float, ...]
    creases: tuple[tuple[float, int], ...]


FINGERS = (
    Finger(
        "thumb",
        ((-0.50, 1.90), (-1.13, 1.44), (-1.45, 1.19), (-1.67, 1.01), (-1.92, 0.79)),
        (0.55, 0.30, 0.215, 0.205, 0.145),
        ((1.30, 1), (3.0, 2)),
    ),
    Finger(
        "index",
        ((-0.70, 0.55), (-0.800, 0.05), (-0.967, -0.60), (-1.074, -1.02), (-1.137, -1.27)),
        (0.26, 0.212, 0.200, 0.180, 0.133),
        ((1.10, 2), (2.0, 2), (3.0, 1)),
    ),
    Finger(
        "middle",
        ((-0.17, 0.50), (-0.255, -0.10), (-0.375, -0.88), (-0.455, -1.38), (-0.505, -1.69)),
        (0.25, 0.207, 0.198, 0.180, 0.137),
        ((1.07, 2), (2.0, 2), (3.0, 1)),
    ),
    Finger(
        "ring",
        ((0.25, 0.50), (0.275, -0.10), (0.215, -0.81), (0.170, -1.26), (0.142, -1.54)),
        (0.25, 0.200, 0.190, 0.170, 0.130),
        ((1.07, 2), (2.0, 2), (3.0, 1)),
    ),
    Finger(
        "little",
        ((0.72, 0.60), (0.800, 0.10), (0.800, -0.46), (0.800, -0.83), (0.800, -1.04)),
        (0.25, 0.185, 0.170, 0.152, 0.115),
        ((1.12, 2), (2.0, 2), (3.0, 1)),
    ),
)
"""Thumb, index, middle, ring, little."""

PALM_OUTLINE: tuple[Point, ...] = (
    (-0.98, 0.26),
    (-0.66, 0.08),
    (-0.50, 0.04),
    (-0.34, 0.00),
    (-0.08, -0.15),
    (0.08, -0.15),
    (0.34, 0.00),
    (0.50, 0.04),
    (0.64, 0.06),
    (0.97, 0.18),
    (1.02, 0.50),
    (1.08, 0.90),
    (1.13, 1.30),
    (1.13, 1.65),
    (1.10, 1.95),
    (1.02, 2.20),
    (0.88, 2.42),
    (0.78, 2.70),
    (0.82, 3.10),
    (0.92, 3.90),
    (-0.70, 3.90),
    (-0.62, 3.10),
    (-0.60, 2.70),
    (-0.72, 2.36),
    (-0.96, 2.06),
    (-1.20, 1.80),
    (-1.30, 1.45),
    (-1.18, 1.12),
    (-1.06, 0.84),
    (-1.01, 0.50),
)
"""Palm, wrist and forearm without the fingers."""

MOUNDS: tuple[tuple[float, float, float, float, float], ...] = (
    (-0.70, 1.55, 0.45, 0.60, 0.12),
    (0.74, 1.60, 0.36, 0.65, 0.09),
    (0.05, 1.15, 0.42, 0.50, -0.07),
    (-0.74, 0.42, 0.22, 0.20, 0.035),
    (-0.25, 0.25, 0.20, 0.17, 0.03),
    (0.25, 0.25, 0.20, 0.17, 0.03),
    (0.76, 0.45, 0.20, 0.22, 0.035),
)
"""Thenar, hypothenar, hollow, four finger mounds: u, v, spread in u, in v, height."""
