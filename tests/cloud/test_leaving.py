"""Forgotten without coming to a device: after idle years, on request, with their whole tenant."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from thenar.client import AdminClient
from thenar.cloud import audit, idle
from thenar.cloud.housekeeping import tidy
from thenar.cloud.tables import ApiKeyRow, Palm, Person, PortalSession, Staff, Visit
from thenar.errors import CloudRefused
from thenar.messages import Purpose, Scope
from thenar.records import Link, LinkKind, Money
from thenar.testing.simulated import Fault

from .conftest import ADMIN_KEY, EVERYTHING, crops
from .test_forgetting import left_in, secrets_of

DAY = 86400.0
TICKET = Link(LinkKind.TICKET, "gate", "T-1", "tonight")


@pytest.fixture
def admin(running):
    with AdminClient(running.url, ADMIN_KEY) as client:
        yield client


def later(running, days):
    """What the housekeeping does so many days from now."""
    running.ahead = days * DAY
    while idle.look(running.service):
        pass
    running.ahead = 0.0


def count(running, table):
    with running.service.store.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_who_does_not_come_for_two_years_is_told_and_then_forgotten(running, device):
    enrolled = device.enrol_person(1, TICKET, contact="ada@example.org")
    _, secrets = secrets_of(running.settings.folder, enrolled.subject)
    later(running, 700)
    assert running.notifier.delivered("ada@example.org") == []
    later(running, 702)
    later(running, 703)
    (told,) = running.notifier.delivered("ada@example.org")
    assert "retailer" in told.body
    assert "will be deleted" in told.body
    assert "se eliminará" in told.body
    later(running, 731.9)
    assert device.ready().palms == 1, "told 30 days before, not 29.9"
    later(running, 732.1)
    assert device.ready().palms == 0
    assert left_in(running.settings.folder, secrets) == []
    assert count(running, Visit) == 0
    with running.service.store.reading() as session:
        assert audit.verify(session)[1] is None


def test_a_visit_counts_and_takes_the_notice_back(running, device):
    device.enrol_person(1, TICKET, contact="ada@example.org")
    later(running, 702)
    device.show(1, Purpose.ENTER)
    later(running, 735)
    assert device.ready().palms == 1
    assert len(running.notifier.delivered("ada@example.org")) == 2, "told anew"


def test_who_was_told_late_still_has_thirty_days(running, device):
    """As after a service that stood still for years."""
    device.enrol_person(1, TICKET)
    later(running, 3000)
    later(running, 3029)
    assert device.ready().palms == 1
    later(running, 3031)
    assert device.ready().palms == 0


def test_a_notice_that_cannot_be_sent_holds_nothing_up(running, device):
    running.notifier.faults.plan("send", Fault.LOST_REQUEST)
    device.enrol_person(1, TICKET, contact="ada@example.org")
    later(running, 702)
    later(running, 733)
    assert device.ready().palms == 0


def test_on_request_with_an_api_key_of_the_tenant_alone(running, device, admin):
    enrolled = device.enrol_person(1, TICKET)
    tenant = device.identity.tenant
    other = running.tenant("stadium").identity.tenant
    secret = admin.create_api_key(tenant, "desk", [Scope.PEOPLE_FORGET]).secret
    reader = admin.create_api_key(tenant, "books", [Scope.PEOPLE_READ]).secret
    stranger = admin.create_api_key(other, "desk", [Scope.PEOPLE_FORGET]).secret
    with AdminClient(running.url, reader) as client, pytest.raises(CloudRefused) as refused:
        client.forget(enrolled.subject)
    assert refused.value.status == 403
    with AdminClient(running.url, stranger) as client:
        assert client.forget(enrolled.subject).state == "forgotten", "tells nothing of others"
    assert device.ready().palms == 1
    with AdminClient(running.url, secret) as client:
        for _ in range(2):
            assert client.forget(enrolled.subject).state == "forgotten"
    assert device.ready().palms == 0


def test_a_tenant_that_leaves_takes_everybody_along(running, device, admin):
    folder, tenant = running.settings.folder, device.identity.tenant
    other = running.tenant("stadium")
    stays = other.enrol_person(9, TICKET)
    secrets = []
    for seed in (1, 2):
        person = device.enrol_person(seed, TICKET, contact=f"{seed}@example.org")
        secrets += secrets_of(folder, person.subject)[1]
    admin.add_staff(tenant, "eve@example.org")
    admin.create_api_key(tenant, "desk", [Scope.PEOPLE_READ])
    _, others = secrets_of(folder, stays.subject)
    assert left_in(folder, secrets)

    for _ in range(2):
        told = admin.close_tenant(tenant)
        assert (told.state, told.people) == ("closed", 0)

    assert left_in(folder, secrets) == []
    assert left_in(folder, others)
    assert other.show(9, Purpose.ENTER).subject == stays.subject
    assert count(running, Person) == count(running, Palm) == 1
    assert count(running, Staff) == count(running, PortalSession) == 0
    with running.service.store.reading() as session:
        assert session.scalar(select(ApiKeyRow.revoked).where(ApiKeyRow.tenant_id == tenant))
        assert audit.verify(session)[1] is None
    with pytest.raises(CloudRefused):
        device.show(1, Purpose.ENTER)
    with pytest.raises(CloudRefused) as unknown:
        admin.close_tenant("0" * 32)
    assert unknown.value.status == 404


def test_an_open_payment_holds_one_up_and_a_crash_nobody(running, device, admin):
    device.enrol_person(1, running.card())
    device.enrol_person(2, TICKET)
    running.processor.faults.plan("charge", Fault.LOST_REPLY)
    running.processor.faults.plan("settle", *[Fault.LOST_REPLY] * 200)
    assertion = device.show(1, Purpose.PAY).assertion
    device.pay(assertion, Money(500, "EUR"), idempotency_key=uuid4().hex)
    told = admin.close_tenant(device.identity.tenant)
    assert (told.state, told.people) == ("closing", 1)
    running.restart()
    assert running.http().get("/v1/ready").json()["palms"] == 0
    running.processor.faults._planned.clear()
    tidy(running.service)
    assert count(running, Person) == 0


def test_nobody_is_enrolled_while_a_tenant_closes(running, device):
    """Its request had come in a moment before."""
    from thenar.cloud import enrolment
    from thenar.cloud.service import Caller
    from thenar.cloud.tables import Closing
    from thenar.errors import EnrolmentError
    from thenar.messages import Enrolment
    from thenar.records import Hand
    from thenar.vault import sealing

    one = device.identity
    with running.service.store.writing() as session:
        session.add(Closing(tenant_id=one.tenant, since=0.0, done=None))
    envelope = sealing.seal(
        crops(1), one.seal_key, use=sealing.Use.ENROLMENT, tenant=one.tenant, device=one.device
    )
    asked = Enrolment(envelope=envelope, palms=(Hand.RIGHT,), consent=EVERYTHING)
    with pytest.raises(EnrolmentError, match="closed"):
        enrolment.enrol(
            running.service, Caller(one.device, one.tenant), asked, "enrolment-1", "request-1"
        )
    assert count(running, Person) == 0
