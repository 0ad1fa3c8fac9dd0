"""Thenar's own liveness checks: three single-presentation tests that need no extra hardware.

========= ============================ =============================================
check     looks at                     finds
========= ============================ =============================================
pattern   spectrum of the palm         halftone dots, screen pixels and their moiré
colour    contrast of lines per colour prints and screens: lines not of blood's colour
bands     NIR against RGB, surround    pictures that show NIR the same as RGB, and
                                       sheets lit as brightly beside the hand as on it
========= ============================ =============================================

A check that the camera gives nothing to judge by passes and says so; with one band
alone, ``pattern`` carries most of the weight. Error rates per species of attack are
in the documentation (explanation, liveness); silicone and other three-dimensional
artefacts are untested, and these checks were not made to find them.

Sources: ISO/IEC 30107-3 for the terms; the features follow published work on palm and
face presentation attacks (moiré peaks in the spectrum, colour statistics, NIR/RGB
consistency).
"""

from thenar.device.liveness.bands import BandsCheck
from thenar.device.liveness.colour import ColourCheck
from thenar.device.liveness.pattern import PatternCheck

__all__ = ["BandsCheck", "ColourCheck", "PatternCheck"]
