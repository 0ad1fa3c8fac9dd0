"""Metrics, health, readiness, an orderly end; and labels of cards on payments."""

import threading
import time

import attrs
import pytest
from prometheus_client.parser import text_string_to_metric_families

from thenar.client import AdminClient
from thenar.errors import CloudRefused
from thenar.messages import Purpose, Scope
from thenar.records import Link, LinkKind, Money

BADGE = Link(LinkKind.BADGE, "office", "B-123456", "staff badge")


@pytest.fixture
def running(running):
    running.stop()
    running.settings = attrs.evolve(running.settings, metrics_key="the key of the watcher")
    running.start()
    return running


def metrics(running, key="the key of the watcher"):
    reply = running.http(headers={"authorization": f"Bearer {key}"}).get("/metrics")
    assert reply.status_code == 200, reply.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


def test_metrics_count_requests_and_events_by_route_and_name(running, device):
    device.enrol_person(1, running.card(), BADGE)
    shown = device.show(1, Purpose.PAY)
    device.pay(shown.assertion, Money(500, "EUR"), idempotency_key="payment 1")
    device.show(2, Purpose.PAY)
    running.http().get("/v1/nothing/of/the/kind")
    told = metrics(running)
    assert told["thenar_requests_total", "POST", "/v1/identifications", "200"] == 2
    assert told["thenar_requests_total", "", "", "404"] == 1
    assert told["thenar_request_seconds_count", "/v1/payments"] == 1
    assert told["thenar_events_total", "palm.not-recognised"] == 1
    assert told["thenar_palms",] == 1
    assert told["thenar_payment_steps_open",] == 0
    assert told["thenar_requests_running",] == 1


def test_metrics_are_about_nobody(running, device):
    person = device.enrol_person(1, running.card(), BADGE, contact="ada@example.org")
    device.show(1, Purpose.FORGET)
    http = running.http(headers={"authorization": "Bearer the key of the watcher"})
    text = http.get("/metrics").text
    for private in (person.subject, "B-123456", "ada@", device.identity.device, "tok_"):
        assert private not in text


def test_metrics_need_authority(running):
    with AdminClient(running.url, running.settings.admin_key) as admin:
        tenant = admin.create_tenant("mine").tenant
        secret = admin.create_api_key(tenant, "k", list(Scope)).secret
    assert running.http().get("/metrics").status_code == 401
    for key, status in (("x", 401), ("the key of the watche", 401), (secret, 403)):
        headers = {"authorization": f"Bearer {key}"}
        assert running.http(headers=headers).get("/metrics").status_code == status
    assert metrics(running, running.settings.admin_key)


def test_without_a_key_for_them_metrics_are_the_administrators(running):
    running.stop()
    running.settings = attrs.evolve(running.settings, metrics_key="")
    running.start()
    assert running.http().get("/metrics").status_code == 401
    assert metrics(running, running.settings.admin_key)


def test_a_service_whose_database_is_gone_lives_and_is_not_ready(running, monkeypatch):
    http = running.http()
    assert http.get("/health").json()["status"] == "ok"
    assert http.get("/ready").json()["status"] == http.get("/v1/ready").json()["status"] == "ready"
    from sqlalchemy.exc import OperationalError

    def gone():
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(running.service.person_keys, "check", gone)
    reply = http.get("/ready")
    assert (reply.status_code, reply.json()["code"]) == (503, "not-ready")
    assert http.get("/health").status_code == 200


def test_requests_that_have_begun_are_answered_before_the_end(running, device, monkeypatch):
    device.enrol_person(1, BADGE)
    begun, answers = threading.Event(), []
    maker = running.services.signature
    probe = maker.probe

    def slowly(crops):
        begun.set()
        time.sleep(1.5)
        return probe(crops)

    monkeypatch.setattr(maker, "probe", slowly)
    asking = threading.Thread(target=lambda: answers.append(device.show(1, Purpose.BADGE)))
    asking.start()
    assert begun.wait(10)
    running._server.should_exit = True
    running._thread.join()
    asking.join()
    assert answers[0].subject
    monkeypatch.undo()
    running.start()


def test_a_payment_names_its_card_until_the_person_is_forgotten(running, device):
    device.enrol_person(1, running.card())
    shown = device.show(1, Purpose.PAY)
    paid = device.pay(shown.assertion, Money(500, "EUR"), idempotency_key="payment 1")
    assert paid.label == "visa •••• 4242"
    shown = device.show(1, Purpose.FORGET)
    device.forget(shown.subject, assertion=shown.assertion)
    after = device.payment(paid.payment)
    assert (after.label, after.amount) == ("", paid.amount)


def test_a_payment_of_another_tenant_is_not_there(running, device):
    device.enrol_person(1, running.card())
    shown = device.show(1, Purpose.PAY)
    paid = device.pay(shown.assertion, Money(500, "EUR"), idempotency_key="payment 1")
    with pytest.raises(CloudRefused, match="No such payment"):
        running.tenant("other").payment(paid.payment)
