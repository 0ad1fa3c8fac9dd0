"""The OpenAPI document says what the service does: schemathesis against the running service."""

import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from thenar.client import AdminClient
from thenar.messages import Purpose, Scope
from thenar.records import Link, LinkKind

PHASES = os.environ.get("THENAR_SCHEMATHESIS", "fuzzing")
"""``coverage,fuzzing`` tries each boundary of each field too, in some minutes."""


@pytest.fixture
def running(running):
    running.stop()
    many = {"requests_per_device": 1e6, "requests_per_key": 1e6, "refusals_per_address": 1e6}
    running.settings = attrs.evolve(running.settings, **many)
    running.start()
    return running


def test_every_request_that_schemathesis_thinks_of_is_answered_as_described(
    running, device, tmp_path
):
    device.enrol_person(1, Link(LinkKind.BADGE, "office", "B-1"))
    device.show(1, Purpose.BADGE)
    device.identity.save(tmp_path / "device.json")
    with AdminClient(running.url, running.settings.admin_key) as admin:
        key = admin.create_api_key(device.identity.tenant, "schemathesis", list(Scope)).secret
    here = Path(__file__)
    command = [
        Path(sys.executable).with_name("schemathesis"),
        f"--config-file={here.with_name('schemathesis.toml')}",
        "run",
        f"{running.url}/openapi.json",
        "--max-examples=2",
        f"--phases={PHASES}",
        "--checks=all",
        "--generation-deterministic",
        "--workers=1",
        "--no-color",
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": str(here.with_name("schemathesis_hooks.py")),
        "THENAR_TEST_IDENTITY": str(tmp_path / "device.json"),
        "THENAR_TEST_ADMIN_KEY": running.settings.admin_key,
        "THENAR_TEST_KEY": key,
    }
    told = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        timeout=280,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-20_000:] + told.stderr[-2_000:]


REPEATABLE = {
    "/v1/devices/activate": "by its code and the device's key",
    "/v1/identifications": "an envelope is opened once",
    "/v1/staff": "makes the same member the same",
    "/v1/tenants/{tenant}/close": "what is closed stays closed",
    "/v1/people/{subject}/forget": "who is forgotten stays so",
    "/v1/reconciliations": "what is settled stays so",
    "/v1/settlements": "what is settled stays so",
    "/v1/tabs/{of}/leave": "what is released stays so",
    "/v1/age-checks": "only asks",
    "/v1/refundable-payments": "only asks",
    "/v1/access/forgiveness": "where somebody is, is forgotten once or twice",
    "/v1/passages/annulments": "a passage is annulled once, by its own key",
}
"""Writes that need no idempotency key, and why."""
WHO = {"devices": "device", "administration": "key", "integration": "key", "service": None}


def test_the_document_is_openapi_3_1_and_names_who_may_ask(running):
    document = running.http().get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        assert path.startswith("/v1/")
        for method, operation in methods.items():
            who = None if path == "/v1/devices/activate" else WHO[operation["tags"][0]]
            assert operation.get("security") == ([{who: []}] if who else None), path
            for status, reply in operation["responses"].items():
                problem = set(reply.get("content", ())) == {"application/problem+json"}
                assert problem == (int(status) >= 400), (path, status)
                assert "X-Request-Id" in reply["headers"]
            asked = {one["name"] for one in operation.get("parameters", ()) if one["required"]}
            keyed = method == "post" and path not in REPEATABLE
            assert ("Idempotency-Key" in asked) == keyed, path


def test_a_method_that_is_not_there_is_told_which_are(running):
    reply = running.http().put("/v1/payments")
    assert (reply.status_code, reply.json()["code"]) == (405, "method-not-allowed")
    assert set(reply.headers["allow"].split(", ")) == {"GET", "POST"}
