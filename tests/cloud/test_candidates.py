"""Candidate sets by site: who is found where, as lists are replaced."""

import attrs
import pytest
from sqlalchemy import select

from thenar.cloud import CloudSettings
from thenar.cloud.tables import Site
from thenar.errors import CloudRefused, InvalidRecord, SettingsError
from thenar.messages import Purpose
from thenar.records import Link, LinkKind
from thenar.settings import Settings

TICKET = Link(LinkKind.TICKET, "gate", "T-1", "tonight")


@pytest.fixture
def gate(running, tmp_path):
    """A service whose site lets in tonight's ticket holders who are not banned."""
    device = running.tenant("stadium")
    with running.service.store.reading() as session:
        site = session.scalars(select(Site)).one().id
    running.lists = {name: tmp_path / f"{name}.txt" for name in ("tickets:tonight", "banned")}
    for file in running.lists.values():
        file.write_text("# nobody yet\n")
    running.settings = attrs.evolve(
        running.settings,
        candidates={site: "tickets:tonight & consent:enter - banned"},
        candidate_lists=running.lists,
    )
    running.restart()
    running.device = running.client(device.identity)
    return running


def replace(file, *subjects):
    fresh = file.with_suffix(".new")
    fresh.write_text("\n".join(subjects))
    fresh.replace(file)


def turn(gate):
    gate.service.candidates.refresh(gate.service.references)


def test_a_site_finds_those_of_its_candidate_set_alone(gate):
    ada = gate.device.enrol_person(1, TICKET)
    ben = gate.device.enrol_person(2, TICKET)
    assert gate.device.show(1, Purpose.ENTER).subject is None
    replace(gate.lists["tickets:tonight"], f"  {ada.subject}   # row 7", "", ben.subject.upper())
    replace(gate.lists["banned"], ben.subject)
    turn(gate)
    assert gate.device.show(1, Purpose.ENTER).subject == ada.subject
    assert gate.device.show(2, Purpose.ENTER).subject is None
    assert gate.device.show(2, Purpose.FORGET).subject == ben.subject
    replace(gate.lists["banned"])
    turn(gate)
    assert gate.device.show(2, Purpose.ENTER).subject == ben.subject
    gate.restart()
    gate.device = gate.client(gate.device.identity)
    assert gate.device.show(1, Purpose.ENTER).subject == ada.subject


def test_a_list_that_cannot_be_read_now_stays_as_it_was(gate):
    ada = gate.device.enrol_person(1, TICKET)
    replace(gate.lists["tickets:tonight"], ada.subject)
    turn(gate)
    gate.lists["tickets:tonight"].unlink()
    gate.lists["banned"].write_bytes(b"\xff")
    turn(gate)
    assert gate.device.show(1, Purpose.ENTER).subject == ada.subject


def test_a_list_that_was_never_read_refuses_instead_of_banning_nobody(gate):
    gate.device.enrol_person(1, TICKET)
    gate.lists["banned"].unlink()
    gate.restart()
    device = gate.client(gate.device.identity)
    with pytest.raises(CloudRefused, match="there is no set 'banned'"):
        device.show(1, Purpose.ENTER)


def test_settings_are_checked_when_they_are_read(tmp_path):
    text = """
[cloud.candidates]
"1f" = "tickets:tonight - suspended"
[cloud.candidate_lists]
"tickets:tonight" = "tonight.txt"
"""
    with pytest.raises(SettingsError, match="there is no set 'suspended'"):
        Settings.parse(text).section("cloud", CloudSettings)
    known = text + '"suspended" = "suspended.txt"\n'
    read = Settings.parse(known).section("cloud", CloudSettings)
    assert read.candidates == {"1f": "tickets:tonight - suspended"}
    for name in ("active", "consent:pay", "a & b", "a b"):
        with pytest.raises((InvalidRecord, SettingsError)):
            CloudSettings(candidate_lists={name: tmp_path})
