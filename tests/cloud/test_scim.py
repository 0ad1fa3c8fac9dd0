"""The directory, as identity providers speak to it: a real server, clients that others wrote."""

from datetime import UTC, datetime

import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from thenar.client import AdminClient
from thenar.messages import Scope


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
