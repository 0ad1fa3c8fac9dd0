"""The story, in the order it is told.

Ada enrols her right palm, with a card and a loyalty number. Ben enrols both palms,
with a card, a ticket and a badge. Cleo's card declines. Dora never enrols.
"""

from thenar.demo.steps import Step
from thenar.demo.story import enrolling, forgetting, opening, refusing, using

STORY: tuple[Step, ...] = (
    *opening.STEPS,
    *enrolling.STEPS,
    *using.STEPS,
    *refusing.STEPS,
    *forgetting.STEPS,
)

__all__ = ["STORY"]
