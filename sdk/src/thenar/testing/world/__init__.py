"""The simulated world, for the tests of integrations and for ``thenar simulate``.

::

    with World(folder) as world:
        world.add("Ada", Person(card="visa", ticket="T-1"))
        assert world.enrol("Ada").result is Result.ENROLLED
        with world.fault("gate", Fault.LOST_REPLY):
            assert world.enter("Ada").result is Result.KEPT_OUT

Needs ``thenar[device,cloud]``. With pytest, the fixture ``thenar_world`` opens one.
"""

from thenar.testing.world.outcome import Outcome, Result
from thenar.testing.world.people import CARDS, Person, Shows
from thenar.testing.world.world import World

__all__ = ["CARDS", "Outcome", "Person", "Result", "Shows", "World"]
