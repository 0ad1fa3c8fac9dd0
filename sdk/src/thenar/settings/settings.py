"""The settings as the host sees them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any, TypeVar

import attrs

from thenar.errors import SettingsError
from thenar.settings.chosen import DriverSettings, PluginSettings
from thenar.settings.document import Document
from thenar.settings.kinds import KINDS
from thenar.settings.structure import structure

T = TypeVar("T")

PROGRAMS = ("device", "cloud")
"""Tables that the two programs structure themselves, by :meth:`Settings.section`."""


@attrs.frozen
class _Door:
    """What Thenar reads of ``[doors.NAME]``; the other keys are the provider's."""

    provider: str


@attrs.frozen
class Settings:
    """One settings file, checked as far as Thenar itself reads it.

    Attributes:
        plugins: what is loaded.
        drivers: what is used.
        doors: name of a door → name of its provider.
        document: all that the file holds, for the tables of providers.
    """

    plugins: PluginSettings = attrs.field(factory=PluginSettings)
    drivers: DriverSettings = attrs.field(factory=DriverSettings)
    doors: Mapping[str, str] = attrs.field(factory=dict)
    document: Document = attrs.field(factory=Document)

    @classmethod
    def parse(cls, text: str, *, file: str = "settings") -> Settings:
        """Settings from TOML text; ``file`` is what messages call it. Raises SettingsError."""
        return cls._of(Document.parse(text, file))

    @classmethod
    def of(cls, data: Mapping[str, Any], *, file: str = "settings") -> Settings:
        """Settings from tables in memory; messages then name no lines. Raises SettingsError."""
        return cls._of(Document(data, file))

    @classmethod
    def _of(cls, document: Document) -> Settings:
        known = ("plugins", "drivers", "doors", *_TABLES, *PROGRAMS)
        for key in document.data:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f" Did you mean [{near[0]}]?" if near else ""
                raise SettingsError(
                    f"{document.where((key,))}: unknown table; known are {', '.join(known)}.{hint}",
                    remedy=f"correct {document.file}.",
                )
        for kind in _TABLES:
            document.table((kind,))
        doors = document.table(("doors",))
        return cls(
            structure(document, ("plugins",), PluginSettings),
            structure(document, ("drivers",), DriverSettings),
            {name: _provider_of_door(document, name) for name in doors},
            document,
        )

    def provider(self, kind: str, name: str, into: type[T]) -> T:
        """The table ``[KIND.NAME]`` of one provider. Raises SettingsError."""
        return structure(self.document, (kind, name), into)

    def door(self, name: str, into: type[T]) -> T:
        """The table ``[doors.NAME]`` without its ``provider``. Raises SettingsError."""
        return structure(self.document, ("doors", name), into, besides=["provider"])

    def section(self, name: str, into: type[T]) -> T:
        """The table of one of the two programs, e.g. ``[device]``. Raises SettingsError."""
        return structure(self.document, (name,), into)

    def provider_tables(self) -> list[tuple[str, str]]:
        """Every ``(kind, name)`` that has a table."""
        return [(kind, name) for kind in _TABLES for name in self.document.table((kind,))]


_TABLES = tuple(kind for kind in KINDS if kind != "door")


def _provider_of_door(document: Document, name: str) -> str:
    path = ("doors", name)
    others = [key for key in document.table(path) if key != "provider"]
    return structure(document, path, _Door, besides=others).provider


def load_settings(file: FilePath) -> Settings:
    """Read a settings file.

    Raises:
        SettingsError: it cannot be read, or something in it is wrong.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file}: expected a settings file in UTF-8; {type(error).__name__}.",
            remedy="check the path given with --settings or THENAR_SETTINGS.",
        ) from error
    return Settings.parse(text, file=str(file))
