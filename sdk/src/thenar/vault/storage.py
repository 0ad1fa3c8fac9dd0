"""A database that forgets what it is told to forget.

SQLite in WAL mode: readers never wait for the writer, one writer at a time.
``secure_delete`` overwrites deleted content with zeros, and :meth:`Store.purge`
empties the write-ahead log, in which old pages would otherwise live on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from thenar.errors import SettingsError

_BUSY_SECONDS = 10.0


class Store:
    """One database.

    Args:
        url: SQLAlchemy URL, e.g. ``"sqlite:////var/lib/thenar/thenar.sqlite"``.
        tables: the declarative base whose tables it holds; missing ones are made.

    Raises:
        SettingsError: not a SQLite file, as others are not tried yet; or one that
            cannot be opened.
    """

    def __init__(self, url: str, tables: type[DeclarativeBase]) -> None:
        if not url.startswith("sqlite:///") or url.endswith(("/", ":memory:")):
            raise SettingsError(
                "The database must be a SQLite file in this version.",
                remedy="give a URL such as sqlite:////var/lib/thenar/thenar.sqlite",
            )
        self._engine = create_engine(
            url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True
        )
        self._writing_engine = self._engine.execution_options(thenar_writes=True)
        self._writer = threading.Lock()
        self._unpurged = False
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        try:
            with self._writer, self._writing_engine.begin() as connection:
                tables.metadata.create_all(connection)
        except OperationalError as error:
            raise SettingsError(
                f"The database {self._engine.url.database} cannot be opened: {error.orig}.",
                remedy="check its path under [cloud], and that this user may write there.",
            ) from None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment of the database; what it changes is not kept."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """The one session that writes; committed at the end, rolled back by an error."""
        with (
            self._writer,
            Session(self._writing_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def purge(self, *, seconds: float = 5.0) -> bool:
        """Move the write-ahead log into the database and empty it.

        Returns:
            False when readers held it open all the time; see :meth:`finish_purging`.
        """
        self._unpurged = True
        until = time.monotonic() + seconds
        while True:
            with self._writer:
                connection = self._engine.raw_connection()
                try:
                    row = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                finally:
                    connection.close()
            if row[0] == 0:
                self._unpurged = False
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.02)

    def finish_purging(self) -> None:
        """Purge again if the last time readers were in the way."""
        if self._unpurged:
            self.purge()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    """Settings of every new connection; transactions are begun by :func:`_begin` alone."""
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


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("thenar_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
