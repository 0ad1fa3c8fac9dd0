"""A badge door on libosdp's control panel keeps the contract of doors; the lock is wired here."""

import contextlib
import time

import pytest

import thenar_access
from thenar.testing.contracts import Ability, DoorContract


class TestOsdpDoor(DoorContract):
    abilities = (Ability.OPENINGS, Ability.UNREACHABLE, Ability.SILENT)

    @pytest.fixture
    def wired(self, panel):
        return panel("17:4242")

    @pytest.fixture
    def door(self, thenar_register, thenar_registry, settings, turnstile, wired):
        thenar_register(thenar_access, "thenar-access")
        door = thenar_registry(settings(opens=turnstile.settings())).door("north")
        assert door.offline == "fail closed"  # it is made when it is first asked
        assert wired.next() == {"secure": True}
        return door

    @pytest.fixture
    def admitted(self):
        return "17:4242"

    @pytest.fixture
    def refused(self):
        return "17:4243"

    @pytest.fixture
    def openings(self, turnstile):
        return lambda: turnstile.pulses

    @pytest.fixture
    def unreachable(self, wired):
        @contextlib.contextmanager
        def paused():
            wired.pause()
            time.sleep(0.2)  # a poll that is under way is answered
            yield
            wired.resume()
            time.sleep(1.0)

        return paused()

    @pytest.fixture
    def silent(self, wired):
        @contextlib.contextmanager
        def saying_nothing():
            wired.tell("silent")
            time.sleep(0.2)
            yield

        return saying_nothing()
