"""The plugin keeps the contracts of plugins and of observers."""

import json

import pytest
from thenar.records import Event
from thenar.testing.contracts import Ability, ObserverContract, PluginContract

import acme_plug
from acme_plug.observer import AcmePlugObserver, AcmePlugSettings


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugObserver(ObserverContract):
    abilities = (Ability.SEEN,)

    @pytest.fixture
    def file(self, tmp_path):
        file = tmp_path / "events.jsonl"
        file.touch()
        return file

    @pytest.fixture
    def observer(self, file):
        return AcmePlugObserver(AcmePlugSettings(file))

    @pytest.fixture
    def seen(self, file):
        return lambda: len(file.read_text(encoding="utf-8").splitlines())

    def test_a_line_is_json(self, observer, file):
        observer(Event("door.denied", 1.5, "request-1", {"reason": "用过"}))
        assert json.loads(file.read_text(encoding="utf-8")) == {
            "event": "door.denied",
            "time": 1.5,
            "request": "request-1",
            "detail.reason": "用过",
        }
