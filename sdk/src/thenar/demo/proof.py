"""Proving that somebody is forgotten: looking for them in the files themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import attrs

_PIECE = 32
"""Bytes of a secret that are looked for at a time, so that a part left behind is found."""


@attrs.frozen
class Traces:
    """What the service's files hold of one person before they are forgotten.

    Attributes:
        templates: the encrypted templates, as stored.
        keys: the person's wrapped key, as stored.
        links: the encrypted links, as stored.
    """

    templates: tuple[bytes, ...] = attrs.field(repr=False)
    keys: tuple[bytes, ...] = attrs.field(repr=False)
    links: tuple[bytes, ...] = attrs.field(repr=False)

    def pieces(self) -> Iterator[bytes]:
        """Every stretch of bytes that must be nowhere afterwards."""
        for secret in (*self.templates, *self.keys, *self.links):
            for start in range(0, len(secret) - _PIECE + 1, _PIECE):
                yield secret[start : start + _PIECE]


def traces_of(folder: Path, subject: str) -> Traces:
    """What the service's databases in a folder hold of a person."""
    with (
        closing(sqlite3.connect(folder / "thenar.sqlite")) as service,
        closing(sqlite3.connect(folder / "person-keys.sqlite")) as keys,
    ):
        number, name = service.execute(
            "SELECT id, key_name FROM person WHERE subject = ?", (subject,)
        ).fetchone()
        return Traces(
            _column(service, "SELECT template FROM palm WHERE person_id = ?", number),
            _column(keys, "SELECT wrapped FROM person_key WHERE person = ?", name),
            _column(service, "SELECT content FROM link WHERE person_id = ?", number),
        )


def found(folder: Path, traces: Traces) -> int:
    """How many pieces are anywhere in the files of a folder, logs and left-overs included."""
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return sum(any(piece in file for file in files) for piece in traces.pieces())


def _column(database: sqlite3.Connection, query: str, value: object) -> tuple[bytes, ...]:
    return tuple(row[0] for row in database.execute(query, (value,)))
