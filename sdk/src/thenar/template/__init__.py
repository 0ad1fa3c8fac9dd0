"""What ``thenar new`` copies: one small distribution for each kind of plugin.

The files below ``kinds`` are a plugin named ``acme-plug``, complete and tested; those
below ``project`` belong to every kind. Copying replaces the name in its three
spellings, and ``@words@`` by what the kind's ``about.toml`` says.
"""

from __future__ import annotations

import json
import keyword
import re
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import attrs

from thenar.errors import InvalidRecord
from thenar.settings import KINDS

DISTRIBUTION, MODULE, WORDS = "acme-plug", "acme_plug", "AcmePlug"
"""The name in the templates: of the distribution, the module, the classes."""

_PLACES = {
    "pyproject": "pyproject.toml",
    "README.md": "README.md",
    "thenar.toml": "thenar.toml",
    "gitignore": ".gitignore",
    "ci.yml": ".github/workflows/ci.yml",
}


def _as_in_settings(kind: str) -> str:
    return kind.replace("-", "_")


def _is_kind(_instance: object, _attribute: object, value: str) -> None:
    if value not in KINDS:
        raise InvalidRecord(f"Expected a kind of plugin, one of {', '.join(KINDS)}, got {value!r}.")


def _is_name(_instance: object, _attribute: object, value: str) -> None:
    module = value.replace("-", "_")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value):
        raise InvalidRecord(
            f"Expected lower-case words joined by hyphens, e.g. 'acme-gate', got {value!r}."
        )
    if keyword.iskeyword(module) or module in sys.stdlib_module_names or module == "thenar":
        raise InvalidRecord(
            f"A module cannot be called {module!r}: Python or Thenar has one.",
            remedy=f"choose another name, e.g. 'acme-{value}'.",
        )


@attrs.frozen
class Project:
    """A plugin to be made.

    Attributes:
        kind: as the settings call it, e.g. ``"door"``.
        name: of the distribution and of what it provides, e.g. ``"acme-gate"``.
    """

    kind: str = attrs.field(validator=_is_kind, converter=_as_in_settings)
    name: str = attrs.field(validator=_is_name)

    @property
    def module(self) -> str:
        """Name of its module."""
        return self.name.replace("-", "_")

    def files(self) -> Iterator[tuple[str, str]]:
        """Every file: path below the project's folder, and text."""
        root = files("thenar.template")
        kind = root / "kinds" / self.kind
        about = tomllib.loads((kind / "about.toml").read_text(encoding="utf-8"))
        about["kind"] = self.kind.replace("_", " ")
        for template, place in _PLACES.items():
            text = (root / "project" / template).read_text(encoding="utf-8")
            yield place, _wrapped(self.named(_filled(text, about)))
        yield f"src/{self.module}/py.typed", ""
        for path, text in _python_below(kind):
            yield self.named(path), self.named(text)

    def write(self, parent: Path) -> Path:
        """Write it into a new folder of its name; returns the folder.

        Raises:
            InvalidRecord: something of that name is there already.
        """
        folder = parent / self.name
        if folder.exists():
            raise InvalidRecord(
                f"{folder} is there already.", remedy="choose another name, or move it away."
            )
        for path, text in self.files():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder

    def named(self, text: str) -> str:
        """A text of the template with the project's name in its three spellings."""
        words = [word.capitalize() for word in self.name.split("-")]
        for old, new in (
            (WORDS + words[-1], "".join(words)),  # AcmeDoor, not AcmeDoorDoor
            (DISTRIBUTION, self.name),
            (MODULE, self.module),
            (WORDS, "".join(words)),
            ("Acme Plug", " ".join(words)),
        ):
            text = text.replace(old, new)
        return text


def _filled(text: str, about: dict[str, str | list[str]]) -> str:
    for word, value in about.items():
        shown = value.strip() if isinstance(value, str) else json.dumps(value)[1:-1]
        text = text.replace(f"@{word}@", shown)
    return text


def _wrapped(text: str) -> str:
    """Lines of prose made no longer than a page is wide; others have no business to be."""
    return "".join(
        textwrap.fill(line, 100, break_long_words=False, break_on_hyphens=False) + "\n"
        if len(line) > 100
        else line + "\n"
        for line in text.splitlines()
    )


def _python_below(folder: Traversable, path: str = "") -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _python_below(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield f"{path}{entry.name}", entry.read_text(encoding="utf-8")
