"""Forgetting: found no more, and nothing left in any file."""

import sqlite3
from contextlib import closing
from uuid import uuid4

import pytest

from thenar.cloud import audit
from thenar.cloud.housekeeping import tidy
from thenar.cloud.stored import is_own_key
from thenar.errors import CloudRefused, KeyUnavailable
from thenar.messages import Purpose
from thenar.records import Hand, Link, LinkKind, Money, PaymentState
from thenar.testing.simulated import Fault

from .files import written

TICKET = Link(LinkKind.TICKET, "gate", "T-1", "tonight")


def key():
    return uuid4().hex


def forget(device, seed=1, hand=Hand.RIGHT):
    answer = device.show(seed, Purpose.FORGET, hand=hand)
    return device.forget(answer.subject, assertion=answer.assertion)


def secrets_of(folder, subject):
    """The stored bytes that only this person has."""
    with (
        closing(sqlite3.connect(folder / "thenar.sqlite")) as cloud,
        closing(sqlite3.connect(folder / "person-keys.sqlite")) as keys,
    ):
        number, name, contact = cloud.execute(
            "SELECT id, key_name, contact FROM person WHERE subject = ?", (subject,)
        ).fetchone()
        rows = cloud.execute("SELECT template FROM palm WHERE person_id = ?", (number,)).fetchall()
        rows += cloud.execute("SELECT content FROM link WHERE person_id = ?", (number,)).fetchall()
        rows += keys.execute("SELECT wrapped FROM person_key WHERE person = ?", (name,)).fetchall()
    return name, [contact, *(row[0] for row in rows)]


def pieces(secrets):
    """Every stretch of 16 bytes at a multiple of 16, so that a part left behind is found."""
    return {secret[at : at + 16] for secret in secrets for at in range(0, len(secret) - 15, 16)}


def left_in(folder, secrets):
    raw = written(folder)
    return [piece for piece in pieces(secrets) if piece in raw]


def test_nothing_of_a_forgotten_person_is_left_in_any_file(running, device):
    folder = running.settings.folder
    gone = device.enrol_person(
        1, running.card(), TICKET, hands=(Hand.LEFT, Hand.RIGHT), contact="ada@example.org"
    )
    stays = device.enrol_person(2, running.card(), TICKET, contact="ben@example.org")
    name, secrets = secrets_of(folder, gone.subject)
    _, others = secrets_of(folder, stays.subject)
    assert len(secrets) == 6
    assert len(left_in(folder, secrets)) == len(pieces(secrets)), "the scan must find what is there"

    assert forget(device).state == "forgotten"

    assert left_in(folder, secrets) == []
    assert len(left_in(folder, others)) == len(pieces(others))
    with pytest.raises(KeyUnavailable):
        running.service.person_keys.get(name)
    for hand in (Hand.LEFT, Hand.RIGHT):
        assert device.show(1, Purpose.ENTER, hand=hand).subject is None
    assert device.show(2, Purpose.ENTER).subject == stays.subject
    assert device.ready().palms == 1
    assert len(running.service.references.gallery) == 1


def test_a_forgotten_person_stays_forgotten_after_a_restart_and_may_come_back(running, device):
    before = device.enrol_person(1, TICKET)
    forget(device)
    running.restart()
    again = running.client(device.identity)
    assert again.show(1, Purpose.ENTER).subject is None
    after = again.enrol_person(1, TICKET)
    assert after.subject != before.subject


def test_the_audit_log_keeps_a_line_and_its_chain(running, device):
    enrolled = device.enrol_person(1, TICKET)
    forget(device)
    with running.service.store.reading() as session:
        held, broken = audit.verify(session)
        lines = session.connection().exec_driver_sql(
            "SELECT action, details FROM audit WHERE about = ?", (enrolled.subject,)
        )
        actions = [action for action, _ in lines]
    assert broken is None
    assert held >= 4
    assert actions[-2:] == ["person.closing", "person.forgotten"]


def test_forgetting_twice_says_so_again(device):
    device.enrol_person(1, TICKET)
    answer = device.show(1, Purpose.FORGET)
    for _ in range(2):
        told = device.forget(answer.subject, assertion=answer.assertion)
        assert told.state == "forgotten"


def test_an_assertion_forgets_only_whom_it_is_about(device):
    first, second = device.enrol_person(1, TICKET), device.enrol_person(2, TICKET)
    assertion = device.show(1, Purpose.FORGET).assertion
    with pytest.raises(CloudRefused) as refused:
        device.forget(second.subject, assertion=assertion)
    assert refused.value.problem == "access-refused"
    entering = device.show(1, Purpose.ENTER).assertion
    with pytest.raises(CloudRefused):
        device.forget(first.subject, assertion=entering)
    assert device.ready().palms == 2


def test_payments_stay_in_the_books_and_point_at_nobody(running, device):
    device.enrol_person(1, running.card())
    assertion = device.show(1, Purpose.PAY).assertion
    paid = device.pay(assertion, Money(500, "EUR"), idempotency_key=key())
    forget(device)
    assert device.payment(paid.payment).state is PaymentState.CAPTURED
    back = device.refund(paid.payment, Money(500, "EUR"), idempotency_key=key())
    assert back.state is PaymentState.REFUNDED


def test_an_open_authorisation_is_cancelled_first(running, device):
    device.enrol_person(1, running.card())
    assertion = device.show(1, Purpose.PAY).assertion
    paid = device.pay(assertion, Money(500, "EUR"), idempotency_key=key(), capture=False)
    assert forget(device).state == "forgotten"
    assert device.payment(paid.payment).state is PaymentState.CANCELLED


def test_an_unsettled_payment_keeps_the_person_closing_until_it_is_settled(running, device):
    folder = running.settings.folder
    enrolled = device.enrol_person(1, running.card())
    _, secrets = secrets_of(folder, enrolled.subject)
    running.processor.faults.plan("charge", Fault.LOST_REPLY)
    running.processor.faults.plan("settle", *[Fault.LOST_REPLY] * 200)
    assertion = device.show(1, Purpose.PAY).assertion
    paid = device.pay(assertion, Money(500, "EUR"), idempotency_key=key())
    told = forget(device)
    assert (told.state, told.open_payments) == ("closing", 1)
    assert device.show(1, Purpose.PAY).subject is None, "found no more at once"
    assert left_in(folder, secrets)

    running.processor.faults._planned.clear()
    tidy(running.service)
    assert device.payment(paid.payment).state is PaymentState.CAPTURED
    assert left_in(folder, secrets) == []


def test_what_a_crash_interrupted_is_finished_at_the_next_start(running, device):
    """The key is destroyed, the rows are still there: as after a kill between the two."""
    folder = running.settings.folder
    interrupted = device.enrol_person(1, TICKET)
    stays = device.enrol_person(2, TICKET)
    name, secrets = secrets_of(folder, interrupted.subject)
    running.service.person_keys.destroy(name)
    orphan = "f" * 32
    running.service.person_keys.create(orphan)
    running.restart()
    again = running.client(device.identity)
    assert left_in(folder, secrets) == []
    keys = {name for name in running.service.person_keys.people() if not is_own_key(name)}
    assert keys == {secrets_of(folder, stays.subject)[0]}
    assert again.show(1, Purpose.ENTER).subject is None
    assert again.show(2, Purpose.ENTER).subject == stays.subject
