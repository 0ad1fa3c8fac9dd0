"""A database into another, of the other kind as well: every row of it, or nothing.

What is copied is read back and compared before it counts. Only then is the old
database emptied, and marked so that no service takes it for its own again; so a
person's key is in one place, and destroying it destroys it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import attrs
from sqlalchemy import Connection, Table, delete, func, insert, inspect, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from thenar.errors import SettingsError
from thenar.vault.engines import Database, hold_database, open_database
from thenar.vault.schema import Versioned, make_or_check, mark_moved, newest, present, was_moved

_AT_ONCE = 1000
Told = Callable[[str, int, Iterable[Any]], Iterable[Any]]
"""Given a table's name, its rows' number and the rows, passes them on; e.g. a bar."""


@attrs.frozen
class Moved:
    """What was moved.

    Attributes:
        rows: table → how many.
        before: an earlier call had moved them, or was interrupted at the end of it.
    """

    rows: Mapping[str, int]
    before: bool


def move(source: str, target: str, tables: type[Versioned], told: Told) -> Moved:
    """Move a database; interrupted at any point, the same call goes on.

    Args:
        source: URL of the database to move, of this version's schema.
        target: URL of an empty one.
        tables: what they hold.
        told: sees the rows go by.

    Raises:
        SettingsError: one cannot be opened, is served, is of another schema, or the
            target has something else in it. Nothing was changed.
    """
    old, new = open_database(source), open_database(target)
    try:
        with ExitStack() as held:
            for database in (old, new):
                held.callback(hold_database(database, tables.__name__))
            return _move(old, new, tables, told)
    except OperationalError as error:
        raise SettingsError(
            f"A database cannot be opened or written: {error.orig}.",
            remedy="check both URLs; nothing was lost, the same command goes on.",
        ) from None
    finally:
        old.reading.dispose()
        new.reading.dispose()


def _move(old: Database, new: Database, tables: type[Versioned], told: Told) -> Moved:
    with old.reading.connect() as reading:
        if was_moved(reading, tables):
            before, rows = True, _already_there(new, tables)
        elif present(reading, tables) is None:
            raise SettingsError(
                f"The database {old.reading.url.database} has nothing to move.",
                remedy="to begin with an empty one, name it in the settings and start the service.",
            )
        else:
            before, rows = _copy(reading, new, tables, told)
    _empty(old, tables)
    return Moved(rows, before)


def _copy(
    reading: Connection, new: Database, tables: type[Versioned], told: Told
) -> tuple[bool, dict[str, int]]:
    """Every row, in one transaction; True where a call before had come so far."""
    make_or_check(reading, tables)
    with new.migrating() as writing, writing.begin():
        make_or_check(writing, tables)
        there = {table: _print(_rows(writing, table)) for table in tables.metadata.sorted_tables}
        before = any(one.rows for one in there.values())
        for table in tables.metadata.sorted_tables:
            wanted = _Print()
            count = reading.scalar(select(func.count()).select_from(table)) or 0
            rows = told(table.name, count, _rows(reading, table))
            for some in _batches(wanted.passed(rows)):
                if not before:
                    _insert(writing, table, some)
            found = there[table] if before else _print(_rows(writing, table))
            if found != wanted:
                raise _not_the_same(new, table, before=before)
            there[table] = found
            if not before:
                _go_on_counting(reading, writing, table)
    return before, {table.name: one.rows for table, one in there.items()}


def _already_there(new: Database, tables: type[Versioned]) -> dict[str, int]:
    with new.reading.connect() as connection:
        if present(connection, tables) != newest(tables):
            raise SettingsError(
                f"The database was moved before, and not to {new.reading.url.database}.",
                remedy="name the database that it was moved to.",
            )
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.metadata.sorted_tables
        }


def _empty(old: Database, tables: type[Versioned]) -> None:
    with old.migrating() as writing, writing.begin():
        for table in reversed(tables.metadata.sorted_tables):
            writing.execute(delete(table))
        mark_moved(writing, tables)
    old.compact(tables.compacted)


def _insert(writing: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    try:
        writing.execute(insert(table), rows)
    except OperationalError:
        raise
    except SQLAlchemyError as error:
        raise SettingsError(
            f"A row of the table {table.name!r} cannot be kept there: {type(error).__name__}.",
            remedy="nothing was moved; the service can go on with the old database.",
        ) from None


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    streamed = {"yield_per": _AT_ONCE}
    for row in connection.execute(select(table), execution_options=streamed).mappings():
        yield dict(row)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == _AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


@attrs.define
class _Print:
    """What rows amount to, in whatever order they come."""

    rows: int = 0
    total: int = 0

    def passed(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The rows, taken note of."""
        for row in rows:
            text_ = "\n".join(f"{name} {_plain(value)}" for name, value in row.items())
            digest = hashlib.sha256(text_.encode("utf-8", "surrogatepass")).digest()
            self.rows += 1
            self.total = (self.total + int.from_bytes(digest)) % (1 << 256)
            yield row


def _print(rows: Iterable[dict[str, Any]]) -> _Print:
    found = _Print()
    for _ in found.passed(rows):
        pass
    return found


def _plain(value: object) -> str:
    return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else repr(value)


def _go_on_counting(reading: Connection, writing: Connection, table: Table) -> None:
    """Numbers that were given and are gone are not given again."""
    counted = table.autoincrement_column
    if counted is None:
        return
    last = _last_number(reading, table, counted.name)
    if writing.dialect.name == "sqlite":
        if not table.dialect_options["sqlite"].get("autoincrement"):
            return
        writing.execute(text("DELETE FROM sqlite_sequence WHERE name = :t"), {"t": table.name})
        writing.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:t, :n)"),
            {"t": table.name, "n": last},
        )
    elif last:
        sequence = _sequence(writing, table, counted.name)
        writing.execute(text("SELECT setval(:s, :n)"), {"s": sequence, "n": last})


def _last_number(reading: Connection, table: Table, column: str) -> int:
    if reading.dialect.name == "sqlite":
        if not inspect(reading).has_table("sqlite_sequence"):
            return 0
        given = reading.scalar(
            text("SELECT seq FROM sqlite_sequence WHERE name = :t"), {"t": table.name}
        )
        return int(given or 0)
    sequence = _sequence(reading, table, column)
    given = reading.scalar(
        text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608
    )
    return int(given or 0)


def _sequence(connection: Connection, table: Table, column: str) -> str:
    """A server's own name of it, quoted where it must be."""
    return str(
        connection.scalar(
            text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column}
        )
    )


def _not_the_same(new: Database, table: Table, *, before: bool) -> SettingsError:
    if before:
        return SettingsError(
            f"The database {new.reading.url.database} is not empty: "
            f"its table {table.name!r} has other rows.",
            remedy="name an empty database.",
        )
    return SettingsError(
        f"The rows of {table.name!r} were not read back as they were written; nothing was moved.",
        remedy="check the server's disk and memory, and try again.",
    )
