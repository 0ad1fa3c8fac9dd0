"""Two clients, one surface: what one does, the other does when awaited."""

import asyncio
import inspect

import httpx
import pytest

from thenar.client import (
    AdminClient,
    AsyncAdminClient,
    AsyncDeviceClient,
    DeviceClient,
    activate_async,
)
from thenar.errors import CloudRefused, CloudUnreachable
from thenar.messages import Purpose, Scope
from thenar.records import Hand, Link, LinkKind, Money
from thenar.vault.file_keys import FileKeys


def surface(client):
    return {
        name: str(inspect.signature(member))
        for name, member in inspect.getmembers(client, inspect.isfunction)
        if not name.startswith("_") and name != "close"
    }


@pytest.mark.parametrize(
    ("blocking", "awaited"), [(DeviceClient, AsyncDeviceClient), (AdminClient, AsyncAdminClient)]
)
def test_both_have_the_same_methods_with_documentation(blocking, awaited):
    assert surface(blocking) == surface(awaited)
    assert len(surface(blocking)) >= 13
    assert all(inspect.getdoc(getattr(blocking, name)) for name in surface(blocking))
    assert all(inspect.iscoroutinefunction(getattr(awaited, name)) for name in surface(awaited))
    assert "-> 'Payment'" in str(inspect.signature(DeviceClient.pay))


def test_everything_that_a_device_asks_can_be_awaited(running, device):
    async def story():
        key = running.settings.admin_key
        async with AsyncAdminClient(running.url, key) as admin:
            tenant = (await admin.create_tenant("asynchronous")).tenant
            site = (await admin.create_site(tenant, "site")).site
            code = (await admin.create_device(site, "till")).code
            made = await admin.create_api_key(tenant, "k", [Scope.PEOPLE_READ])
        identity = await activate_async(running.url, code)
        async with AsyncDeviceClient(running.url, identity) as cloud:
            person = await cloud.enrol(
                {Hand.RIGHT: device.crops(1)},
                consent=device.everything,
                links=[running.card(), Link(LinkKind.BADGE, "office", "B-1")],
                idempotency_key="enrolment 1",
            )
            shown = await asyncio.gather(
                *(cloud.identify(device.crops(1, first=10), purpose=Purpose.PAY) for _ in range(3))
            )
            assert {one.subject for one in shown} == {person.subject}
            paid = await cloud.pay(
                shown[0].assertion, Money(500, "EUR"), idempotency_key="payment 1"
            )
            assert paid == (await cloud.payment(paid.payment)).model_copy(
                update={"request_id": paid.request_id}
            )
        async with AsyncAdminClient(running.url, made.secret) as program:
            return person, await program.people()

    person, people = asyncio.run(story())
    assert [one.subject for one in people.items] == [person.subject]


def test_a_device_seals_again_when_its_key_is_gone(running, device):
    running.stop()
    keys = running.settings.key_file
    import json

    old = json.loads(keys.read_text())["seal"]
    FileKeys(keys).rotate("seal")
    held = json.loads(keys.read_text())
    held["seal"] = [key for key in held["seal"] if key not in old]
    keys.write_text(json.dumps(held))
    running.start()

    async def story():
        async with AsyncDeviceClient(running.url, device.identity) as cloud:
            before = cloud.identity.seal_key
            await cloud.identify(device.crops(1), purpose=Purpose.FORGET)
            return before, cloud.identity.seal_key

    before, after = asyncio.run(story())
    assert before.public_bytes_raw() != after.public_bytes_raw()


def test_both_tell_the_same_of_the_same_failure(device):
    def down(request):
        raise httpx.ConnectError("no route")

    def busy(request):
        return httpx.Response(
            429,
            headers={"retry-after": "7"},
            json={
                "type": "urn:thenar:problem:rate-limited",
                "title": "Rate limited",
                "status": 429,
                "detail": "too many",
                "code": "rate-limited",
                "request_id": "theirs",
            },
        )

    async def awaited(answer):
        transport = httpx.MockTransport(answer)
        async with AsyncDeviceClient("http://x", device.identity, transport=transport) as cloud:
            await cloud.health()

    def blocking(answer):
        with DeviceClient(
            "http://x", device.identity, transport=httpx.MockTransport(answer)
        ) as cloud:
            cloud.health()

    for run in (blocking, lambda answer: asyncio.run(awaited(answer))):
        with pytest.raises(CloudUnreachable, match="ConnectError") as unreachable:
            run(down)
        assert unreachable.value.request_id
        with pytest.raises(CloudRefused) as refused:
            run(busy)
        assert (refused.value.problem, refused.value.retry_after) == ("rate-limited", 7.0)
        assert refused.value.request_id == "theirs"
