"""The plugin keeps the contracts of plugins and of doors."""

import pytest
from thenar.errors import DoorError
from thenar.records import Decision
from thenar.testing.contracts import Ability, DoorContract, PluginContract

import acme_plug
from acme_plug.door import AcmePlugDoor, AcmePlugSettings, Relay


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugDoor(DoorContract):
    abilities = (Ability.OPENINGS,)

    @pytest.fixture
    def relay(self, tmp_path):
        """Stands in for the relay: a file that keeps what was written to it."""
        file = tmp_path / "relay"
        file.touch()
        return file

    @pytest.fixture
    def door(self, relay):
        return AcmePlugDoor(AcmePlugSettings(("Badge-1001", "Badge-1002"), str(relay)))

    @pytest.fixture
    def admitted(self):
        return "Badge-1001"

    @pytest.fixture
    def refused(self):
        return "Badge-9999"

    @pytest.fixture
    def openings(self, relay):
        return lambda: relay.read_bytes().count(Relay.ON)

    def test_a_relay_that_is_not_there_is_told(self, door, relay):
        relay.unlink()
        with pytest.raises(DoorError, match="relay"):
            door.open(Decision(allow=True, reason="badge known"))
