"""Staff of the identity provider at the doors: they come, change groups, and leave."""

import time
from datetime import UTC, datetime

import attrs
import httpx2
import pytest
from sqlalchemy import select

from thenar.client import AdminClient
from thenar.cloud.tables import DirectoryRow, LinkName, Site
from thenar.messages import Purpose, Scope
from thenar.records import Link, LinkKind

PASS = "urn:ietf:params:scim:schemas:extension:thenar:2.0:User"


def badge(number):
    return Link(LinkKind.BADGE, "office", number)


class Provider:
    """An identity provider, at the level of what it sends."""

    def __init__(self, running, device):
        with AdminClient(running.url, running.settings.admin_key) as admin:
            scopes = [Scope.DIRECTORY_READ, Scope.DIRECTORY_WRITE]
            key = admin.create_api_key(device.identity.tenant, "provider", scopes).secret
        self.http = httpx2.Client(
            base_url=f"{running.url}/scim/v2", headers={"authorization": f"Bearer {key}"}
        )

    def user(self, name, **more):
        schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
        return self._made("/Users", {"schemas": schemas, "userName": name, **more})

    def group(self, name, *members):
        schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"]
        told = [{"value": one} for one in members]
        return self._made("/Groups", {"schemas": schemas, "displayName": name, "members": told})

    def _made(self, path, told):
        reply = self.http.post(path, json=told)
        assert reply.status_code == 201, reply.text
        return reply.json()["id"]

    def patch(self, path, *operations):
        schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
        reply = self.http.patch(path, json={"schemas": schemas, "Operations": operations})
        assert reply.status_code == 200, reply.text
        return reply.json()


@pytest.fixture
def provider(running, device):
    made = Provider(running, device)
    yield made
    made.http.close()


def seen(device, seed, purpose=Purpose.BADGE):
    return device.show(seed, purpose).subject


def test_a_leavers_palm_stops_working_before_the_patch_is_answered(device, provider):
    ada = device.enrol_person(1, badge("4242"))
    ben = device.enrol_person(2, badge("4343"))
    user = provider.user("ada@example.org", **{PASS: {"badge": "4242"}})
    assert seen(device, 1) == ada.subject
    provider.patch(f"/Users/{user}", {"op": "replace", "path": "active", "value": False})
    assert seen(device, 1) is None
    assert seen(device, 1, Purpose.PAY) is None
    assert seen(device, 2) == ben.subject
    assert seen(device, 1, Purpose.FORGET) == ada.subject
    provider.patch(f"/Users/{user}", {"op": "replace", "path": "active", "value": True})
    assert seen(device, 1) == ada.subject


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "value": {"active": False}},
        {"op": "add", "value": {"active": False}},
    ],
    ids=["as Entra sends it", "as Okta sends it", "as an addition"],
)
def test_every_way_in_which_providers_say_that_somebody_left_is_understood(
    device, provider, operation
):
    device.enrol_person(1, badge("4242"))
    user = provider.user("ada", **{PASS: {"badge": "4242"}})
    provider.patch(f"/Users/{user}", operation)
    assert seen(device, 1) is None


def test_somebody_who_left_stays_out_after_a_restart(running, device, provider):
    device.enrol_person(1, badge("4242"))
    user = provider.user("ada", **{PASS: {"badge": "4242"}})
    provider.patch(f"/Users/{user}", {"op": "replace", "path": "active", "value": False})
    running.restart()
    assert seen(running.client(device.identity), 1) is None


def test_somebody_who_left_before_they_enrolled_or_were_linked_is_not_found(device, provider):
    provider.user("ada", active=False, **{PASS: {"badge": "4242"}})
    device.enrol_person(1, badge("4242"))
    assert seen(device, 1) is None
    ben = device.enrol_person(2)
    assert seen(device, 2, Purpose.FORGET) == ben.subject
    provider.user("ben", active=False, **{PASS: {"badge": "4343"}})
    told = device.show(2, Purpose.LINK)
    device.link(told.assertion, badge("4343"), idempotency_key="link of ben")
    assert seen(device, 2) is None


def test_a_users_name_is_no_badge_number(device, provider):
    """Somebody whose badge number is another's name is not that other."""
    ada = device.enrol_person(1, badge("1001"))
    ben = device.enrol_person(2, Link(LinkKind.BADGE, "directory", "1001"))
    provider.user("1001", active=False)
    assert (seen(device, 1), seen(device, 2)) == (ada.subject, None)
    assert ben.subject != ada.subject


def test_a_badge_is_one_users(provider):
    provider.user("ada", **{PASS: {"badge": "4242"}})
    ben = provider.user("ben")
    schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
    taken = {"op": "replace", "path": f"{PASS}:badge", "value": "4242"}
    told = provider.http.patch(f"/Users/{ben}", json={"schemas": schemas, "Operations": [taken]})
    assert (told.status_code, told.json()["scimType"]) == (409, "uniqueness")


def test_a_tenant_that_leaves_takes_its_directory_along(running, device, provider):
    provider.user("ada")
    with AdminClient(running.url, running.settings.admin_key) as admin:
        admin.close_tenant(device.identity.tenant)
    with running.service.store.reading() as session:
        assert session.scalars(select(DirectoryRow)).all() == []


def test_who_is_removed_is_forgotten(running, device, provider):
    device.enrol_person(1, badge("4242"), contact="ada@example.org")
    ben = device.enrol_person(2, badge("4343"))
    user = provider.user("ada", **{PASS: {"badge": "4242"}})
    assert provider.http.delete(f"/Users/{user}").status_code == 204
    assert provider.http.get(f"/Users/{user}").status_code == 404
    assert seen(device, 1, Purpose.FORGET) is None
    assert seen(device, 2) == ben.subject
    with AdminClient(running.url, running.settings.admin_key) as admin:
        people = admin.people(device.identity.tenant).items
    assert [one.subject for one in people] == [ben.subject]
    with running.service.store.reading() as session:
        assert len(session.scalars(select(LinkName)).all()) == 1


def test_groups_are_candidate_sets(running, device, provider):
    with running.service.store.reading() as session:
        site = session.scalars(select(Site)).one().id
    running.settings = attrs.evolve(
        running.settings, candidates={site: "group:night-cleaning & consent:badge"}
    )
    running.restart()
    device = running.client(device.identity)
    provider.http.base_url = f"{running.url}/scim/v2"
    ada = device.enrol_person(1, badge("4242"))
    ben = device.enrol_person(2, badge("4343"))
    users = [provider.user(f"u{one}", **{PASS: {"badge": one}}) for one in ("4242", "4343")]
    assert (seen(device, 1), seen(device, 2)) == (None, None)
    inner = provider.group("Crew B", users[1])
    group = provider.group("Night Cleaning", users[0], inner)
    assert (seen(device, 1), seen(device, 2)) == (ada.subject, ben.subject)
    taken = {"op": "remove", "path": f'members[value eq "{users[0]}"]'}
    provider.patch(f"/Groups/{group}", taken)
    assert (seen(device, 1), seen(device, 2)) == (None, ben.subject)
    told = provider.http.get(f"/Users/{users[1]}").json()["groups"]
    assert [one["value"] for one in told] == [inner]
    provider.http.delete(f"/Groups/{inner}")
    assert seen(device, 2) is None


def test_a_visitors_pass_begins_and_ends(device, provider, monkeypatch):
    vic = device.enrol_person(1, badge("V-7"))
    now = time.time()
    begins, ends = (datetime.fromtimestamp(now + h * 3600, UTC).isoformat() for h in (1, 9))
    times = {"validFrom": begins, "validUntil": ends, "badge": "V-7"}
    provider.user("vic@visitors.example", userType="Visitor", **{PASS: times})
    told = device.show(1, Purpose.BADGE)
    assert (told.subject, told.reasons) == (None, ("the pass has not begun",))
    monkeypatch.setattr(time, "time", lambda: now + 2 * 3600)
    assert seen(device, 1) == vic.subject
    monkeypatch.setattr(time, "time", lambda: now + 10 * 3600)
    told = device.show(1, Purpose.BADGE)
    assert (told.subject, told.assertion, told.message) == (None, None, "the pass has ended")


def test_the_log_says_who_was_changed_by_which_key_and_names_nobody(running, device, provider):
    user = provider.user("ada@example.org")
    provider.patch(f"/Users/{user}", {"op": "replace", "path": "active", "value": False})
    provider.http.delete(f"/Users/{user}")
    with AdminClient(running.url, running.settings.admin_key) as admin:
        lines = admin.events(device.identity.tenant, about=user).items
    assert [one.type for one in lines] == [
        "directory.user-created",
        "directory.user-changed",
        "directory.user-removed",
    ]
    assert lines[1].details == {"active": False}
    assert all(one.actor.startswith("key ") for one in lines)
    assert "ada" not in str(lines)
