"""The gallery's copy on disk: a cache of the database, and gone with whoever is forgotten."""

import attrs
from sqlalchemy import select

from thenar.cloud.tables import Palm
from thenar.messages import Purpose
from thenar.records import Hand, Link, LinkKind

TICKET = Link(LinkKind.TICKET, "gate", "T-1", "tonight")


def again(running, device):
    running.restart()
    return running.client(device.identity)


def loaded(caplog):
    record = next(r for r in reversed(caplog.records) if r.message == "references loaded")
    return record.palms, record.revealed


def own_keys(running):
    service = running.service
    return {name for name in service.person_keys.people() if name.startswith("gallery-")}


def test_a_start_takes_from_disk_what_is_there_and_the_rest_from_the_database(
    running, device, caplog
):
    caplog.set_level("INFO", logger="thenar.cloud")
    ada = device.enrol_person(1, TICKET, hands=(Hand.LEFT, Hand.RIGHT))
    ben = device.enrol_person(2, TICKET)
    device = again(running, device)
    assert loaded(caplog) == (3, 0)
    assert device.show(1, Purpose.ENTER).subject == ada.subject
    folder = running.settings.folder / "gallery"
    for spoil in (
        lambda file: file.write_bytes(b"noise"),
        lambda file: file.unlink(),
    ):
        spoil(next(file for file in folder.iterdir() if file.name != "manifest"))
        device = again(running, device)
        assert loaded(caplog) == (3, 3)
        device = again(running, device)
        assert loaded(caplog) == (3, 0)
        assert len(own_keys(running)) == 1
    assert device.show(2, Purpose.ENTER).subject == ben.subject
    assert device.show(1, Purpose.ENTER, hand=Hand.LEFT).subject == ada.subject


def test_a_forgotten_person_is_gone_from_the_copy_and_from_old_copies(running, device, caplog):
    caplog.set_level("INFO", logger="thenar.cloud")
    ada = device.enrol_person(1, TICKET)
    device.enrol_person(2, TICKET)
    folder = running.settings.folder / "gallery"
    backup = {file.name: file.read_bytes() for file in folder.iterdir()}
    shown = device.show(1, Purpose.FORGET)
    assert shown.subject == ada.subject
    device.forget(ada.subject, assertion=shown.assertion)
    device = again(running, device)
    assert loaded(caplog) == (1, 0)
    running.stop()
    for file in folder.iterdir():
        file.unlink()
    for name, data in backup.items():
        (folder / name).write_bytes(data)
    running.start()
    assert loaded(caplog) == (1, 1), "the old copy cannot be opened"
    device = running.client(device.identity)
    assert device.show(1, Purpose.ENTER).subject is None


def test_without_a_copy_an_old_one_is_destroyed(running, device, caplog):
    caplog.set_level("INFO", logger="thenar.cloud")
    device.enrol_person(1, TICKET)
    assert len(own_keys(running)) == 1
    running.settings = attrs.evolve(running.settings, keep_gallery=False)
    again(running, device)
    assert loaded(caplog) == (1, 1)
    assert own_keys(running) == set()


def test_templates_are_renewed_when_the_version_of_their_key_is_counted_up(running, device, caplog):
    caplog.set_level("INFO", logger="thenar.cloud")
    ada = device.enrol_person(1, TICKET)
    seen = []
    for version in (2, 0, 3):
        seen.append(templates(running))
        running.settings = attrs.evolve(running.settings, template_key=version)
        device = again(running, device)
        assert loaded(caplog) == (1, 1), "the copy on disk is of another version"
        assert device.show(1, Purpose.ENTER).subject == ada.subject
        device = again(running, device)
        assert loaded(caplog) == (1, 0)
        assert device.show(1, Purpose.ENTER).subject == ada.subject
    assert templates(running) not in seen
    assert len(set(seen)) == 3


def templates(running):
    with running.service.store.reading() as session:
        return session.scalars(select(Palm.template)).one()
