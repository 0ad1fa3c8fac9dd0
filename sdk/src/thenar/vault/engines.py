"""How SQLite and PostgreSQL are opened, and how each gets rid of what was deleted."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from thenar.errors import SettingsError

_BUSY_SECONDS = 10.0
_PURGE_MILLISECONDS = 200
"""Waited for readers at each try; writers wait as long."""


class Database(Protocol):
    """One kind of database."""

    @property
    def reading(self) -> Engine:
        """Its transactions see one moment."""

    @property
    def writing(self) -> Engine:
        """Its transactions take turns, those of other processes included."""

    def migrating(self) -> Connection:
        """A connection for changing the tables, with no transaction begun."""

    def compact(self, tables: Sequence[str]) -> bool:
        """Leave nothing in the files of what was deleted; False when readers were in the way.

        Args:
            tables: those that a server rewrites; a file is cleaned as a whole.
        """


def open_database(url: str) -> Database:
    """The database at a URL.

    Args:
        url: e.g. ``"sqlite:////var/lib/thenar/thenar.sqlite"`` or
            ``"postgresql://thenar@db.example/thenar"``.

    Raises:
        SettingsError: neither a SQLite file nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = URL.create("nothing")
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return _Sqlite(parsed)
    if parsed.drivername in ("postgresql", "postgresql+psycopg") and parsed.database:
        return _PostgreSql(parsed.set(drivername="postgresql+psycopg"))
    raise SettingsError(
        "The database must be a SQLite file or PostgreSQL.",
        remedy="give a URL such as sqlite:////var/lib/thenar/thenar.sqlite "
        "or postgresql://USER:PASSWORD@HOST/DATABASE",
    )


class _Sqlite:
    """A file in WAL mode: readers never wait for the writer, one writer at a time.

    ``secure_delete`` overwrites deleted content with zeros; compacting empties the
    write-ahead log, in which old pages would otherwise live on.
    """

    def __init__(self, url: URL) -> None:
        self.reading = create_engine(
            url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True
        )
        self.writing = self.reading.execution_options(thenar_writes=True)
        event.listen(self.reading, "connect", _prepare)
        event.listen(self.reading, "begin", _begin_sqlite)

    def migrating(self) -> Connection:
        """Foreign keys are off, since SQLite alters a table by making another in its place."""
        connection = self.writing.connect()
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        connection.detach()  # closed afterwards, never used again
        return connection

    def compact(self, tables: Sequence[str]) -> bool:  # noqa: ARG002
        """Move the write-ahead log into the database and empty it."""
        connection = self.reading.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {_PURGE_MILLISECONDS}")
            row = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.execute(f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1000)}")
        finally:
            connection.close()
        return bool(row[0] == 0)


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    """Settings of every new connection; transactions are begun by :func:`_begin_sqlite` alone."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("thenar_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class _PostgreSql:
    """A server. Writers take turns by an advisory lock, since the audit log is a chain.

    A writer reads what the one before it committed (READ COMMITTED, after the lock);
    a reader sees one moment (REPEATABLE READ). Compacting rewrites tables (VACUUM
    FULL); the server's own write-ahead log is the server's to recycle.
    """

    def __init__(self, url: URL) -> None:
        try:
            engine = create_engine(
                url, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=40
            )
        except (ModuleNotFoundError, NoSuchModuleError):
            raise SettingsError(
                "PostgreSQL needs psycopg, which is not installed.",
                remedy="pip install 'thenar[postgresql]'",
            ) from None
        self._engine = engine
        self.reading = engine.execution_options(isolation_level="REPEATABLE READ")
        self.writing = engine.execution_options(isolation_level="READ COMMITTED")
        event.listen(self.writing, "begin", _take_turns)

    def migrating(self) -> Connection:
        """As for writing: PostgreSQL alters tables in a transaction."""
        return self.writing.connect()

    def compact(self, tables: Sequence[str]) -> bool:
        """Rewrite tables without their dead rows."""
        with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f"SET lock_timeout = {_PURGE_MILLISECONDS}"))
            try:
                for table in tables:
                    connection.execute(text(f"VACUUM (FULL) {table}"))
            except OperationalError:  # a reader holds the table
                return False
            finally:
                connection.execute(text("RESET lock_timeout"))
        return True


def _take_turns(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_lock_number('thenar writer')})")


def _lock_number(name: str) -> int:
    return zlib.crc32(name.encode("ascii"))


def hold_database(database: Database, name: str) -> Callable[[], None]:
    """Hold a database of a server against other processes; a file is held by its folder's lock.

    Returns:
        What lets go of it.

    Raises:
        SettingsError: another process serves it.
    """
    if database.reading.dialect.name != "postgresql":
        return lambda: None
    connection = database.reading.execution_options(isolation_level="AUTOCOMMIT").connect()
    connection.detach()  # its own, for as long as the service runs
    number = _lock_number(f"thenar service {name}")
    if not connection.scalar(text(f"SELECT pg_try_advisory_lock({number})")):
        connection.close()
        raise SettingsError(
            "Another process serves this PostgreSQL database.",
            remedy="stop it first, or give this one a database of its own under [cloud].",
        )
    return connection.close
