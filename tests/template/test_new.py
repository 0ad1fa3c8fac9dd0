"""``thenar new``: what it writes, and what it refuses. Built and run in ``tests/wheels``."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from thenar.cli import main
from thenar.cli.new import KINDS as SPOKEN
from thenar.settings import KINDS, Settings
from thenar.template import Project

EXAMPLES = ("office-badge", "retailer-payment", "stadium-gate")


@pytest.fixture
def new(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, ["new", *words])


@pytest.fixture(scope="module")
def all_kinds(tmp_path_factory):
    """A project of every kind."""
    folder = tmp_path_factory.mktemp("made")
    return {kind: Project(kind, f"corner-{kind.replace('_', '-')}").write(folder) for kind in KINDS}


def test_every_kind_of_the_settings_can_be_made():
    assert [word.replace("-", "_") for word in SPOKEN] == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_project_is_complete(all_kinds, kind):
    folder = all_kinds[kind]
    name, module = folder.name, folder.name.replace("-", "_")
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["name"] == name
    assert project["entry-points"]["thenar"] == {name: module}
    assert '"""' in (folder / "src" / module / "__init__.py").read_text()
    for file in ("README.md", ".gitignore", ".github/workflows/ci.yml", f"src/{module}/py.typed"):
        assert (folder / file).exists(), file
    assert Settings.parse((folder / "thenar.toml").read_text()).plugins.enabled == (name,)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_template_is_left(all_kinds, kind):
    for file in all_kinds[kind].rglob("*"):
        text = file.read_text() if file.is_file() else ""
        assert "acme" not in text.lower(), file
        assert not re.search(r"@\w+@", text), file


def test_projects_and_examples_are_typed_and_tidy(all_kinds):
    """mypy in strict mode and ruff find nothing in any of them."""
    folder = next(iter(all_kinds.values())).parent
    programs = Path(sys.executable).parent
    root = Path(__file__).parents[2]
    roots = [made / "src" for made in all_kinds.values()]
    roots += [root / "examples" / name / "src" for name in EXAMPLES]
    packages = [word for src in roots for word in ("-p", next(src.glob("*/py.typed")).parent.name)]
    sources = ":".join(map(str, roots))
    (folder / "mypy.ini").write_text(f"[mypy]\nmypy_path = {sources}:{root / 'sdk' / 'src'}\n")
    for words in (
        [programs / "mypy", "--strict", "--config-file", "mypy.ini", *packages],
        [
            *(programs / "ruff", "check", "--isolated", "--select", "E,F,I,B,UP"),
            *("--config", "line-length=100", "--config", "src=['*/src']"),
        ],
    ):
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_was_made_is_told(new, tmp_path):
    told = new("card-reader", "corner-cards")
    assert told.exit_code == 0, told.output
    assert "corner-cards/src/corner_cards/card_reader.py" in told.output
    assert (tmp_path / "corner-cards" / "src" / "corner_cards" / "card_reader.py").exists()


def test_a_name_that_ends_in_its_kind_is_not_doubled(new, tmp_path):
    new("door", "acme-door")
    text = (tmp_path / "acme-door" / "src" / "acme_door" / "door.py").read_text()
    assert "class AcmeDoor:" in text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Acme", "lower-case words"),
        ("acme_gate", "lower-case words"),
        ("../gate", "lower-case words"),
        ("json", "cannot be called 'json'"),
        ("class", "cannot be called 'class'"),
        ("thenar", "cannot be called 'thenar'"),
    ],
)
def test_names_that_cannot_be_are_refused(new, tmp_path, name, told):
    result = new("door", name)
    assert result.exit_code == 1
    assert told in result.output
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(new, tmp_path):
    (tmp_path / "acme-door").mkdir()
    result = new("door", "acme-door")
    assert result.exit_code == 1
    assert "is there already" in result.output
    assert list((tmp_path / "acme-door").iterdir()) == []


def test_an_unknown_kind_names_those_there_are(new):
    result = new("gate", "acme-gate")
    assert result.exit_code == 2
    assert "card-reader" in result.output
