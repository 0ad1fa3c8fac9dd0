"""The whole service on PostgreSQL: what SQLite does, done there too."""

import threading
from uuid import uuid4

import attrs
import pytest
from sqlalchemy import create_engine, func, select, text

from thenar.cloud import create_app
from thenar.cloud.audit import verify
from thenar.cloud.tables import PassageRow
from thenar.errors import CloudRefused, KeyUnavailable, SettingsError, ThenarError
from thenar.messages import Purpose
from thenar.records import Decision, Hand, Link, LinkKind, Money
from thenar.vault.file_keys import FileKeys
from thenar.vault.person_keys import PersonKeys


@pytest.fixture
def running(running, postgresql):
    running.stop()
    url = postgresql.database()
    running.settings = attrs.evolve(running.settings, database=url, key_database=url)
    running.start()
    return running


def test_enrolled_recognised_paid_restarted_and_forgotten(running, device):
    badge = Link(LinkKind.BADGE, "office", "B-1")
    both = (Hand.LEFT, Hand.RIGHT)
    person = device.enrol_person(1, running.card(), badge, hands=both)
    shown = device.show(1, Purpose.PAY)
    assert shown.subject == person.subject
    most = Money(10**12, "EUR")
    paid = device.pay(shown.assertion, most, idempotency_key="payment 1")
    again = device.pay(shown.assertion, most, idempotency_key="payment 1")
    assert (paid.payment, paid.amount.minor) == (again.payment, 10**12)
    with pytest.raises(CloudRefused, match="enrolled already"):
        device.enrol_person(1)
    identity = device.identity
    running.restart()
    device = running.client(identity)
    shown = device.show(1, Purpose.FORGET, hand=Hand.LEFT)
    assert device.forget(shown.subject, assertion=shown.assertion).state == "forgotten"
    assert device.show(1, Purpose.BADGE).subject is None
    with running.service.store.reading() as session:
        assert verify(session)[1] is None


def test_writers_at_the_same_time_leave_one_chain_and_one_row_a_key(running, device):
    keys = [uuid4().hex for _ in range(6)] * 3
    failures = []

    def write(key):
        try:
            device.record_passage(
                "gate", Decision(allow=False, reason="closed"), at=1.0, idempotency_key=key
            )
        except ThenarError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with running.service.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(PassageRow)) == 6
        held, broken = verify(session)
        assert (held >= 10, broken) == (True, None)


def test_one_process_serves_a_database(running, tmp_path):
    elsewhere = attrs.evolve(running.settings, folder=tmp_path / "elsewhere")
    elsewhere.folder.mkdir()
    (elsewhere.folder / "keys.json").write_bytes(running.settings.key_file.read_bytes())
    (elsewhere.folder / "keys.json").chmod(0o600)
    with pytest.raises(SettingsError, match="Another process serves this PostgreSQL"):
        create_app(elsewhere, running.services)


def test_a_destroyed_key_is_in_no_table_of_the_server(postgresql, tmp_path):
    url = postgresql.database()
    people = PersonKeys(url, FileKeys.create(tmp_path / "keys.json"))
    engine = create_engine(url.replace("postgresql", "postgresql+psycopg", 1))
    names = [f"{n:032x}" for n in range(40)]
    for name in names:
        people.create(name)
    with engine.connect() as connection:
        stored = dict(connection.execute(text("SELECT person, wrapped FROM person_key")).all())
    for name in names[::2]:
        people.destroy(name)
        with pytest.raises(KeyUnavailable):
            people.get(name)
    people.close()
    engine.dispose()
    postgresql.execute("CHECKPOINT")
    tables = b"".join(path.read_bytes() for path in (postgresql.data / "base").glob("*/[0-9]*"))
    for number, name in enumerate(names):
        assert (stored[name] in tables) == (number % 2 == 1)


def test_a_server_that_cannot_be_reached_is_told_without_the_password(running, tmp_path):
    settings = attrs.evolve(
        running.settings,
        folder=tmp_path / "other",
        database="postgresql://thenar:secret-word@127.0.0.1:9/thenar",
    )
    with pytest.raises(SettingsError, match="cannot be opened") as refused:
        create_app(settings, running.services)
    assert "secret-word" not in str(refused.value)
