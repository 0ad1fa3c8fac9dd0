"""The list of images that an evaluation runs over."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import attrs

from thenar.errors import ManifestError
from thenar.records import Band, Hand

COLUMNS = ("path", "person", "palm", "hand", "role", "kind", "modality")
"""Columns that a manifest must have, in any order; others are ignored."""

Word = TypeVar("Word", bound=StrEnum)


class Role(StrEnum):
    """What an image is used for."""

    ENROL = "enrol"
    PROBE = "probe"
    SPARE = "spare"
    """Not used; kept for tuning."""


class Kind(StrEnum):
    """What an image shows."""

    ROI = "roi"
    """A palm that somebody else cut out."""
    HAND = "hand"
    """A whole hand."""


@attrs.frozen
class Entry:
    """One image of a manifest.

    Attributes:
        path: where the image is.
        name: the path as the manifest wrote it.
        person: whose; the cluster of the bootstrap.
        palm: which palm; the class that recognition has to tell apart.
        hand: ``UNKNOWN`` where the column is empty.
        role: what it is used for.
        kind: what it shows.
        band: the light it was taken in, from the column ``modality``.
        line: line of the manifest, from 1.
    """

    path: Path
    name: str
    person: str
    palm: str
    hand: Hand
    role: Role
    kind: Kind
    band: Band
    line: int


@attrs.frozen
class Manifest:
    """A checked manifest.

    Attributes:
        path: the file it was read from.
        enrol: images to enrol, in the order of the file.
        probes: images to recognise, in the order of the file.
        spare: images that are not used.
    """

    path: Path
    enrol: tuple[Entry, ...]
    probes: tuple[Entry, ...]
    spare: tuple[Entry, ...] = ()


def read_manifest(path: Path) -> Manifest:
    """Read and check a manifest.

    Args:
        path: a CSV file in UTF-8 with a header; image paths in it are relative to it.

    Raises:
        ManifestError: it cannot be read, a column is missing, a value is unknown, an
            image is missing or listed twice, a palm belongs to two persons, or there is
            nothing to enrol or to recognise. Names the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            entries = list(_entries(csv.DictReader(file, strict=True), path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(
            f"{path}: expected a CSV file in UTF-8, got {type(error).__name__}: {error}."
        ) from error
    _refuse_contradictions(entries, path)
    by_role = {role: tuple(e for e in entries if e.role is role) for role in Role}
    for role in (Role.ENROL, Role.PROBE):
        if not by_role[role]:
            raise ManifestError(
                f"{path}: expected at least one image with role {role}, got none.",
                remedy="mark enrolment images 'enrol' and the images to recognise 'probe'.",
            )
    return Manifest(path, by_role[Role.ENROL], by_role[Role.PROBE], by_role[Role.SPARE])


def _entries(rows: csv.DictReader[str], path: Path) -> Iterator[Entry]:
    header = rows.fieldnames or ()
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise ManifestError(
            f"{path}, line 1: expected the columns {', '.join(COLUMNS)}; "
            f"missing: {', '.join(missing)}."
        )
    for row in rows:
        yield _entry(row, path, rows.line_num)


def _entry(row: dict[str, str | None], path: Path, line: int) -> Entry:
    where = f"{path}, line {line}"
    values = {column: (row[column] or "").strip() for column in COLUMNS}
    for column in ("path", "person", "palm"):
        if not values[column]:
            raise ManifestError(f"{where}: expected a {column}, got an empty value.")
    image = path.parent / values["path"]
    if not image.is_file():
        raise ManifestError(
            f"{where}: there is no file {values['path']!r} beside the manifest.",
            remedy="write paths relative to the manifest's folder.",
        )
    return Entry(
        path=image,
        name=values["path"],
        person=values["person"],
        palm=values["palm"],
        hand=_word(Hand, values["hand"] or Hand.UNKNOWN, "hand", where),
        role=_word(Role, values["role"], "role", where),
        kind=_word(Kind, values["kind"], "kind", where),
        band=_word(Band, values["modality"], "modality", where),
        line=line,
    )


def _word(words: type[Word], value: str, column: str, where: str) -> Word:
    try:
        return words(value.lower())
    except ValueError:
        raise ManifestError(
            f"{where}: expected a {column} of {', '.join(words)}; got {value!r}."
        ) from None


def _refuse_contradictions(entries: list[Entry], path: Path) -> None:
    seen: dict[Path, Entry] = {}
    owner: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.path.resolve(), entry)
        if first is not entry:
            raise ManifestError(
                f"{path}, line {entry.line}: {entry.name!r} is listed already on line "
                f"{first.line}.",
                remedy="list every image once; an image compared with itself proves nothing.",
            )
        first = owner.setdefault(entry.palm, entry)
        if first.person != entry.person:
            raise ManifestError(
                f"{path}, line {entry.line}: palm {entry.palm!r} belongs to {entry.person!r} "
                f"here and to {first.person!r} on line {first.line}.",
                remedy="give each palm a name of its own, e.g. person and hand together.",
            )
