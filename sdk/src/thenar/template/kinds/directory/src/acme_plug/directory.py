"""The directory: a CSV file with a line for each person."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs
from thenar.errors import DirectoryError, InvalidRecord
from thenar.records import DirectoryEntry


@attrs.frozen
class AcmePlugSettings:
    """The table ``[directory.acme-plug]``.

    Attributes:
        file: CSV in UTF-8 with the columns id, active (yes or no), groups (separated by
            spaces) and name. It is read at every question, so that changes count at once.
    """

    file: Path


class AcmePlugDirectory:
    """Who is in the file."""

    def __init__(self, settings: AcmePlugSettings) -> None:
        self._file = settings.file

    def entries(self) -> Iterable[DirectoryEntry]:
        """Everybody, active or not. Raises DirectoryError: the file cannot be read."""
        return list(self._rows().values())

    def look_up(self, external_id: str) -> DirectoryEntry | None:
        """One person, or None. Raises DirectoryError: the file cannot be read."""
        return self._rows().get(external_id)

    def _rows(self) -> Mapping[str, DirectoryEntry]:
        try:
            with self._file.open(encoding="utf-8", newline="") as lines:
                entries = [entry_of(row) for row in csv.DictReader(lines)]
        except (OSError, UnicodeDecodeError, csv.Error, KeyError, InvalidRecord) as error:
            raise DirectoryError(
                f"{self._file} is not a list of people: {type(error).__name__}.",
                remedy="export it anew, as CSV in UTF-8 with id, active, groups and name.",
            ) from error
        return {entry.external_id: entry for entry in entries}


def entry_of(row: Mapping[str, str]) -> DirectoryEntry:
    """One line of the file. Raises KeyError, InvalidRecord: something is missing."""
    return DirectoryEntry(
        row["id"],
        active=row["active"] == "yes",
        groups=row["groups"].split(),
        display_name=row["name"],
    )
