"""A TOML document that knows on which line each key stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from thenar.errors import SettingsError

Path = tuple[str | int, ...]
"""Keys from the top of the document down, e.g. ``("camera", "uvc", "index")``; ints in arrays."""


@attrs.frozen
class Document:
    """What a settings file holds.

    Attributes:
        data: as read.
        file: what to call it in messages.
        text: as written; empty where the settings did not come from a file.
    """

    data: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    file: str = "settings"
    text: str = attrs.field(default="", repr=False)

    @classmethod
    def parse(cls, text: str, file: str) -> Document:
        """Read TOML. Raises SettingsError naming file and line."""
        try:
            return cls(tomllib.loads(text), file, text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{file}: not TOML: {error}.") from None

    def value(self, path: Path) -> object:
        """What stands at a path; None where nothing does."""
        here: Any = self.data
        for key in path:
            try:
                here = here[key]
            except (KeyError, IndexError, TypeError):
                return None
        return here

    def table(self, path: Path) -> Mapping[str, Any]:
        """The table at a path; one that is not there is empty. Raises SettingsError."""
        value = self.value(path)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise SettingsError(
                f"{self.where(path)}: expected a table, got something else.",
                remedy=f"write it as [{'.'.join(map(str, path))}] with its keys below.",
            )
        return value

    def where(self, path: Path) -> str:
        """``"thenar.toml, line 7, [camera.uvc] index"`` for messages; no line where unknown."""
        path, within = _before_arrays(path)
        whole = isinstance(self.value(path), Mapping)
        table = path if whole else path[:-1]
        line = self.line(path) or self.line(table)
        place = f"[{'.'.join(table)}]" if table else ""
        if not whole:
            place = f"{place} {path[-1]}{within}".strip()
        return ", ".join(part for part in (self.file, line and f"line {line}", place) if part)

    def line(self, path: Path) -> int | None:
        """Line, from 1, of the statement that first speaks of a path."""
        path, _within = _before_arrays(path)
        table: tuple[str, ...] = ()
        for number, statement in _statements(self.text):
            opened, keys = _speaks_of(statement)
            table = table if opened is None else opened
            if path and (table + keys)[: len(path)] == path:
                return number
        return None


def _before_arrays(path: Path) -> tuple[tuple[str, ...], str]:
    """The keys down to the first array, and the rest as text, e.g. ``"[1]"``."""
    keys: list[str] = []
    for i, key in enumerate(path):
        if isinstance(key, int):
            return tuple(keys), "".join(f"[{one}]" for one in path[i:])
        keys.append(key)
    return tuple(keys), ""


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with its line: the fewest lines that are TOML by themselves."""
    lines = text.split("\n")
    start = 0
    for end in range(1, len(lines) + 1):
        statement = "\n".join(lines[start:end])
        if _is_toml(statement):
            yield start + 1, statement
            start = end


def _speaks_of(statement: str) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The table that a statement opens, if it does, and the keys that it sets."""
    try:
        inner: object = tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return None, ()
    path: list[str] = []
    while isinstance(inner, dict) and len(inner) == 1:
        key, inner = next(iter(inner.items()))
        path.append(key)
    if statement.lstrip().startswith("["):
        return tuple(path), ()
    return None, tuple(path)


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True
