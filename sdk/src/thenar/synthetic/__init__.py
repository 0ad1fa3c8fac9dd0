"""Synthetic people: palms, hands and attacks, seeded and fast, for tests and demonstrations.

::

    person = Person(7)
    palm = person.palm(Hand.LEFT)
    frames = render(palm, sample=0)  # RGB and NIR of one moment
    crop = palm_crop(palm, sample=1)  # 128×128, fingers up
    for frames in hover(palm, seed=2, fps=30):  # comes, hovers, leaves
        ...

Orientation: at roll 0 the fingers point up, the palm faces the camera, and images
are not mirrored; so a **right hand shows its thumb on the image's right**, a left
hand on its left. Roll is positive clockwise in the image.

What belongs to a person: the hand's shape, lines, texture, veins and skin tone.
What belongs to a sample: pose, elasticity, light, dryness, what is worn, blur and
noise. ``Person(7, without=["lines", "texture", "veins"])`` leaves nothing by which
palms could be told apart but tone and outline.
"""

from thenar.synthetic.attacks import Ink, on_screen, printed
from thenar.synthetic.hover import Show, hover, pass_by
from thenar.synthetic.lamp import switched
from thenar.synthetic.lines import LineType
from thenar.synthetic.person import Palm, Part, Person
from thenar.synthetic.posing import Placement
from thenar.synthetic.scene import Truth, empty, palm_crop, render, truth
from thenar.synthetic.variation import NONE, USUAL, Variation

__all__ = [
    "NONE",
    "USUAL",
    "Ink",
    "LineType",
    "Palm",
    "Part",
    "Person",
    "Placement",
    "Show",
    "Truth",
    "Variation",
    "empty",
    "hover",
    "on_screen",
    "palm_crop",
    "pass_by",
    "printed",
    "render",
    "switched",
    "truth",
]
