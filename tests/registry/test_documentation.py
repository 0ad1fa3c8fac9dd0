"""The pages about plugins and settings are true: what they show is run."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import attrs
import pytest

from thenar.errors import SettingsError
from thenar.records import Passage, PluginState
from thenar.settings import KINDS, DriverSettings, PluginSettings, Settings
from thenar.settings.settings import PROGRAMS

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "write-a-plugin.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference" / "plugins-and-settings.md").read_text(encoding="utf-8")


def blocks(page, language):
    """The code blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def turnstile(install):
    """The how-to's plugin, installed as its own pyproject says."""
    project = tomllib.loads(blocks(HOW_TO, "toml")[0])["project"]
    assert project["entry-points"]["thenar"] == {"acme-turnstile": "acme_turnstile"}
    module = blocks(HOW_TO, "python")[0]
    return install(project["name"], module, version=project["version"], head="")


def test_how_to_gives_a_plugin_that_works(turnstile, load):
    settings = Settings.parse(blocks(HOW_TO, "toml")[1])
    assert settings.plugins.enabled == (turnstile,)
    registry = load(turnstile, text=blocks(HOW_TO, "toml")[1].split("\n\n", 1)[1])
    (line,) = [one for one in registry.status() if one.plugin == turnstile]
    assert (line.state, line.version) == (PluginState.ACTIVE, "1.0.0")
    door = registry.door("lobby")
    for badge, allowed in [("1001", True), ("9999", False)]:
        assert door.ask(Passage("lobby", "subject", badge, 0.0, "r")).allow is allowed


def test_how_tos_test_passes(turnstile, tmp_path, thenar_register, thenar_registry):
    file = tmp_path / "test_acme_turnstile.py"
    file.write_text(blocks(HOW_TO, "python")[1], encoding="utf-8")
    spec = importlib.util.spec_from_file_location("test_acme_turnstile", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.test_known_badge_opens(thenar_register, thenar_registry)
    assert "acme_turnstile" in sys.modules


def test_how_tos_contract_holds(tmp_path):
    """In a pytest of its own, as its author runs it."""
    (tmp_path / "acme_turnstile.py").write_text(blocks(HOW_TO, "python")[0], encoding="utf-8")
    (tmp_path / "test_contract.py").write_text(blocks(HOW_TO, "python")[2], encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\nfilterwarnings = error\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "TestTurnstile (DoorContract): 17 of 23 checks ran" in done.stdout


def test_reference_shows_settings_that_are_read():
    settings = Settings.parse(blocks(REFERENCE, "toml")[0])
    assert settings.doors == {"lobby": "acme-turnstile"}
    assert settings.plugins.disabled == {"thenar-camera": ("camera.video",)}


def test_reference_shows_a_complaint_as_it_is(turnstile):
    misspelt = blocks(HOW_TO, "toml")[1].replace("badges", "bagdes")
    settings = Settings.parse(misspelt, file="thenar.toml")
    provider = importlib.import_module("acme_turnstile").thenar_doors()[0]
    with pytest.raises(SettingsError) as told:
        settings.door("lobby", provider.settings)
    assert blocks(REFERENCE, "text")[0] == f"Error: {told.value.message}\n"


def test_reference_lists_every_kind():
    listed = re.findall(r"^\| `(\w+)` \| `(\w+)` \| ([a-z ]+) \|$", REFERENCE, re.MULTILINE)
    assert listed == [(kind.word, kind.hook, kind.way.value) for kind in KINDS.values()]


def test_reference_has_every_key_and_state():
    for cls, table in [(PluginSettings, "plugins"), (DriverSettings, "drivers")]:
        described = REFERENCE.split(f"`[{table}]`\n", 1)[1].split("\n\n", 1)[0]
        for field in attrs.fields(cls):
            assert f"`{field.name}`" in described, (table, field.name)
    for state in PluginState:
        assert f"| `{state.value}` |" in REFERENCE
    for program in PROGRAMS:
        assert f"`[{program}]`" in REFERENCE
