"""The plugin keeps the contracts of plugins and of loyalty programmes."""

import contextlib

import pytest
from thenar.testing.contracts import Ability, LoyaltyContract, PluginContract

import acme_plug
from acme_plug.loyalty import AcmePlugProgramme, AcmePlugSettings


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugProgramme(LoyaltyContract):
    abilities = (Ability.RESTART, Ability.UNREACHABLE)

    @pytest.fixture
    def file(self, tmp_path):
        return tmp_path / "points.sqlite"

    @pytest.fixture
    def programme(self, file):
        return AcmePlugProgramme(AcmePlugSettings(str(file)))

    @pytest.fixture
    def restarted(self, file):
        return lambda: AcmePlugProgramme(AcmePlugSettings(str(file)))

    @pytest.fixture
    def member(self, programme):
        programme.join("M-1001", points=250)
        return "M-1001"

    @pytest.fixture
    def unreachable(self, file):
        @contextlib.contextmanager
        def moved_away():
            away = file.rename(file.with_suffix(".away"))
            file.mkdir()
            yield
            file.rmdir()
            away.rename(file)

        return moved_away()
