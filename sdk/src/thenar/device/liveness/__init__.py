"""Thenar's own liveness checks: three single-presentation tests that need no extra hardware.

========= =============================== ==========================================
check     looks at                        finds
========= =============================== ==========================================
pattern   spectrum of the palm            halftone dots, screen pixels, their moiré
colour    green against red               grey prints, such as of veins
bands     NIR against RGB; the surround   pictures that show NIR the same as RGB, and
                                          sheets as bright beside the hand as on it
========= =============================== ==========================================

Before any check, the hover itself refuses what shows a palm in visible light and none
in near infrared for as long as a palm is held (:func:`only_visible`): screens, and
prints of dye.

A check whose band the camera does not have passes and says so: with colour alone
``pattern`` carries most of the weight, and with one grey band all of it. Error rates
per species of attack are in the documentation (explanation, liveness). They were
measured on synthetic attacks alone; fine prints, screens whose pixels the camera
cannot resolve, silicone and other three-dimensional artefacts are untested.

Sources: ISO/IEC 30107-3 for the terms; the features follow published work on palm and
face presentation attacks (moiré peaks in the spectrum, colour statistics, NIR/RGB
consistency).
"""

from thenar.device.liveness.bands import BandsCheck, only_visible
from thenar.device.liveness.colour import ColourCheck
from thenar.device.liveness.pattern import PatternCheck

__all__ = ["BandsCheck", "ColourCheck", "PatternCheck", "only_visible"]
