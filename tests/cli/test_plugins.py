"""``thenar plugins``: what is installed, and where each stands."""

import json

import pytest
from click.testing import CliRunner

import thenar
from thenar.cli import main
from thenar.records import Provider


class Acme:
    THENAR_API = 1

    @thenar.hookimpl
    def thenar_cameras(self):
        return [Provider("acme", make=print), Provider("acme-wide", make=print)]


class Misnamed:
    THENAR_API = 1

    @thenar.hookimpl
    def thenar_camera(self):
        return []


class TooNew:
    THENAR_API = 99


SETTINGS = """
[plugins]
enabled = ["acme-camera", "acme-broken", "acme-new"]

[camera.acme]

[camera.amce]
"""


@pytest.fixture
def run(tmp_path, monkeypatch, thenar_register):
    thenar_register(Acme(), "acme-camera", "2.0")
    thenar_register(Misnamed(), "acme-broken", "0.1")
    thenar_register(TooNew(), "acme-new", "9.0")
    thenar_register(object(), "acme-unused", "1.0")
    (tmp_path / "thenar.toml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "240")
    return lambda *words: CliRunner().invoke(main, list(words))


def test_table_has_a_line_for_each_with_the_reason(run):
    result = run("plugins")
    assert result.exit_code == 0
    (acme,) = [line for line in result.output.splitlines() if "acme-camera" in line]
    for word in ("2.0", "active", "cameras: acme, acme-wide"):
        assert word in acme
    (broken,) = [line for line in result.output.splitlines() if "acme-broken" in line]
    assert "failed" in broken
    assert "there is no hook 'thenar_camera'" in broken
    assert "rename it to 'thenar_cameras'" in broken
    assert "refused" in result.output
    assert "not enabled in the settings" in result.output
    assert "No plugin reads thenar.toml, line 7, [camera.amce]" in result.output


def test_json(run):
    told = json.loads(run("plugins", "--json").output)
    by_name = {one["plugin"]: one for one in told["plugins"]}
    assert {name: one["state"] for name, one in by_name.items()} == {
        "thenar": "active",
        "acme-camera": "active",
        "acme-broken": "failed",
        "acme-new": "refused",
        "acme-unused": "off",
    }
    acme = by_name["acme-camera"]
    assert set(acme) == {"plugin", "version", "state", "reason", "provides", "seconds"}
    assert acme["provides"] == {"thenar_cameras": ["acme", "acme-wide"]}
    assert told["unread_tables"] == ["thenar.toml, line 7, [camera.amce]"]


def test_safe_mode_loads_nothing_installed(run):
    told = json.loads(run("--no-plugins", "plugins", "--json").output)
    assert {one["plugin"]: one["state"] for one in told["plugins"]} == {
        "thenar": "active",
        "acme-camera": "off",
        "acme-broken": "off",
        "acme-new": "off",
        "acme-unused": "off",
    }
