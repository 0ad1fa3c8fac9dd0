"""The plugin keeps its contract; so does a door with a list of badges and a real turnstile."""

import contextlib
import time
from uuid import uuid4

import pytest

import thenar_access
from thenar.errors import DoorError
from thenar.records import Passage
from thenar.testing.contracts import Ability, PluginContract

from ..badge_contract import BadgeDoorContract


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return thenar_access


class TestRosterDoor(BadgeDoorContract):
    abilities = (Ability.OPENINGS, Ability.UNREACHABLE)

    @pytest.fixture
    def badges(self, tmp_path):
        file = tmp_path / "contract-badges"
        file.write_text("Badge-1\nBadge-3\n")
        return file

    @pytest.fixture
    def settings_of_door(self, turnstile, badges):
        return f'[doors.north]\nprovider = "roster"\nbadges = "{badges}"\n{turnstile.settings()}'

    @pytest.fixture
    def unreachable(self, badges):
        @contextlib.contextmanager
        def moved_away():
            away = badges.rename(badges.with_suffix(".away"))
            yield
            away.rename(badges)

        return moved_away()


class TestDoorOverMqtt(TestRosterDoor):
    """The same list, with a turnstile on a real mosquitto."""

    abilities = (Ability.OPENINGS, Ability.UNREACHABLE)

    @pytest.fixture
    def settings_of_door(self, broker, tripod, badges):
        return f'[doors.north]\nprovider = "roster"\nbadges = "{badges}"\n{broker.settings()}'

    @pytest.fixture
    def openings(self, tripod):
        return lambda: len(tripod.pulses)

    @pytest.fixture
    def unreachable(self, door, broker, tripod, eventually):
        def is_noticed():
            try:
                door.ask(Passage("north", "ada", "Badge-3", time.time(), uuid4().hex))
            except DoorError:
                return True
            return False

        @contextlib.contextmanager
        def broker_away():
            assert door.offline == "fail closed"  # it is made when it is first asked
            broker.stop()
            eventually(is_noticed)  # the connection's end arrives a moment later
            yield
            before = len(tripod.gate)
            broker.start()
            eventually(lambda: any("online" in what for what, _ in tripod.gate[before:]))

        return broker_away()
