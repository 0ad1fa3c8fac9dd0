"""A gate on a real pretix keeps the contract of doors; the faults are between the two."""

import pytest

import thenar_access
from thenar.testing.contracts import Ability, DoorContract


class TestPretixGate(DoorContract):
    abilities = (
        Ability.REDEEMS,
        Ability.OPENINGS,
        Ability.UNREACHABLE,
        Ability.LOST_REPLY,
        Ability.SILENT,
        Ability.RESTART,
    )

    @pytest.fixture
    def text(self, settings, wire):
        return settings(url=wire.url)

    @pytest.fixture
    def make(self, thenar_register, thenar_registry, text):
        thenar_register(thenar_access, "thenar-access")
        return lambda: thenar_registry(text).door("north")

    @pytest.fixture
    def door(self, make):
        return make()

    @pytest.fixture
    def restarted(self, make):
        return make

    @pytest.fixture
    def admitted(self, site):
        return site.sell()["secret"]

    @pytest.fixture
    def refused(self, site):
        return site.sell(status="n")["secret"]

    @pytest.fixture
    def openings(self, turnstile):
        return lambda: turnstile.pulses

    @pytest.fixture
    def unreachable(self, wire):
        return wire.failing("request lost")

    @pytest.fixture
    def lost_reply(self, wire):
        return wire.failing("reply lost")

    @pytest.fixture
    def silent(self, wire):
        return wire.failing("slow")
