"""A database that forgets what it is told to forget."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from thenar.errors import SettingsError
from thenar.vault.engines import hold_database, open_database
from thenar.vault.schema import Versioned, make_or_check, migrate


class Store:
    """One database: a SQLite file, or one of a PostgreSQL server.

    Args:
        url: SQLAlchemy URL, e.g. ``"sqlite:////var/lib/thenar/thenar.sqlite"`` or
            ``"postgresql://thenar@db.example/thenar"``.
        tables: the declarative base whose tables it holds. Tables with migrations are
            made where there are none, and checked otherwise.
        migrated: bring an older schema up to date instead of refusing it.

    Raises:
        SettingsError: of another kind, one that cannot be opened, or one whose schema
            must be migrated first.
    """

    def __init__(self, url: str, tables: type[DeclarativeBase], *, migrated: bool = False) -> None:
        self._database = open_database(url)
        self._tables = tables
        self._compacted = tables.compacted if issubclass(tables, Versioned) else ()
        self._writer = threading.Lock()
        self._unpurged = False
        self.migrated_from: str | None = None
        """The schema it had before, where it was migrated."""
        try:
            self._prepare(migrated=migrated)
        except OperationalError as error:
            self.close()
            raise SettingsError(
                f"The database {self._database.reading.url.database} cannot be opened: "
                f"{error.orig}.",
                remedy="check its URL under [cloud], and that this user may write there.",
            ) from None
        except BaseException:
            self.close()
            raise

    def _prepare(self, *, migrated: bool) -> None:
        with ExitStack() as held:
            if migrated:
                held.callback(self.hold())
            connection = held.enter_context(self._database.migrating())
            held.enter_context(connection.begin())
            if not issubclass(self._tables, Versioned):
                self._tables.metadata.create_all(connection)
            elif migrated:
                self.migrated_from, _ = migrate(connection, self._tables)
            else:
                make_or_check(connection, self._tables)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment of the database; what it changes is not kept."""
        with Session(self._database.reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """The one session that writes; committed at the end, rolled back by an error."""
        with (
            self._writer,
            Session(self._database.writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def hold(self) -> Callable[[], None]:
        """Keep other processes from serving it; returns what lets go. Raises SettingsError."""
        return hold_database(self._database, str(self._tables.__name__))

    def purge(self, *, seconds: float = 5.0) -> bool:
        """Leave nothing in the files of what was deleted.

        Returns:
            False when readers were in the way all the time; see :meth:`finish_purging`.
        """
        self._unpurged = True
        until = time.monotonic() + seconds
        while True:
            with self._writer:
                self._unpurged = not self._database.compact(self._compacted)
            if not self._unpurged or time.monotonic() > until:
                return not self._unpurged
            time.sleep(0.02)

    def finish_purging(self) -> None:
        """Purge again if the last time readers were in the way."""
        if self._unpurged:
            self.purge()

    def close(self) -> None:
        """Close every connection."""
        self._database.reading.dispose()
