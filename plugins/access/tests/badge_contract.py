"""The contract of a door that lets ``Badge-1`` in and ``Badge-2`` not."""

import pytest

import thenar_access
from thenar.testing.contracts import DoorContract


class BadgeDoorContract(DoorContract):
    """Give ``settings_of_door``: the text of the settings, whose door is called ``north``."""

    @pytest.fixture
    def door(self, thenar_register, thenar_registry, settings_of_door):
        thenar_register(thenar_access, "thenar-access")
        return thenar_registry(settings_of_door).door("north")

    @pytest.fixture
    def admitted(self):
        return "Badge-1"

    @pytest.fixture
    def refused(self):
        return "Badge-2"

    @pytest.fixture
    def openings(self, turnstile):
        return lambda: turnstile.pulses
