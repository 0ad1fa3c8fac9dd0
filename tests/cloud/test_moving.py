"""A service moves to PostgreSQL and back, with everything; interrupted, wholly or not at all."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import attrs
import psycopg
import pytest
from sqlalchemy import text

from thenar.cloud import create_app
from thenar.cloud.audit import verify
from thenar.cloud.moving import move_databases
from thenar.cloud.tables import Tenant
from thenar.errors import SettingsError
from thenar.messages import Purpose
from thenar.records import Hand, Link, LinkKind, Money
from thenar.vault import moving

THENAR = Path(sys.executable).with_name("thenar")


@pytest.fixture
def lived(running, device):
    """A service that has something in many tables, stopped; and one of its devices."""
    badge = Link(LinkKind.BADGE, "office", "B-1")
    person = device.enrol_person(
        1, running.card(), badge, hands=(Hand.LEFT, Hand.RIGHT), contact="ada@example.org"
    )
    gone = device.enrol_person(2, badge)
    shown = device.show(1, Purpose.PAY)
    device.pay(shown.assertion, Money(10**12, "EUR"), idempotency_key="payment 1")
    shown = device.show(2, Purpose.FORGET)
    assert device.forget(gone.subject, assertion=shown.assertion).state == "forgotten"
    running.stop()
    running.person, running.identity = person, device.identity
    yield running
    running.start()  # for the fixture, which stops it


def passing(_name, _count, rows):
    return rows


def move(running, **named):
    then = attrs.evolve(running.settings, **named)
    return dict(move_databases(running.settings, then, passing)), then


def goes_on(running, settings):
    """Everything is there: the person, their payment, the chain, and no number comes again."""
    running.settings = settings
    running.start()
    device = running.client(running.identity)
    assert device.show(1, Purpose.BADGE).subject == running.person.subject
    again = device.show(1, Purpose.PAY)
    device.pay(again.assertion, Money(500, "EUR"), idempotency_key="payment 2")
    assert device.show(2, Purpose.BADGE).subject is None
    before = running.service.store
    with before.reading() as session:
        assert verify(session)[1] is None
        palms = _numbers(session, "palm")
    newcomer = device.enrol_person(3)
    with before.reading() as session:
        assert _numbers(session, "palm")[0] == 4, (
            "palm 3 was forgotten, its number is not used again"
        )
        assert palms == [2, 1]
    shown = device.show(3, Purpose.FORGET)
    device.forget(newcomer.subject, assertion=shown.assertion)
    running.stop()


def _numbers(session, table):
    return list(session.scalars(text(f"SELECT id FROM {table} ORDER BY id DESC")))


def test_to_postgresql_and_back_with_everything(lived, postgresql):
    url = postgresql.database()
    old = lived.settings
    moved, there = move(lived, database=url, key_database=url)
    assert moved["people and transactions"].rows["person"] == 1
    assert moved["people's keys"].rows["person_key"] >= 1
    goes_on(lived, there)
    with pytest.raises(SettingsError, match="was moved to another"):
        create_app(old, lived.services)
    back = attrs.evolve(
        there,
        database=f"sqlite:///{old.folder / 'back.sqlite'}",
        key_database=f"sqlite:///{old.folder / 'keys-back.sqlite'}",
    )
    list(move_databases(there, back, passing))
    lived.settings = back
    lived.start()
    device = lived.client(lived.identity)
    assert device.show(1, Purpose.BADGE).subject == lived.person.subject
    device.enrol_person(4)
    with lived.service.store.reading() as session:
        assert _numbers(session, "palm")[0] == 5
        assert verify(session)[1] is None
    lived.stop()


def test_nothing_of_a_key_is_left_where_it_was(lived, postgresql):
    file = lived.settings.folder / "person-keys.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        kept = [row[0] for row in connection.execute("SELECT wrapped FROM person_key")]
    assert kept
    _, there = move(lived, key_database=postgresql.database())
    for path in lived.settings.folder.glob("person-keys.sqlite*"):
        raw = path.read_bytes()
        assert not any(one[at : at + 16] in raw for one in kept for at in (0, 16, 32)), path
    lived.settings = there


class PowerFails(Exception):
    pass


def rows_in(url):
    """Of every table; None where there is none."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        return sum(
            connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for (name,) in names
        )


@pytest.mark.parametrize("fails_at", ["audit", "after"])
def test_interrupted_it_is_all_there_or_nothing_and_the_same_call_goes_on(
    lived, postgresql, monkeypatch, fails_at
):
    url, old = postgresql.database(), lived.settings

    def failing(name, _count, rows):
        yield from rows
        if name == fails_at:
            raise PowerFails

    def never(*_):
        raise PowerFails

    then = attrs.evolve(old, database=url, key_database=url)
    if fails_at == "after":
        monkeypatch.setattr(moving, "_empty", never)
    with pytest.raises(PowerFails):
        list(move_databases(old, then, failing))
    monkeypatch.undo()
    if fails_at != "after":
        assert rows_in(url) == 0
        lived.start()
        device = lived.client(lived.identity)
        assert device.show(1, Purpose.BADGE).subject == lived.person.subject
        lived.stop()
    moved, there = move(lived, database=url, key_database=url)
    assert moved["people and transactions"].before == (fails_at == "after")
    again, _ = move(lived, database=url, key_database=url)
    assert all(one.before for one in again.values())
    assert again["people and transactions"].rows == moved["people and transactions"].rows
    goes_on(lived, there)


def test_what_is_in_the_way_is_left_alone(lived, running, postgresql, tmp_path):
    url, old = postgresql.database(), lived.settings
    with pytest.raises(SettingsError, match="same databases"):
        move(lived)
    with pytest.raises(SettingsError, match="another folder"):
        move(lived, database=url, folder=tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match="cannot be opened") as refused:
        move(lived, database="postgresql://thenar:secret-word@127.0.0.1:9/thenar")
    assert "secret-word" not in str(refused.value)
    lived.start()
    with pytest.raises(SettingsError, match="Another process serves"):
        move(lived, database=url)
    lived.stop()
    other = attrs.evolve(lived.settings, folder=tmp_path / "other", database=url)
    app = create_app(other, lived.services)
    with app.state.service.store.writing() as session:
        session.add(Tenant(name="somebody else's"))
    app.state.service.close()
    with pytest.raises(SettingsError, match="is not empty"):
        move(lived, database=url)
    with pytest.raises(SettingsError, match="nothing to move"):
        list(
            move_databases(
                attrs.evolve(old, database=postgresql.database()),
                attrs.evolve(old, database=postgresql.database()),
                passing,
            )
        )


def test_an_empty_database_beside_peoples_keys_is_not_served(lived, postgresql):
    """A wrong name in the settings must not destroy everybody's key."""
    wrong = attrs.evolve(lived.settings, database=postgresql.database())
    with pytest.raises(SettingsError, match="it is not theirs"):
        create_app(wrong, lived.services)


def test_by_command(lived, postgresql, tmp_path):
    url = postgresql.database()
    files = tmp_path / "now.toml", tmp_path / "then.toml"
    for file, database in zip(files, ("", url), strict=True):
        told = {"folder": str(lived.settings.folder), "database": database}
        lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
        file.write_text("[cloud]\n" + "\n".join(lines) + "\n")
    command = [THENAR, "--settings", files[0], "cloud", "move", files[1]]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "people and transactions: moved, " in told.stdout
    assert f"Start the service with {files[1]}." in told.stdout
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "was moved before" in told.stdout
    goes_on(lived, attrs.evolve(lived.settings, database=url))
