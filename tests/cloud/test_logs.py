"""What the service logs of its requests: enough to find one, nothing of anybody."""

import io
import json
import logging
import re

import attrs
import pytest

from thenar.client import AdminClient
from thenar.cloud.logs import JsonLines
from thenar.messages import Purpose, Scope
from thenar.records import Link, LinkKind, Money


@pytest.fixture
def lines():
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_request_is_logged_by_route_without_anybody_in_it(running, lines):
    running.stop()
    running.settings = attrs.evolve(running.settings, webhooks_to_private=True)
    running.start()
    device = running.tenant()
    badge = Link(LinkKind.BADGE, "office", "B-123456", "staff badge")
    enrolled = device.enrol_person(1, running.card(), badge, contact="ada@example.org")
    answer = device.show(1, Purpose.PAY)
    device.pay(answer.assertion, Money(500, "EUR"), idempotency_key="secret-key-1")
    running.http().post(
        f"/portal/{device.identity.tenant}/code", data={"contact": "ada@example.org"}
    )
    forgetting = device.show(1, Purpose.FORGET)
    told = device.forget(forgetting.subject, assertion=forgetting.assertion)
    with AdminClient(running.url, running.settings.admin_key) as admin:
        secret = admin.create_api_key(device.identity.tenant, "till system", list(Scope)).secret
        webhook = admin.create_webhook(running.url, tenant=device.identity.tenant).secret
        admin.rotate_keys()
    with AdminClient(running.url, secret) as program:
        program.people()
        program.events(about=enrolled.subject)
    written = lines.getvalue()
    logged = [json.loads(line) for line in written.splitlines()]
    requests = [line for line in logged if line["message"] == "request"]
    assert {"/v1/enrolments", "/v1/payments", "/v1/people/{subject}"} <= {
        line["route"] for line in requests
    }
    assert told.request_id in {line["request"] for line in requests}
    ours = "\n".join(
        json.dumps(line) for line in logged if line["logger"].startswith(("thenar", "uvicorn"))
    )
    for private in (
        enrolled.subject,
        answer.assertion,
        "ada@example.org",
        "B-123456",
        "staff badge",
        "tok_",
        secret,
        webhook,
        running.settings.admin_key,
        running.service.keys.derive("webhook secrets").hex(),
    ):
        assert private not in ours
    digits = re.search(r"(?<![0-9a-z.])4242(?![0-9a-z])", ours)
    assert not digits, "the last digits of the card, which in an id or a fraction are chance"


def test_an_unexpected_error_is_told_without_its_words(running, device, lines):
    def fail(crops):
        raise RuntimeError("secret words")

    device.enrol_person(1, Link(LinkKind.TICKET, "gate", "T-1"))
    running.services.signature.probe = fail
    from thenar.errors import CloudRefused

    with pytest.raises(CloudRefused) as refused:
        device.show(1, Purpose.ENTER)
    assert (refused.value.status, refused.value.problem) == (500, "internal")
    assert "secret words" not in str(refused.value)
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    failed = next(line for line in logged if line["message"] == "request failed")
    assert failed["exception"] == "RuntimeError"
    assert failed["request"] == refused.value.request_id
    assert any("identify" in place for place in failed["raised"])
    assert "secret words" not in lines.getvalue()
