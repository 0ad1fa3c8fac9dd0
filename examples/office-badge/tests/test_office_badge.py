"""The plugin keeps the contracts, against an access server over real HTTP."""

import pytest

import office_badge
from office_badge.access_server import ServerSettings
from office_badge.door import DoorSettings, LighthouseDoor
from office_badge.staff import Staff
from office_badge.traffic import Traffic, TrafficSettings
from thenar.errors import DirectoryError, DoorError
from thenar.records import Event, Passage
from thenar.testing.contracts import (
    Ability,
    DirectoryContract,
    DoorContract,
    ObserverContract,
    PluginContract,
)

from .peer import PEOPLE, TOKEN, AccessServerPeer


@pytest.fixture
def server():
    peer = AccessServerPeer()
    yield peer
    peer.close()


class _Faults:
    @pytest.fixture
    def unreachable(self, server):
        return server.failing("down")

    @pytest.fixture
    def silent(self, server):
        return server.failing("silent")


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return office_badge


class TestLighthouseDoor(_Faults, DoorContract):
    abilities = (Ability.OPENINGS, Ability.SILENT, Ability.UNREACHABLE)

    @pytest.fixture
    def door(self, server):
        return LighthouseDoor(DoorSettings(server.url, TOKEN, door=7, seconds=0.5))

    @pytest.fixture
    def admitted(self):
        return "Badge-1"

    @pytest.fixture
    def refused(self):
        return "Badge-2"

    @pytest.fixture
    def openings(self, server):
        return lambda: len(server.opened)

    @pytest.mark.parametrize("answer", ["", "[]", "{}", '{"allow": 1, "reason": "?"}', "yes"])
    def test_an_answer_that_is_not_as_agreed_opens_nothing(self, door, server, answer):
        passage = Passage("lobby", "subject", "Badge-1", 0.0, "request")
        with server.failing(answer or " "), pytest.raises(DoorError):
            door.ask(passage)

    def test_a_wrong_token_is_told_without_it(self, server):
        door = LighthouseDoor(DoorSettings(server.url, "another token", door=7))
        with pytest.raises(DoorError) as told:
            door.ask(Passage("lobby", "subject", "Badge-1", 0.0, "request"))
        door.close()
        assert "another token" not in str(told.value)


class TestStaff(_Faults, DirectoryContract):
    abilities = (Ability.INACTIVE, Ability.SILENT, Ability.UNREACHABLE)

    @pytest.fixture
    def directory(self, server):
        staff = Staff(ServerSettings(server.url, TOKEN, seconds=0.5))
        yield staff
        staff.close()

    @pytest.fixture
    def known(self):
        return "s-1"

    @pytest.fixture
    def inactive(self):
        return "s-2"

    def test_all_pages_are_read(self, directory):
        assert [one.external_id for one in directory.entries()] == [one["id"] for one in PEOPLE]

    def test_an_answer_that_is_not_as_agreed_is_an_error(self, directory, server):
        with server.failing('{"people": [{"id": 7}]}'), pytest.raises(DirectoryError):
            directory.look_up("s-1")


class TestTraffic(ObserverContract):
    abilities = (Ability.SEEN,)

    @pytest.fixture
    def file(self, tmp_path):
        return tmp_path / "thenar.prom"

    @pytest.fixture
    def observer(self, file):
        return Traffic(TrafficSettings(file))

    @pytest.fixture
    def seen(self, file):
        def count():
            lines = file.read_text().splitlines() if file.exists() else []
            return sum(int(line.rsplit(" ", 1)[1]) for line in lines)

        return count

    def test_numbers_are_written_as_prometheus_reads_them(self, observer, file):
        for _ in range(2):
            observer(Event("door.denied", 0.0))
        observer(Event('odd"name\n', 0.0))
        assert file.read_text().splitlines() == [
            'lighthouse_events_total{event="door.denied"} 2',
            'lighthouse_events_total{event="odd_name_"} 1',
        ]
