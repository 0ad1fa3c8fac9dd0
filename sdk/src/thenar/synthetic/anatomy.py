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
        ((-0.51, 1.79), (-1.12, 1.38), (-1.43, 1.12), (-1.65, 0.91), (-1.88, 0.68)),
        (0.535, 0.292, 0.221, 0.210, 0.149),
        ((1.3, 1), (3.0, 2)),
    ),
    Finger(
        "index",
        ((-0.71, 0.46), (-0.79, -0.02), (-0.99, -0.60), (-1.11, -0.98), (-1.18, -1.19)),
        (0.253, 0.218, 0.206, 0.186, 0.137),
        ((1.1, 2), (2.0, 2), (3.0, 1)),
    ),
    Finger(
        "middle",
        ((-0.18, 0.41), (-0.26, -0.17), (-0.36, -0.94), (-0.42, -1.43), (-0.46, -1.73)),
        (0.243, 0.222, 0.213, 0.193, 0.147),
        ((1.07, 2), (2.0, 2), (3.0, 1)),
    ),
    Finger(
        "ring",
        ((0.23, 0.44), (0.26, -0.14), (0.22, -0.82), (0.17, -1.25), (0.15, -1.52)),
        (0.243, 0.204, 0.194, 0.173, 0.133),
        ((1.07, 2), (2.0, 2), (3.0, 1)),
    ),
    Finger(
        "little",
        ((0.69, 0.60), (0.76, 0.13), (0.78, -0.46), (0.79, -0.84), (0.81, -1.05)),
        (0.243, 0.182, 0.167, 0.150, 0.113),
        ((1.12, 2), (2.0, 2), (3.0, 1)),
    ),
)
"""Thumb, index, middle, ring, little."""

PALM_OUTLINE: tuple[Point, ...] = (
    (-0.97, 0.19),
    (-0.67, 0.05),
    (-0.51, 0.03),
    (-0.35, -0.04),
    (-0.09, -0.17),
    (0.06, -0.17),
    (0.32, -0.01),
    (0.47, 0.01),
    (0.61, 0.04),
    (0.98, 0.12),
    (0.99, 0.44),
    (1.05, 0.82),
    (1.10, 1.22),
    (1.09, 1.55),
    (1.06, 1.85),
    (0.96, 2.09),
    (0.83, 2.31),
    (0.73, 2.58),
    (0.76, 2.97),
    (0.85, 3.75),
    (-0.71, 3.73),
    (-0.63, 2.96),
    (-0.62, 2.57),
    (-0.68, 2.22),
    (-0.73, 1.94),
    (-0.97, 1.67),
    (-1.07, 1.34),
    (-0.94, 1.02),
    (-0.82, 0.74),
    (-0.77, 0.41),
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
