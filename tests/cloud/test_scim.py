"""The directory, as identity providers speak to it: a real server, clients that others wrote."""

from datetime import UTC, datetime

import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from thenar.client import AdminClient
from thenar.messages import Scope

from .files import written


@pytest.fixture
def key_of(running):
    """Makes an API key of a tenant."""

    def make(tenant, *scopes):
        with AdminClient(running.url, running.settings.admin_key) as admin:
            return admin.create_api_key(tenant, "identity provider", scopes).secret

    return make


@pytest.fixture
def http(running, device, key_of):
    key = key_of(device.identity.tenant, Scope.DIRECTORY_READ, Scope.DIRECTORY_WRITE)
    with httpx2.Client(
        base_url=f"{running.url}/scim/v2", headers={"authorization": f"Bearer {key}"}
    ) as client:
        yield client


def tell_of_dates(provider):
    """The checker fills in random words, and knows of no dates unless it is given examples."""
    (palm,) = (one for one in provider.models if str(one.__schema__).endswith("thenar:2.0:User"))
    for name in ("valid_from", "valid_until"):
        palm.model_fields[name].examples = [
            datetime(year, 5, 4, tzinfo=UTC) for year in (2031, 2032)
        ]


@pytest.mark.slow
def test_the_independent_checker_finds_nothing(running, http):
    client = SyncSCIMClient(http)
    client.discover()
    tell_of_dates(client.provider)
    results = check_server(client)
    wrong = [one for one in results if one.status is not Status.SUCCESS]
    assert not wrong, "\n".join(f"{one.title} {one.status} {one.reason}" for one in wrong)
    assert len(results) > 140


def user(called, **more):
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
    return {"schemas": schemas, "userName": called, "active": True, **more}


def test_without_a_key_of_the_tenant_with_the_scope_nothing_is_told(running, device, key_of):
    def asked(key, method="GET", path="/Users", **more):
        with httpx2.Client(base_url=f"{running.url}/scim/v2") as client:
            headers = {"authorization": f"Bearer {key}"} if key else {}
            return client.request(method, path, headers=headers, **more)

    reader = key_of(device.identity.tenant, Scope.DIRECTORY_READ)
    assert asked("").status_code == asked("wrong").status_code == 401
    assert asked("").headers["www-authenticate"] == "Bearer"
    assert asked(reader).json()["totalResults"] == 0
    refused = asked(reader, "POST", json=user("ada"))
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/scim+json")
    assert "directory:write" in refused.json()["detail"]
    assert asked(key_of(device.identity.tenant, Scope.PEOPLE_READ)).status_code == 403
    assert "API key of the tenant" in asked(running.settings.admin_key).json()["detail"]


def test_one_tenants_users_are_nobodys_elses(running, http, key_of):
    made = http.post("/Users", json=user("ada")).json()
    other = running.tenant("other")
    key = key_of(other.identity.tenant, Scope.DIRECTORY_READ, Scope.DIRECTORY_WRITE)
    with httpx2.Client(
        base_url=f"{running.url}/scim/v2", headers={"authorization": f"Bearer {key}"}
    ) as theirs:
        assert theirs.get("/Users").json()["totalResults"] == 0
        assert theirs.get(f"/Users/{made['id']}").status_code == 404
        assert theirs.delete(f"/Users/{made['id']}").status_code == 404
        assert theirs.post("/Users", json=user("ada")).status_code == 201
    assert http.get(f"/Users/{made['id']}").status_code == 200


def test_a_users_name_is_taken_once_whatever_its_case(http):
    assert http.post("/Users", json=user("ada@example.org")).status_code == 201
    again = http.post("/Users", json=user("ADA@example.org"))
    assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")


def test_a_provider_finds_pages_and_sorts(http):
    for number in range(5):
        made = user(f"user{number}", externalId=f"E-{9 - number}", displayName="Somebody")
        assert http.post("/Users", json=made).status_code == 201

    def found(**asked):
        reply = http.get("/Users", params=asked).json()
        return [one["userName"] for one in reply.get("Resources", [])]

    assert found(filter='userName eq "USER3"') == ["user3"]
    assert found(filter='externalId eq "E-6" or userName sw "user4"') == ["user3", "user4"]
    assert found(startIndex=2, count=2) == ["user1", "user2"]
    assert found(sortBy="externalId")[0] == "user4"
    assert found(filter='userName eq "nobody"') == []
    wrong = http.get("/Users", params={"filter": "userName equals 3"})
    assert (wrong.status_code, wrong.json()["scimType"]) == (400, "invalidFilter")


def test_what_is_said_of_people_is_in_no_file(running, http):
    spoken = user("ada.lovelace", name={"familyName": "Lovelace"}, password="analytical engine")
    made = http.post("/Users", json=spoken).json()
    assert "password" not in made
    assert http.get(f"/Users/{made['id']}").json()["name"]["familyName"] == "Lovelace"
    running.stop()
    held = written(running.settings.folder)
    assert b"ovelace" not in held
    assert b"analytical" not in held
    running.start()


def test_a_group_may_not_hold_who_is_not_there(http):
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"]
    group = {"schemas": schemas, "displayName": "Cleaning", "members": [{"value": "0" * 32}]}
    refused = http.post("/Groups", json=group)
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")
