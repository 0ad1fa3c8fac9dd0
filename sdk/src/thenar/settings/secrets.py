"""Secrets that the settings name instead of holding: ``{file = "..."}``, ``{env = "..."}``.

Wherever a settings class marks a text as secret (``repr=False``), the file may
say where it is. It is read when the settings are, and nowhere else is the
environment read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

import attrs

from thenar.errors import SettingsError
from thenar.settings.document import Document, Path

_SOURCES = ("file", "env")


def with_secrets(
    table: Mapping[str, Any], into: type[Any], document: Document, path: Path
) -> dict[str, Any]:
    """A table with its secrets in place.

    Args:
        table: as the file has it.
        into: attrs class that it will be.
        document: the settings file, for messages.
        path: of the table.

    Raises:
        SettingsError: a secret is not where the file says.
    """
    told = dict(table)
    for field in attrs.fields(attrs.resolve_types(into)):
        key, value = field.alias, table.get(field.alias)
        if not isinstance(value, Mapping):
            continue
        if isinstance(field.type, type) and attrs.has(field.type):
            told[key] = with_secrets(value, field.type, document, (*path, key))
        elif field.repr is False and len(value) == 1 and set(value) <= set(_SOURCES):
            told[key] = _read(value, document.where((*path, key)))
    return told


def _read(said: Mapping[str, Any], where: str) -> str:
    ((source, name),) = said.items()
    if not isinstance(name, str) or not name:
        raise SettingsError(f"{where}: expected a name in {source!r}.")
    if source == "env":
        if not (found := os.environ.get(name, "")):
            raise SettingsError(
                f"{where}: the environment variable {name} is not set, or empty.",
                remedy="set it where the program is started.",
            )
        return found
    try:
        found = FilePath(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{where}: {name} cannot be read: {type(error).__name__}.",
            remedy="check its path, and that this user may read it.",
        ) from None
    if not found:
        raise SettingsError(f"{where}: {name} is empty.")
    return found
