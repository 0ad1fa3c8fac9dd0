"""Keys are rotated while people are recognised; a destroyed key dies in every backup."""

import shutil
import threading

import attrs
import psycopg
import pytest

from thenar.client import AdminClient
from thenar.errors import CloudRefused, KeyUnavailable, ThenarError
from thenar.messages import Purpose
from thenar.records import Link, LinkKind
from thenar.vault.file_keys import FileKeys
from thenar.vault.keys import Wrapped
from thenar.vault.person_keys import PersonKeys, _PersonKey
from thenar.vault.protection import reveal
from thenar.vault.storage import Store

BADGE = Link(LinkKind.BADGE, "office", "B-1")


@pytest.fixture
def admin(running):
    with AdminClient(running.url, running.settings.admin_key) as client:
        yield client


def versions(running):
    from thenar.vault.person_keys import KeyTables

    store = Store(running.settings.key_database_url, KeyTables)
    with store.reading() as session:
        found = {row.version for row in session.query(_PersonKey)}
    store.close()
    return found


def test_keys_are_rotated_while_people_enrol_and_are_recognised(running, device, admin):
    device.enrol_person(1, BADGE)
    for number in range(450):
        running.service.person_keys.create(f"{number:032x}")
    failures, shown = [], []
    begun, stop = threading.Barrier(3, timeout=60), threading.Event()

    def busy(seed):
        try:
            device.enrol_person(seed, BADGE)
            begun.wait()
            while not stop.is_set() or not shown:
                shown.append(device.show(1, Purpose.BADGE).subject)
        except ThenarError as error:
            failures.append(error)

    threads = [threading.Thread(target=busy, args=(seed,)) for seed in (2, 3)]
    for thread in threads:
        thread.start()
    begun.wait()
    for version in (2, 3):
        done = admin.rotate_keys(["master", "seal", "signing"])
        assert done.master_version == version
        assert done.rewrapped >= 453
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert shown
    assert None not in shown
    assert admin.rotate_keys([]).rewrapped == 0
    assert versions(running) == {3}
    identity = device.identity
    running.restart()
    device = running.client(identity)
    assert [bool(device.show(seed, Purpose.BADGE).subject) for seed in (1, 2, 3)] == [True] * 3


def test_what_a_servers_log_holds_of_a_destroyed_key_dies_with_the_old_master_key(
    running, postgresql
):
    """PostgreSQL keeps what was written in its write-ahead log until that is recycled."""
    running.stop()
    url = postgresql.database()
    running.settings = attrs.evolve(running.settings, database=url, key_database=url)
    running.start()
    device = running.tenant()
    ada, ben = device.enrol_person(1, BADGE), device.enrol_person(2, BADGE)
    with psycopg.connect(url) as connection:
        wrapped = {
            name: Wrapped(version, data)
            for name, version, data in connection.execute("SELECT * FROM person_key")
        }
        (mine,) = connection.execute(
            "SELECT key_name FROM person WHERE subject = %s", [ada.subject]
        ).fetchone()
    shown = device.show(1, Purpose.FORGET)
    assert device.forget(ada.subject, assertion=shown.assertion).state == "forgotten"
    log = b"".join(path.read_bytes() for path in (postgresql.data / "pg_wal").glob("0*"))
    assert wrapped[mine].data[12:28] in log, "else there is nothing to die"
    bound = b"thenar person key " + mine.encode()
    assert running.service.keys.unwrap(wrapped[mine], bound)
    with AdminClient(running.url, running.settings.admin_key) as admin:
        done = admin.rotate_keys(["master"], retire=True)
        assert (done.retired, done.master_version) == (1, 2)
        assert done.rewrapped >= 1
        assert admin.rotate_keys([], retire=True).retired == 0
    for keys in (running.service.keys, FileKeys(running.settings.key_file)):
        with pytest.raises(KeyUnavailable, match="no master key of version 1"):
            keys.unwrap(wrapped[mine], bound)
    identity = device.identity
    running.restart()
    assert running.client(identity).show(2, Purpose.BADGE).subject == ben.subject


def test_a_rotation_repeated_with_its_key_happens_once(running, admin):
    first = admin.rotate_keys(idempotency_key="rotation 1")
    assert first == admin.rotate_keys(idempotency_key="rotation 1")
    assert FileKeys(running.settings.key_file).master_version() == first.master_version == 2
    with pytest.raises(CloudRefused, match="another request"):
        admin.rotate_keys(["seal"], idempotency_key="rotation 1")


def test_an_assertion_from_before_a_rotation_still_holds(running, device, admin):
    device.enrol_person(1, BADGE)
    shown = device.show(1, Purpose.FORGET)
    admin.rotate_keys(["signing"])
    assert len(running.http().get("/v1/keys").json()["keys"]) == 2
    assert device.forget(shown.subject, assertion=shown.assertion).state == "forgotten"


def test_a_device_seals_to_the_newest_key_when_it_is_activated_anew(running, device, admin):
    before = device.identity.seal_key.public_bytes_raw()
    admin.rotate_keys(["seal"])
    assert device.enrol_person(1, BADGE).subject
    now = running.tenant("other").identity.seal_key.public_bytes_raw()
    assert now != before


def templates(folder, keys):
    """What can be read of every template in a copy of the service's database."""
    from thenar.cloud.tables import Person, Tables

    store, person_keys = (
        Store(f"sqlite:///{folder / 'thenar.sqlite'}", Tables),
        PersonKeys(keys.key_database_url, FileKeys(keys.key_file)),
    )
    read = []
    with store.reading() as session:
        for person in session.query(Person):
            key = person_keys.get(person.key_name)
            for palm in person.palms:
                bound = f"template {person.tenant_id} {palm.name}"
                read.append(reveal(palm.template, key, bound=bound))
    store.close()
    person_keys.close()
    return read


def test_who_is_forgotten_is_unreadable_in_backups_from_before(running, device, tmp_path):
    device.enrol_person(1, BADGE)
    running.stop()
    shutil.copytree(running.settings.folder, tmp_path / "backup")
    running.start()
    backup = tmp_path / "backup"
    assert len(templates(backup, running.settings)) == 1
    device = running.client(device.identity)
    shown = device.show(1, Purpose.FORGET)
    device.forget(shown.subject, assertion=shown.assertion)
    running.stop()
    with pytest.raises(KeyUnavailable, match="destroyed"):
        templates(backup, running.settings)
    running.start()


def test_a_backup_that_is_put_back_does_not_bring_them_back(running, device, tmp_path):
    device.enrol_person(1, BADGE)
    device.enrol_person(2, BADGE)
    running.stop()
    shutil.copy(running.settings.folder / "thenar.sqlite", tmp_path)
    running.start()
    device = running.client(device.identity)
    shown = device.show(1, Purpose.FORGET)
    device.forget(shown.subject, assertion=shown.assertion)
    running.stop()
    shutil.copy(tmp_path / "thenar.sqlite", running.settings.folder)
    running.start()
    device = running.client(device.identity)
    assert device.show(1, Purpose.BADGE).subject is None
    assert device.show(2, Purpose.BADGE).subject


def test_the_settings_choose_the_environment(running, monkeypatch):
    running.stop()
    text = running.settings.key_file.read_text()
    running.settings.key_file.unlink()
    monkeypatch.setenv("PALM_KEYS", text)
    running.settings = attrs.evolve(
        running.settings, key_provider="environment", key_variable="PALM_KEYS"
    )
    running.start()
    with AdminClient(running.url, running.settings.admin_key) as admin:
        with pytest.raises(CloudRefused, match="makes no master"):
            admin.rotate_keys()
        assert admin.rotate_keys([]).rewrapped == 0
