"""The plugin keeps the contracts of plugins and of directories."""

import contextlib

import pytest
from thenar.errors import DirectoryError
from thenar.testing.contracts import Ability, DirectoryContract, PluginContract

import acme_plug
from acme_plug.directory import AcmePlugDirectory, AcmePlugSettings

PEOPLE = """\
id,active,groups,name
s-1001,yes,staff night-shift,Zoë Müller
s-1002,no,staff,松本
"""


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugDirectory(DirectoryContract):
    abilities = (Ability.INACTIVE, Ability.UNREACHABLE)

    @pytest.fixture
    def file(self, tmp_path):
        file = tmp_path / "people.csv"
        file.write_text(PEOPLE, encoding="utf-8")
        return file

    @pytest.fixture
    def directory(self, file):
        return AcmePlugDirectory(AcmePlugSettings(file))

    @pytest.fixture
    def known(self):
        return "s-1001"

    @pytest.fixture
    def inactive(self):
        return "s-1002"

    @pytest.fixture
    def unreachable(self, file):
        @contextlib.contextmanager
        def moved_away():
            away = file.rename(file.with_suffix(".away"))
            yield
            away.rename(file)

        return moved_away()

    def test_groups_and_name_are_read(self, directory):
        entry = directory.look_up("s-1001")
        assert entry.groups == {"staff", "night-shift"}
        assert entry.display_name == "Zoë Müller"

    def test_another_file_is_told(self, directory, file):
        file.write_text("Dear customer\n", encoding="utf-8")
        assert list(directory.entries()) == []
        file.write_text("Dear customer\nhello\n", encoding="utf-8")
        with pytest.raises(DirectoryError, match="not a list of people"):
            directory.look_up("s-1001")
