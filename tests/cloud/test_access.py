"""Who may ask, and how a refusal is told."""

import json
import sqlite3
import time
from contextlib import closing
from uuid import uuid4

import attrs
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from thenar.client import AdminClient, DeviceClient, DeviceIdentity, activate
from thenar.cloud import create_app
from thenar.errors import (
    AccessRefused,
    CloudRefused,
    CloudUnreachable,
    KeyUnavailable,
    SettingsError,
)
from thenar.messages import Enrolment, Purpose, signing
from thenar.vault.file_keys import FileKeys

from .files import written

KEY = Ed25519PrivateKey.generate()
DEVICE = "d" * 32


def test_a_code_activates_one_device_once(running):
    with AdminClient(running.url, running.settings.admin_key) as admin:
        site = admin.create_site(admin.create_tenant("retailer").tenant, "site").site
        code = admin.create_device(site, "till").code
    identity = activate(running.url, code.lower().replace("-", " "))
    assert identity.site == site
    with pytest.raises(CloudRefused) as refused:
        activate(running.url, code)
    assert (refused.value.status, refused.value.problem) == (401, "access-refused")


def test_a_code_is_good_for_a_quarter_of_an_hour(running):
    with AdminClient(running.url, running.settings.admin_key) as admin:
        site = admin.create_site(admin.create_tenant("retailer").tenant, "site").site
        code = admin.create_device(site, "till").code
    running.ahead = 901
    with pytest.raises(CloudRefused):
        activate(running.url, code)


def test_codes_are_not_stored_in_clear(running):
    with AdminClient(running.url, running.settings.admin_key) as admin:
        site = admin.create_site(admin.create_tenant("retailer").tenant, "site").site
        code = admin.create_device(site, "till").code
    raw = written(running.settings.folder)
    assert code.encode() not in raw
    assert code.replace("-", "").encode() not in raw


@pytest.mark.parametrize("key", ["wrong", "administrator's key of the test"])
def test_only_the_administrators_key_makes_tenants(running, key):
    with AdminClient(running.url, key) as admin, pytest.raises(CloudRefused) as refused:
        admin.create_tenant("mine")
    assert refused.value.status == 401
    assert running.http().post("/v1/tenants", json={"name": "mine"}).status_code == 401


def test_sites_and_devices_need_their_parent(running):
    with AdminClient(running.url, running.settings.admin_key) as admin:
        with pytest.raises(CloudRefused, match="tenant"):
            admin.create_site("0" * 32, "site")
        with pytest.raises(CloudRefused, match="site"):
            admin.create_device("0" * 32, "till")


def test_an_unknown_device_is_refused(running, device):
    stranger = attrs.evolve(device.identity, device=uuid4().hex)
    with pytest.raises(CloudRefused) as refused:
        running.client(stranger).payment("0" * 32)
    assert refused.value.status == 401


def test_a_device_with_anothers_key_is_refused(running, device):
    thief = attrs.evolve(device.identity, key=Ed25519PrivateKey.generate())
    with pytest.raises(CloudRefused) as refused:
        running.client(thief).payment("0" * 32)
    assert refused.value.status == 401


def test_a_revoked_device_is_refused(running, device):
    with closing(sqlite3.connect(running.settings.folder / "thenar.sqlite")) as connection:
        connection.execute("UPDATE device SET state = 'revoked'")
        connection.commit()
    with pytest.raises(CloudRefused) as refused:
        device.payment("0" * 32)
    assert refused.value.status == 401


def test_a_device_whose_clock_is_wrong_is_told_so(running, device):
    running.ahead = 61
    with pytest.raises(CloudRefused, match="clock"):
        device.payment("0" * 32)


def test_a_signed_request_is_answered_once(running, device):
    headers = signing.sign(
        device.identity.key,
        device.identity.device,
        method="GET",
        path=f"/v1/payments/{'0' * 32}",
        query="",
        headers={},
        body=b"",
    )
    http = running.http(headers=headers)
    statuses = [http.get(f"/v1/payments/{'0' * 32}").status_code for _ in range(2)]
    assert statuses == [404, 401]


def test_an_envelope_is_opened_once(running, device):
    body = device_request(device)
    answers = [send(running, device, body, key=uuid4().hex) for _ in range(2)]
    assert answers[0].status_code == 201
    assert answers[1].json()["code"] == "envelope-replayed"


def device_request(device):
    from thenar.vault import sealing

    identity = device.identity
    crops = device.crops(1)
    envelope = sealing.seal(
        crops,
        identity.seal_key,
        use=sealing.Use.ENROLMENT,
        tenant=identity.tenant,
        device=identity.device,
    )
    return (
        Enrolment(envelope=envelope, palms=("right",), consent=device.everything)
        .model_dump_json()
        .encode()
    )


def send(running, device, body, *, key):
    headers = {"content-type": "application/json", "idempotency-key": key}
    headers |= signing.sign(
        device.identity.key,
        device.identity.device,
        method="POST",
        path="/v1/enrolments",
        query="",
        headers=headers,
        body=body,
    )
    return running.http().post("/v1/enrolments", content=body, headers=headers)


def test_after_a_rotation_devices_seal_to_the_newest_key_when_the_old_is_gone(running, device):
    file = running.settings.key_file
    held = json.loads(file.read_text())
    FileKeys(file).rotate("seal")
    newer = json.loads(file.read_text())
    newer["seal"] = [key for key in newer["seal"] if key not in held["seal"]]
    file.write_text(json.dumps(newer))
    running.restart()
    again = running.client(device.identity)
    assert again.enrol_person(1).subject
    assert again.show(1, Purpose.FORGET).subject


def test_errors_are_problem_documents_that_repeat_the_request_id(running):
    http = running.http()
    reply = http.get("/v1/nothing", headers={"x-request-id": "my-request-7"})
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["x-request-id"] == reply.json()["request_id"] == "my-request-7"
    assert reply.json()["code"] == "not-found"
    for wrong in ("", "short", "x" * 65, "with space and\ttab"):
        reply = http.get("/v1/health", headers={"x-request-id": wrong})
        assert reply.headers["x-request-id"] != wrong


def test_a_body_that_is_too_large_is_not_read(running):
    http = running.http()
    assert http.post("/v1/enrolments", content=bytes(8_000_001)).json()["code"] == "too-large"

    def chunks():
        for _ in range(90):
            yield bytes(100_000)

    try:
        reply = http.post("/v1/devices/activate", content=chunks())
    except httpx.TransportError:
        return
    assert reply.status_code == 413


def test_an_invalid_request_is_told_by_field_and_never_repeated(running):
    secret = "4242424242424242"
    reply = running.http().post(
        "/v1/devices/activate", json={"code": secret, "public_key": "AA==", "more": secret}
    )
    assert reply.status_code == 422
    assert "public_key" in reply.json()["detail"]
    assert secret not in reply.text


def test_the_service_describes_itself(running):
    http = running.http()
    assert http.get("/v1/health").json()["status"] == "ok"
    assert http.get("/v1/ready").json()["palms"] == 0
    paths = http.get("/openapi.json").json()["paths"]
    assert {"/v1/enrolments", "/v1/identifications", "/v1/payments"} <= set(paths)


def test_a_service_that_is_not_there_is_unreachable(device, tmp_path):
    with (
        DeviceClient("http://127.0.0.1:9", device.identity, timeout=2) as client,
        pytest.raises(CloudUnreachable) as unreachable,
    ):
        client.health()
    assert unreachable.value.request_id


def test_an_answer_that_is_not_ours_is_refused_as_such(device):
    def other(request):
        return httpx.Response(200, text="<html>")

    with (
        DeviceClient(
            "http://other", device.identity, transport=httpx.MockTransport(other)
        ) as client,
        pytest.raises(CloudRefused) as refused,
    ):
        client.health()
    assert refused.value.problem == "unexpected-answer"


def test_an_identity_is_kept_where_only_its_owner_reads_it(device, tmp_path):
    file = tmp_path / "device.json"
    device.identity.save(file)
    assert file.stat().st_mode & 0o777 == 0o600
    again = DeviceIdentity.load(file)
    assert (again.device, again.tenant) == (device.identity.device, device.identity.tenant)
    assert again.key.private_bytes_raw() == device.identity.key.private_bytes_raw()
    file.chmod(0o644)
    with pytest.raises(KeyUnavailable, match="0644"):
        DeviceIdentity.load(file)
    with pytest.raises(KeyUnavailable):
        DeviceIdentity.load(tmp_path / "none")
    assert "key" not in repr(device.identity)


def signed(body=b"body", **headers):
    given = {"idempotency-key": "k" * 8, **headers}
    return given | signing.sign(
        KEY, DEVICE, method="POST", path="/v1/x", query="a=1", headers=given, body=body
    )


def verify(headers, *, method="POST", path="/v1/x", query="a=1", body=b"body", now=None):
    return signing.verify(
        lambda device: KEY.public_key() if device == DEVICE else None,
        method=method,
        path=path,
        query=query,
        headers=headers,
        body=body,
        now=now or time.time(),
        window=60,
    )


def test_a_signature_covers_the_whole_request():
    headers = signed()
    assert verify(headers).device == DEVICE
    for changed in (
        {"method": "PUT"},
        {"path": "/v1/y"},
        {"query": "a=2"},
        {"body": b"other"},
        {"now": time.time() + 61},
    ):
        with pytest.raises(AccessRefused):
            verify(headers, **changed)


@given(name=st.sampled_from(["idempotency-key", "thenar-assertion", "x-request-id"]))
def test_headers_that_are_added_taken_or_changed_are_noticed(name):
    headers = signed()
    with pytest.raises(AccessRefused):
        verify({**headers, name: "another value"})
    without = {key: headers[key] for key in headers if key != "idempotency-key"}
    with pytest.raises(AccessRefused):
        verify(without)


@given(st.sampled_from(["signature", "signature-input", "content-digest"]), st.text(max_size=200))
def test_other_signatures_are_refused(name, value):
    with pytest.raises(AccessRefused):
        verify({**signed(), name: value})


def test_anothers_signature_is_refused():
    headers = signed()
    headers["signature-input"] = headers["signature-input"].replace(DEVICE, "e" * 32)
    with pytest.raises(AccessRefused):
        verify(headers)


def test_one_process_serves_a_folder(running):
    with pytest.raises(SettingsError, match="Another process"):
        create_app(running.settings, running.services)


def test_databases_without_their_keys_are_not_served(running, device):
    running.stop()
    running.settings.key_file.rename(running.settings.key_file.with_suffix(".elsewhere"))
    with pytest.raises(KeyUnavailable, match="restore"):
        create_app(running.settings, running.services)
    running.settings.key_file.with_suffix(".elsewhere").rename(running.settings.key_file)
    running.start()
