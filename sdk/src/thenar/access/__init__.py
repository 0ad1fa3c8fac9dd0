"""A site's policy: who may pass which door when, and why not.

:func:`judge` is the one place that decides. The secure service asks it for every
passage and for ``thenar access explain``; what it is told of a person, and of where
people are, is all that it knows.
"""

from thenar.access.judging import judge
from thenar.access.policy import Policy
from thenar.access.records import Holder, Judgement, Place, Scene, Step, Waiting
from thenar.access.schedule import Schedule

__all__ = [
    "Holder",
    "Judgement",
    "Place",
    "Policy",
    "Scene",
    "Schedule",
    "Step",
    "Waiting",
    "judge",
]
