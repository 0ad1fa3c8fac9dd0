"""Nothing that was promised is broken: the surface against that of the last release."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import griffe
import pytest

import thenar

from .surface import KEPT, PROMISED, constructors, current, dumped, names

ACCEPTED = Path(__file__).with_name("accepted.txt")
"""Breaks that are meant, a line each, as the test tells them; emptied at a release."""


@pytest.fixture(scope="module")
def kept():
    return json.loads(KEPT.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def package():
    return current()


def accepted():
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def broken(old, new):
    """Each break in words: what and where."""
    return {
        f"{one.kind.value}: {one.obj.canonical_path}"
        for one in griffe.find_breaking_changes(read(old), read(dumped(new)))
    }


def read(module):
    return griffe.Module.from_json(json.dumps(module))


@pytest.mark.parametrize("name", PROMISED)
def test_nothing_promised_is_broken(kept, package, name):
    assert broken(kept["modules"][name], package[name]) - accepted() == set()


def test_no_name_is_gone(kept):
    now = names()
    gone = {
        f"name removed: {module}.{name}"
        for module, before in kept["names"].items()
        for name in set(before) - set(now[module])
    }
    assert gone - accepted() == set()


def test_constructors_take_what_they_took(kept):
    now = constructors()
    breaks = set()
    for name, parameters in kept["constructors"].items():
        if name not in now:
            breaks.add(f"removed: {name}")
            continue
        breaks |= {f"parameter removed: {name}({one})" for one in parameters.keys() - now[name]}
        breaks |= {
            f"parameter required: {name}({one})"
            for one, required in now[name].items()
            if required and not parameters.get(one, False)
        }
    assert breaks - accepted() == set()


def test_the_release_that_is_kept_is_the_last_one():
    major, minor, _ = thenar.__version__.split(".")
    assert KEPT.name == f"surface-{major}.{minor}.json"


def test_a_break_would_be_seen(kept, package, tmp_path):
    """A name taken away, a parameter that must be given, an argument renamed."""
    old = kept["modules"]["protocols"]
    source = Path(thenar.__file__).with_name("protocols.py").read_text(encoding="utf-8")
    for before, after in (
        ("class Notifier(Protocol)", "class Messenger(Protocol)"),
        ("def open(self, decision: Decision)", "def open(self, decision: Decision, how: str)"),
        ("def send(self, message: Message)", "def send(self, letter: Message)"),
    ):
        assert before in source
        folder = tmp_path / str(len(after)) / "thenar"
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "protocols.py").write_text(source.replace(before, after), encoding="utf-8")
        new = griffe.load("thenar", search_paths=[folder.parent], try_relative_path=False)
        assert broken(old, new["protocols"]), after


def test_the_page_about_stability_lists_the_surface():
    page = Path(__file__).parents[2] / "docs" / "reference" / "stability.md"
    text = page.read_text(encoding="utf-8")
    assert [name for name in ("thenar", *PROMISED) if f"`thenar.{name}`" not in text] == ["thenar"]
    assert "`thenar`" in text


def test_thenar_promises_no_other_names():
    assert thenar.__all__ == ["API_VERSION", "__version__", "hookimpl"]


WELL_TYPED = """
from collections.abc import Sequence
import attrs, thenar
from thenar.protocols import Notifier
from thenar.records import Message, Provider

@attrs.frozen
class Settings:
    url: str = ""

class Post:
    def __init__(self, settings: Settings) -> None: ...
    def send(self, message: Message) -> None: ...

@thenar.hookimpl
def thenar_notifiers() -> Sequence[Provider[Notifier]]:
    return [Provider("post", make=Post, settings=Settings)]
"""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "", ""),
        ("def send(self, message: Message)", "def send(self, message: str)", "incompatible"),
        ("def send", "def post", "incompatible"),
        ("make=Post", "make=7", "incompatible"),
        ('"post", make', "7, make", "incompatible"),
    ],
)
def test_types_tell_a_plugin_s_author_what_is_wrong(tmp_path, before, after, told):
    file = tmp_path / "post.py"
    file.write_text(WELL_TYPED.replace(before, after) if before else WELL_TYPED)
    source = Path(thenar.__file__).parents[1]
    config = tmp_path / "mypy.ini"
    config.write_text(f"[mypy]\nstrict = True\nmypy_path = {source}\n")
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("mypy"), "--config-file", config),
            *("--cache-dir", tmp_path.parent / "mypy", "--follow-imports", "silent", file),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) == (not told), done.stdout
    assert told in done.stdout.lower()


def test_types_are_shipped():
    assert Path(thenar.__file__).with_name("py.typed").exists()
    ast.parse(Path(thenar.__file__).read_text(encoding="utf-8"))
