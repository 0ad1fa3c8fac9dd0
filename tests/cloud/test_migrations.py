"""Every schema that ever was comes to today's, whole or not at all."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import attrs
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, insert, select

from thenar.cloud import CloudSettings, create_app
from thenar.cloud.audit import verify
from thenar.cloud.migrating import migrate
from thenar.cloud.tables import PaymentRow, Person, Tables
from thenar.errors import SettingsError
from thenar.vault.person_keys import KeyTables
from thenar.vault.schema import migrate as migrate_one
from thenar.vault.schema import newest
from thenar.vault.storage import Store

SCHEMAS = Path(__file__).with_name("schemas")
REVISIONS = [script.revision for script in ScriptDirectory(str(Tables.migrations)).walk_revisions()]


def restored(revision, folder):
    """A service's folder as a version with that schema left it."""
    folder.mkdir()
    for name in ("thenar", "person-keys"):
        with closing(sqlite3.connect(folder / f"{name}.sqlite")) as connection:
            connection.executescript((SCHEMAS / revision / f"{name}.sql").read_text())
    shutil.copy(SCHEMAS / revision / "keys.json", folder)
    (folder / "keys.json").chmod(0o600)
    return CloudSettings(folder=folder)


def differences(connection, tables):
    options = {
        "version_table": tables.version_table,
        "compare_type": True,
        "include_object": lambda _o, name, kind, *_: (
            kind != "table" or name in tables.metadata.tables
        ),
    }
    return compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata)


@pytest.mark.parametrize("tables", [Tables, KeyTables])
def test_there_is_one_newest_revision(tables):
    assert len(ScriptDirectory(str(tables.migrations)).get_heads()) == 1


def test_every_revision_has_a_stored_database_to_come_from():
    assert {path.name for path in SCHEMAS.iterdir()} == set(REVISIONS)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_stored_database_comes_to_todays_schema_with_all_it_holds(revision, tmp_path, running):
    settings = restored(revision, tmp_path / "old")
    if revision != newest(Tables):
        with pytest.raises(SettingsError, match="thenar cloud migrate"):
            create_app(settings, running.services)
    told = list(migrate(settings))
    assert [(before, after) for _, before, after in told] == [
        (revision, newest(Tables)),
        ("0001", newest(KeyTables)),
    ]
    with closing(sqlite3.connect(settings.folder / "thenar.sqlite")) as raw:
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    with create_engine(settings.database_url).connect() as connection:
        assert differences(connection, Tables) == []
    holds_everything(settings, running)
    assert [(before, after) for _, before, after in migrate(settings)] == [
        (newest(Tables), newest(Tables)),
        (newest(KeyTables), newest(KeyTables)),
    ]


def holds_everything(settings, running):
    """A service opens it, and finds the person, their payment, and the chain."""
    app = create_app(settings, running.services)
    with app.state.service.store.reading() as session:
        held, broken = verify(session)
        assert (held > 5, broken) == (True, None)
        person = session.scalars(select(Person)).one()
        paid = session.scalars(select(PaymentRow)).one()
        assert (paid.minor, paid.person_id, isinstance(paid.label, bytes)) == (500, person.id, True)
    assert app.state.service.person_keys.get(person.key_name)
    app.state.service.close()


@pytest.mark.parametrize("revision", REVISIONS)
def test_so_does_one_on_postgresql(revision, tmp_path, running, postgresql):
    settings = restored(revision, tmp_path / "old")
    url = postgresql.database()
    server = create_engine(url.replace("postgresql", "postgresql+psycopg", 1))
    with (
        create_engine(settings.database_url).connect() as stored,
        server.begin() as connection,
    ):
        migrate_one(connection, Tables, revision)
        there, here = MetaData(), MetaData()
        there.reflect(stored)
        here.reflect(connection)
        for table in here.sorted_tables:
            if table.name == Tables.version_table:
                continue
            rows = stored.execute(select(there.tables[table.name])).mappings().all()
            if rows:
                connection.execute(insert(table), [dict(row) for row in rows])
    server.dispose()
    settings = attrs.evolve(settings, database=url)
    told = list(migrate(settings))
    assert told[0][1:] == (revision, newest(Tables))
    holds_everything(settings, running)


def test_on_postgresql_each_revision_follows_the_one_before(postgresql):
    engine = create_engine(postgresql.database().replace("postgresql", "postgresql+psycopg", 1))
    for tables in (Tables, KeyTables):
        scripts = ScriptDirectory(str(tables.migrations))
        for script in reversed(list(scripts.walk_revisions())):
            with engine.begin() as connection:
                assert migrate_one(connection, tables, script.revision)[1] == script.revision
        with engine.connect() as connection:
            assert differences(connection, tables) == []
    engine.dispose()


def test_a_newer_database_is_left_alone(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    Store(url, Tables).close()
    with closing(sqlite3.connect(tmp_path / "new.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    for migrated in (False, True):
        with pytest.raises(SettingsError, match=r"9999.*does not know") as refused:
            Store(url, Tables, migrated=migrated)
        assert "newer" in refused.value.remedy


BROKEN = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "broken", "{newest}"
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("DELETE FROM person")
    raise RuntimeError("the power fails")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.sqlite'}"
    return request.getfixturevalue("postgresql").database()


def test_a_migration_that_fails_changes_nothing(url, tmp_path, monkeypatch):
    Store(url, Tables).close()
    folder = tmp_path / "migrations"
    shutil.copytree(Tables.migrations, folder)
    (folder / "versions" / "broken.py").write_text(BROKEN.format(newest=newest(Tables)))
    was = newest(Tables)
    monkeypatch.setattr(Tables, "migrations", folder)
    with pytest.raises(RuntimeError, match="power"):
        Store(url, Tables, migrated=True)
    monkeypatch.undo()
    store = Store(url, Tables)
    assert newest(Tables) == was
    with store.reading() as session:
        present = MetaData()
        present.reflect(session.connection())
    assert "half" not in present.tables
    store.close()


def test_the_command_tells_what_it_did(tmp_path):
    settings = restored("0001", tmp_path / "old")
    file = tmp_path / "thenar.toml"
    file.write_text(f'[cloud]\nfolder = "{settings.folder}"\n')
    command = [Path(sys.executable).with_name("thenar"), "--settings", file, "cloud", "migrate"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert f"schema {newest(Tables)}, migrated from 0001." in told.stdout
    assert "people's keys: schema 0001, is up to date." in told.stdout
