"""Programs of a tenant: what a key may, lists in pages, repeated writes, limits."""

import time
from uuid import uuid4

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thenar.client import AdminClient
from thenar.cloud.rates import Rates
from thenar.errors import CloudRefused, RateLimited
from thenar.messages import Scope
from thenar.parameters import INTEGRATION

from .files import written


@pytest.fixture
def admin(running):
    with AdminClient(running.url, running.settings.admin_key) as client:
        yield client


@pytest.fixture
def key_of(running, admin):
    """Makes a client with an API key of a tenant."""
    opened = []

    def make(tenant, *scopes, **more):
        made = admin.create_api_key(tenant, "till system", scopes, **more)
        opened.append(AdminClient(running.url, made.secret))
        opened[-1].made = made
        return opened[-1]

    yield make
    for client in opened:
        client.close()


def refused(call, *args, **kwargs):
    with pytest.raises(CloudRefused) as error:
        call(*args, **kwargs)
    return error.value.status, error.value.problem


def test_a_key_does_what_its_scopes_say_for_its_own_tenant_alone(admin, key_of):
    mine, other = admin.create_tenant("mine").tenant, admin.create_tenant("other").tenant
    key = key_of(mine, Scope.SITES_READ, Scope.SITES_WRITE)
    site = key.create_site(None, "High Street")
    assert (site.tenant, [one.name for one in key.sites().items]) == (mine, ["High Street"])
    assert refused(key.create_site, other, "theirs") == (403, "scope-missing")
    assert refused(key.sites, other) == (403, "scope-missing")
    assert refused(key.devices) == (403, "scope-missing")
    assert refused(key.create_tenant, "third") == (403, "scope-missing")
    assert refused(key.create_api_key, mine, "more", list(Scope)) == (403, "scope-missing")
    assert refused(key.rotate_keys) == (403, "scope-missing")


def test_anothers_site_is_as_if_it_were_not_there(admin, key_of):
    mine, other = admin.create_tenant("mine").tenant, admin.create_tenant("other").tenant
    key = key_of(mine, Scope.DEVICES_WRITE)
    theirs = admin.create_site(other, "site").site
    device = admin.create_device(theirs, "till").device
    assert refused(key.create_device, theirs, "till") == (404, "unknown-object")
    assert refused(key.revoke_device, device) == (404, "unknown-object")


def test_a_secret_is_shown_once_and_kept_nowhere(running, admin, key_of):
    tenant = admin.create_tenant("mine").tenant
    made = key_of(tenant, Scope.SITES_READ).made
    assert made.secret.startswith(f"thenar_{made.api_key}_")
    assert "secret" not in admin.api_keys(tenant).items[0].model_dump()
    assert made.secret not in repr(made)
    assert made.secret.rpartition("_")[2].encode() not in written(running.settings.folder)


def test_revoked_and_spent_keys_are_refused(running, admin, key_of):
    tenant = admin.create_tenant("mine").tenant
    key = key_of(tenant, Scope.SITES_READ)
    short = key_of(tenant, Scope.SITES_READ, expires=time.time() + 100)
    assert key.sites().items == short.sites().items == ()
    assert admin.revoke_api_key(key.made.api_key).revoked
    assert admin.revoke_api_key(key.made.api_key).revoked
    assert refused(key.sites) == (401, "access-refused")
    running.ahead = 200
    assert refused(short.sites) == (401, "access-refused")
    assert refused(admin.create_api_key, tenant, "late", [Scope.SITES_READ], expires=time.time())


@pytest.mark.parametrize("change", ["last", "identifier", "none", "prefix"])
def test_another_secret_is_refused(running, admin, key_of, change):
    tenant = admin.create_tenant("mine").tenant
    secret = key_of(tenant, Scope.SITES_READ).made.secret
    wrong = {
        "last": secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        "identifier": secret.replace(secret[7:39], uuid4().hex),
        "none": "x",
        "prefix": secret[:-1],
    }[change]
    reply = running.http().get("/v1/sites", headers={"authorization": f"Bearer {wrong}"})
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"


def test_the_audit_log_says_which_key_did_it(admin, key_of):
    tenant = admin.create_tenant("mine").tenant
    key = key_of(tenant, Scope.SITES_WRITE, Scope.EVENTS_READ)
    site = key.create_site(None, "High Street").site
    (event,) = key.events(about=site).items
    assert (event.type, event.actor) == ("site.created", f"key {key.made.api_key}")


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_hold_everything_once_whatever_is_added_meanwhile(admin, limit):
    tenant = admin.create_tenant("mine").tenant
    names = {admin.create_site(tenant, f"site {n}").site for n in range(6)}
    seen, cursor = [], None
    while True:
        page = admin.sites(tenant, cursor=cursor, limit=limit)
        seen += [site.site for site in page.items]
        assert len(page.items) <= limit
        admin.create_site(admin.create_tenant("other").tenant, "elsewhere")
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert set(seen) == names


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WyJhIiwgImIiXQ", "bnVsbA", "_"])
def test_a_cursor_of_no_list_is_refused(admin, cursor):
    tenant = admin.create_tenant("mine").tenant
    assert refused(admin.sites, tenant, cursor=cursor) == (422, "invalid-record")
    assert refused(admin.events, tenant, cursor=cursor) == (422, "invalid-record")


def test_people_payments_and_devices_are_listed_without_what_is_private(running, device, key_of):
    person = device.enrol_person(1, running.card(), contact="ada@example.org")
    from thenar.messages import Purpose
    from thenar.records import Money

    shown = device.show(1, Purpose.PAY)
    paid = device.pay(shown.assertion, Money(500, "EUR"), idempotency_key="payment 1")
    key = key_of(device.identity.tenant, *Scope)
    (listed,) = key.people().items
    assert (listed.subject, listed.links) == (person.subject, ("payment simulated",))
    assert listed == key.person(person.subject)
    assert key.payments().items[0].payment == paid.payment
    assert [one.state for one in key.devices().items] == ["active"]
    assert "tok_" not in str(key.people()) + str(key.events(limit=100))
    key.revoke_device(device.identity.device)
    assert refused(device.payment, paid.payment)[0] == 401


def test_a_write_repeated_with_its_key_happens_once_and_is_answered_alike(admin):
    tenant = [admin.create_tenant("one", idempotency_key="tenant key") for _ in range(2)]
    assert tenant[0] == tenant[1]
    site = [
        admin.create_site(tenant[0].tenant, "one", idempotency_key="site key 1") for _ in range(2)
    ]
    device = [
        admin.create_device(site[0].site, "till", idempotency_key="device key") for _ in range(2)
    ]
    assert device[0].code == device[1].code
    keys = [
        admin.create_api_key(tenant[0].tenant, "k", [Scope.SITES_READ], idempotency_key="key key 1")
        for _ in range(2)
    ]
    assert keys[0].secret == keys[1].secret
    assert len(admin.sites(tenant[0].tenant).items) == len(admin.tenants().items) == 1
    conflict = refused(admin.create_tenant, "two", idempotency_key="tenant key")
    assert conflict == (409, "request-conflict")


def test_idempotency_keys_of_two_programs_do_not_meet_and_end_after_a_day(running, admin, key_of):
    keys = [key_of(admin.create_tenant(name).tenant, Scope.SITES_WRITE) for name in ("a", "b")]
    sites = {key.create_site(None, "site", idempotency_key="the same").site for key in keys}
    assert len(sites) == 2
    running.ahead = INTEGRATION.kept_reply_life + 1
    assert keys[0].create_site(None, "site", idempotency_key="the same").site not in sites


@pytest.mark.parametrize("path", ["/v1/tenants", "/v1/sites", "/v1/devices", "/v1/api-keys"])
def test_a_write_without_an_idempotency_key_is_refused(running, path):
    headers = {"authorization": f"Bearer {running.settings.admin_key}"}
    reply = running.http(headers=headers).post(path, json={})
    assert reply.status_code == 422
    assert "Idempotency-Key" in reply.json()["detail"]


@pytest.fixture
def strict(running):
    """The service with little patience."""
    running.stop()
    running.settings = attrs.evolve(
        running.settings, requests_per_key=0.5, requests_per_device=0.5, refusals_per_address=0.5
    )
    running.start()
    return running


def test_a_key_that_asks_too_often_is_told_when_to_ask_again(strict, admin, key_of):
    key = key_of(admin.create_tenant("mine").tenant, Scope.SITES_READ)
    key.sites(), key.sites()
    with pytest.raises(CloudRefused) as error:
        key.sites()
    assert (error.value.status, error.value.problem) == (429, "rate-limited")
    assert 1 <= error.value.retry_after <= 2
    key_of(admin.create_tenant("other").tenant, Scope.SITES_READ).sites()


def test_a_device_that_asks_too_often_is_refused(strict):
    device = strict.tenant()
    statuses = [refused(device.payment, "0" * 32)[0] for _ in range(3)]
    assert statuses == [404, 404, 429]


def test_an_address_that_guesses_is_not_heard_for_a_while(strict):
    http = strict.http()
    tried = [http.get("/v1/tenants", headers={"authorization": "Bearer guess"}) for _ in range(3)]
    assert [reply.status_code for reply in tried] == [401, 401, 429]
    good = {"authorization": f"Bearer {strict.settings.admin_key}"}
    held = http.get("/v1/tenants", headers=good)
    assert held.status_code == 429
    assert held.headers["content-type"] == "application/problem+json"
    assert int(held.headers["retry-after"]) >= 1


@given(
    rate=st.floats(0.1, 100),
    steps=st.lists(st.floats(0, 5), min_size=1, max_size=60),
)
def test_no_bucket_gives_more_than_its_rate_and_its_burst(rate, steps):
    now = [0.0]
    rates = Rates(rate, lambda: now[0])
    granted, waits = 0, []
    for step in steps:
        now[0] += step
        try:
            rates.take("x")
            granted += 1
        except RateLimited as error:
            waits.append(error.retry_after)
    most = max(1.0, rate * INTEGRATION.burst_seconds)
    assert granted <= most + rate * now[0] + 1e-6
    assert all(wait > 0 for wait in waits)


def test_waiting_as_long_as_said_is_enough():
    now = [0.0]
    rates = Rates(3.0, lambda: now[0])
    for _ in range(50):
        try:
            rates.take("x")
        except RateLimited as error:
            now[0] += error.retry_after + 1e-9
            rates.take("x")
