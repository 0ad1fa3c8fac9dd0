"""Enrolment and identification over HTTP: who is found, for what, by whom."""

from uuid import uuid4

import jwt
import pytest

from thenar.errors import CloudRefused
from thenar.messages import Consent, Purpose
from thenar.records import Hand, Link, LinkKind

TICKET = Link(LinkKind.TICKET, "gate", "T-1", "tonight")
BADGE = Link(LinkKind.BADGE, "office", "B-1", "staff")


def test_an_enrolled_person_is_recognised_with_the_links_for_the_purpose(device):
    enrolled = device.enrol_person(1, TICKET, BADGE)
    answer = device.show(1, Purpose.ENTER)
    assert answer.subject == enrolled.subject
    assert answer.fmr <= 1e-6
    assert [(link.kind, link.value) for link in answer.links] == [(LinkKind.TICKET, "T-1")]
    assert answer.algorithm == enrolled.algorithm == "blocks 1"
    assert answer.margin is None, "there is nobody else"


def test_a_stranger_is_not_recognised_and_the_answer_says_why(device):
    device.enrol_person(1, TICKET)
    answer = device.show(2, Purpose.ENTER)
    assert (answer.subject, answer.assertion, answer.links) == (None, None, ())
    assert answer.reasons


def test_both_palms_find_the_person(device):
    enrolled = device.enrol_person(1, TICKET, hands=(Hand.LEFT, Hand.RIGHT))
    assert set(enrolled.palms) == {Hand.LEFT, Hand.RIGHT}
    for hand in (Hand.LEFT, Hand.RIGHT):
        assert device.show(1, Purpose.ENTER, hand=hand).subject == enrolled.subject


def test_nobody_is_found_without_a_link_for_the_purpose_of_that_provider(device):
    device.enrol_person(1, TICKET)
    assert device.show(1, Purpose.PAY).subject is None
    assert device.show(1, Purpose.ENTER, provider="another gate").subject is None
    assert device.show(1, Purpose.ENTER, provider="gate").subject


def test_nobody_is_found_for_what_they_did_not_consent_to(device):
    entry_only = Consent(text="terms 1 en", purposes=(Purpose.ENTER,))
    enrolled = device.enrol_person(1, TICKET, BADGE, consent=entry_only)
    assert device.show(1, Purpose.ENTER).subject == enrolled.subject
    assert device.show(1, Purpose.BADGE).subject is None
    assert device.show(1, Purpose.FORGET).subject == enrolled.subject


def test_a_palm_is_enrolled_once_a_tenant(device):
    device.enrol_person(1)
    with pytest.raises(CloudRefused) as refused:
        device.enrol(
            {Hand.RIGHT: device.crops(1, Hand.RIGHT, 20)},
            consent=device.everything,
            idempotency_key=uuid4().hex,
        )
    assert (refused.value.status, refused.value.problem) == (409, "duplicate-palm")
    assert device.ready().palms == 1


def test_the_same_palm_shown_as_both_hands_is_refused(device):
    with pytest.raises(CloudRefused) as refused:
        device.enrol(
            {Hand.RIGHT: device.crops(1), Hand.LEFT: device.crops(1, Hand.RIGHT, 20)},
            consent=device.everything,
            idempotency_key=uuid4().hex,
        )
    assert refused.value.problem == "enrolment"
    assert device.ready().palms == 0


def test_repeating_an_enrolment_enrols_once(device):
    key = uuid4().hex
    first = device.enrol_person(1, TICKET, key=key)
    again = device.enrol_person(1, TICKET, key=key)
    assert (again.subject, again.links) == (first.subject, first.links)
    assert device.ready().palms == 1
    with pytest.raises(CloudRefused) as refused:
        device.enrol_person(1, BADGE, key=key)
    assert refused.value.problem == "request-conflict"


def test_another_tenant_knows_the_person_by_another_name_or_not_at_all(running, device):
    other = running.tenant("stadium")
    enrolled = device.enrol_person(1, TICKET)
    assert other.show(1, Purpose.ENTER).subject is None
    again = other.enrol_person(1, TICKET)
    assert again.subject != enrolled.subject
    assert other.show(1, Purpose.ENTER).subject == again.subject
    assert device.show(1, Purpose.ENTER).subject == enrolled.subject


def test_everybody_is_still_known_after_a_restart(running, device):
    enrolled = [device.enrol_person(seed, TICKET) for seed in (1, 2)]
    running.restart()
    again = running.client(device.identity)
    assert again.ready().palms == 2
    for seed, one in zip((1, 2), enrolled, strict=True):
        assert again.show(seed, Purpose.ENTER).subject == one.subject


def test_anybody_can_verify_an_assertion_with_the_published_keys(running, device):
    enrolled = device.enrol_person(1, TICKET)
    assertion = device.show(1, Purpose.ENTER).assertion
    published = running.http().get("/v1/keys").json()
    key = jwt.PyJWKSet.from_dict(published)[jwt.get_unverified_header(assertion)["kid"]]
    claims = jwt.decode(
        assertion,
        key,
        algorithms=["EdDSA"],
        audience=device.identity.tenant,
        issuer="http://thenar.test",
    )
    assert claims["sub"] == enrolled.subject
    assert (claims["purpose"], claims["device"]) == ("enter", device.identity.device)


def test_both_hands_in_one_identification_are_refused(device):
    with pytest.raises(CloudRefused) as refused:
        device.identify([*device.crops(1), *device.crops(1, Hand.LEFT)], purpose=Purpose.ENTER)
    assert refused.value.problem == "envelope-malformed"


def test_a_link_can_be_added_later(device):
    enrolled = device.enrol_person(1)
    assert device.show(1, Purpose.BADGE).subject is None
    assertion = device.show(1, Purpose.LINK).assertion
    key = uuid4().hex
    added = device.link(assertion, BADGE, idempotency_key=key)
    assert device.link(assertion, BADGE, idempotency_key=key).link == added.link
    answer = device.show(1, Purpose.BADGE)
    assert answer.subject == enrolled.subject
    assert [link.value for link in answer.links] == ["B-1"]


def test_events_hold_no_personal_data(running, device):
    enrolled = device.enrol_person(1, TICKET, contact="ada@example.org")
    device.show(1, Purpose.ENTER)
    names = [event.name for event in running.events]
    assert names == ["person.enrolled", "palm.recognised"]
    assert not any(enrolled.subject in str(event) for event in running.events)
