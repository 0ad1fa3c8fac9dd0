"""The schema of a database: made at the first start, checked at each, migrated by command.

Every change of the tables is an Alembic revision in ``migrations/versions`` of
the package that has them. A service never migrates by itself: an operator does,
after a backup, with ``thenar cloud migrate``.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, column, inspect, table, update
from sqlalchemy.orm import DeclarativeBase

from thenar.errors import SettingsError

_FIRST = "0001"
"""Of databases that were made before there were migrations."""
_MOVED = "moved"
"""Instead of a revision, where another database has the rows now."""


class Versioned(DeclarativeBase):
    """A declarative base whose tables have migrations.

    Attributes:
        migrations: folder with ``env.py`` and ``versions``.
        version_table: where the database keeps its revision.
        compacted: tables whose deleted rows must be nowhere in a server's files; see
            :meth:`thenar.vault.storage.Store.purge`.
    """

    __abstract__ = True
    migrations: ClassVar[Path]
    version_table: ClassVar[str] = "alembic_version"
    compacted: ClassVar[tuple[str, ...]] = ()


def newest(tables: type[Versioned]) -> str:
    """The revision that this version of Thenar works with."""
    head = _scripts(tables).get_current_head()
    if head is None:
        raise SettingsError(
            f"No migrations lie in {tables.migrations}: the installation is broken."
        )
    return head


def present(connection: Connection, tables: type[Versioned]) -> str | None:
    """The revision that a database has; None where it is empty."""
    found = _stamped(connection, tables)
    if found is None and set(inspect(connection).get_table_names()) & set(tables.metadata.tables):
        return _FIRST
    return found


def make_or_check(connection: Connection, tables: type[Versioned]) -> None:
    """Make the tables of an empty database; refuse one of another revision.

    Raises:
        SettingsError: the database must be migrated, or is newer than this version.
    """
    found, wanted = present(connection, tables), newest(tables)
    if found is None:
        command.upgrade(_config(connection, tables), "head")
    elif found != wanted:
        _known(tables, found)
        raise SettingsError(
            f"The database has schema {found}; this version of Thenar works with {wanted}.",
            remedy="stop the service, back the databases up, and run: thenar cloud migrate",
        )


def migrate(
    connection: Connection, tables: type[Versioned], to: str = "head"
) -> tuple[str | None, str]:
    """Bring a database to a revision, all of it or nothing, in the connection's transaction.

    Returns:
        The revision before, None where it was empty, and the one after.

    Raises:
        SettingsError: the database is newer than this version of Thenar.
    """
    found = present(connection, tables)
    config = _config(connection, tables)
    if found is not None:
        _known(tables, found)
        if _stamped(connection, tables) is None:
            command.stamp(config, found)
    command.upgrade(config, to)
    after = present(connection, tables)
    return found, after or _FIRST


def was_moved(connection: Connection, tables: type[Versioned]) -> bool:
    """Whether the rows are in another database now."""
    return _stamped(connection, tables) == _MOVED


def mark_moved(connection: Connection, tables: type[Versioned]) -> None:
    """Let no service take a database for its own any more: its rows are elsewhere."""
    stamp = table(tables.version_table, column("version_num"))
    connection.execute(update(stamp).values(version_num=_MOVED))


def run_migrations() -> None:
    """What every ``env.py`` does: migrate over the connection that :func:`migrate` was given."""
    connection = context.config.attributes["connection"]
    tables = context.config.attributes["tables"]
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        version_table=tables.version_table,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _stamped(connection: Connection, tables: type[Versioned]) -> str | None:
    options = {"version_table": tables.version_table}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _known(tables: type[Versioned], revision: str) -> None:
    if revision == _MOVED:
        raise SettingsError(
            "The database was moved to another, and is empty.",
            remedy="name the other one under [cloud].",
        )
    try:
        _scripts(tables).get_revision(revision)
    except CommandError:
        raise SettingsError(
            f"The database has schema {revision}, which this version of Thenar does not know.",
            remedy="a newer version made it; install that one again.",
        ) from None


def _scripts(tables: type[Versioned]) -> ScriptDirectory:
    return ScriptDirectory(str(tables.migrations))


def _config(connection: Connection, tables: type[Versioned]) -> Config:
    config = Config(attributes={"connection": connection, "tables": tables})
    config.set_main_option("script_location", str(tables.migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
