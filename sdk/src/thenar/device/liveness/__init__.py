"""Thenar's own liveness checks: tests of one presentation, by its pictures alone.

============ =============================== =========================================
check        looks at                        finds
============ =============================== =========================================
pattern      texture and spectrum            halftone dots, screen pixels, their moiré
colour       green against red               grey prints, such as of veins
bands        NIR against RGB; the surround   pictures that show NIR the same as RGB, and
                                             sheets as bright beside the hand as on it
highlights   white spots                     lamps mirrored in glass and gloss
border       straight edges beside the hand  paper and telephones
flash        the reader's lamp on and off    screens that shine themselves; sheets
planarity    points followed while it moves  pictures, which move as one plane
============ =============================== =========================================

Before any check, the hover itself refuses what shows a palm in visible light and none
in near infrared for as long as a palm is held (:func:`only_visible`): screens, and
prints of dye. Planarity is judged at every terminal, since it needs frames of the
approach; the others are plugins.

Every check must pass, and so must all together: their scores are fused
(:func:`~thenar.device.liveness.verdict.fused`), so that several faint signs refuse what
none would alone. What a camera's bands cannot tell passes and says so.

Error rates per species of attack are in the documentation (explanation, liveness). They
were measured on synthetic attacks alone; fine prints, screens whose pixels the camera
cannot resolve, silicone and other three-dimensional artefacts are untested.

Sources: ISO/IEC 30107-3 for the terms; the features follow published work on palm and
face presentation attacks (moiré peaks in the spectrum, colour statistics, NIR/RGB
consistency, specular highlights, planar homographies).
"""

from thenar.device.liveness.bands import BandsCheck, only_visible
from thenar.device.liveness.border import BorderCheck
from thenar.device.liveness.colour import ColourCheck
from thenar.device.liveness.flash import FlashCheck
from thenar.device.liveness.highlights import HighlightsCheck
from thenar.device.liveness.pattern import PatternCheck
from thenar.device.liveness.planarity import planarity
from thenar.device.liveness.verdict import fused

__all__ = [
    "BandsCheck",
    "BorderCheck",
    "ColourCheck",
    "FlashCheck",
    "HighlightsCheck",
    "PatternCheck",
    "fused",
    "only_visible",
    "planarity",
]
