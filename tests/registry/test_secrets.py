"""Secrets that the settings name instead of holding."""

from pathlib import Path

import attrs
import pytest

from thenar.errors import SettingsError
from thenar.settings import Settings


@attrs.frozen
class Inner:
    pin: str = attrs.field(default="", repr=False)


@attrs.frozen
class Outer:
    key: str = attrs.field(default="", repr=False)
    name: str = ""
    inner: Inner = attrs.field(factory=Inner)


def read(text):
    return Settings.parse("[cloud]\n" + text, file="thenar.toml").section("cloud", Outer)


def test_a_secret_is_read_from_a_file_or_the_environment(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("PALM_PIN", "from the environment")
    said = read(
        f'key = {{ file = "{(tmp_path / "key").as_posix()}" }}\ninner.pin = {{ env = "PALM_PIN" }}'
    )
    assert said == Outer(key="from a file", inner=Inner("from the environment"))
    assert "from" not in repr(said)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('key = { env = "NOT_SET_ANYWHERE" }', "NOT_SET_ANYWHERE is not set"),
        ('key = { file = "/nowhere/key" }', "FileNotFoundError"),
        ("key = { env = 3 }", "expected a name"),
        ('key = { env = "A", file = "B" }', "expected a string, got a table"),
        ('key = { vault = "A" }', "expected a string, got a table"),
        ('name = { env = "PATH" }', "expected a string, got a table"),
    ],
)
def test_what_is_not_there_is_told_with_its_line(text, told):
    with pytest.raises(SettingsError, match=told) as refused:
        read(text)
    assert "line 2" in refused.value.message


def test_an_empty_file_holds_no_secret(tmp_path):
    (tmp_path / "key").write_text("\n")
    with pytest.raises(SettingsError, match="empty"):
        read(f'key = {{ file = "{Path(tmp_path / "key").as_posix()}" }}')
