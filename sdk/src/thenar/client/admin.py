"""The secure service as its administrator, and a tenant's programs, see it."""

from __future__ import annotations

import httpx

from thenar.client._admin import AdminRequests
from thenar.client._exchange import awaiting, blocking
from thenar.client._http import AsyncConnection, Awaiting, Blocking, Connection
from thenar.client.device import TIMEOUT


class AdminClient(Blocking):
    """Tenants, sites, devices, people, events, webhooks; use it as a context manager.

    With the administrator's key it speaks for every tenant, and a list needs to be
    told whose; with an API key it speaks for the key's own. A write that is not given
    an idempotency key takes a new one: give one to be able to repeat it.

    Args:
        url: of the service.
        key: the administrator's key, from the service's settings, or an API key.
        timeout: seconds for one request.
        transport: for tests and proxies.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = TIMEOUT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._requests = AdminRequests(key)
        self._connection = Connection(url, timeout=timeout, transport=transport)

    create_tenant = blocking(AdminRequests.create_tenant)
    tenants = blocking(AdminRequests.tenants)
    add_staff = blocking(AdminRequests.add_staff)
    close_tenant = blocking(AdminRequests.close_tenant)
    forget = blocking(AdminRequests.forget)
    create_site = blocking(AdminRequests.create_site)
    sites = blocking(AdminRequests.sites)
    create_device = blocking(AdminRequests.create_device)
    devices = blocking(AdminRequests.devices)
    revoke_device = blocking(AdminRequests.revoke_device)
    create_api_key = blocking(AdminRequests.create_api_key)
    api_keys = blocking(AdminRequests.api_keys)
    revoke_api_key = blocking(AdminRequests.revoke_api_key)
    people = blocking(AdminRequests.people)
    person = blocking(AdminRequests.person)
    payments = blocking(AdminRequests.payments)
    limit_spending = blocking(AdminRequests.limit_spending)
    spending_limits = blocking(AdminRequests.spending_limits)
    lift_spending_limit = blocking(AdminRequests.lift_spending_limit)
    settle = blocking(AdminRequests.settle)
    reconcile = blocking(AdminRequests.reconcile)
    events = blocking(AdminRequests.events)
    explain = blocking(AdminRequests.explain)
    forgive = blocking(AdminRequests.forgive)
    create_webhook = blocking(AdminRequests.create_webhook)
    webhooks = blocking(AdminRequests.webhooks)
    delete_webhook = blocking(AdminRequests.delete_webhook)
    deliveries = blocking(AdminRequests.deliveries)
    redeliver = blocking(AdminRequests.redeliver)
    rotate_keys = blocking(AdminRequests.rotate_keys)


class AsyncAdminClient(Awaiting):
    """As :class:`AdminClient`, with every method to be awaited.

    Args:
        url: of the service.
        key: the administrator's key, from the service's settings, or an API key.
        timeout: seconds for one request.
        transport: for tests and proxies.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = TIMEOUT,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._requests = AdminRequests(key)
        self._connection = AsyncConnection(url, timeout=timeout, transport=transport)

    create_tenant = awaiting(AdminRequests.create_tenant)
    tenants = awaiting(AdminRequests.tenants)
    add_staff = awaiting(AdminRequests.add_staff)
    close_tenant = awaiting(AdminRequests.close_tenant)
    forget = awaiting(AdminRequests.forget)
    create_site = awaiting(AdminRequests.create_site)
    sites = awaiting(AdminRequests.sites)
    create_device = awaiting(AdminRequests.create_device)
    devices = awaiting(AdminRequests.devices)
    revoke_device = awaiting(AdminRequests.revoke_device)
    create_api_key = awaiting(AdminRequests.create_api_key)
    api_keys = awaiting(AdminRequests.api_keys)
    revoke_api_key = awaiting(AdminRequests.revoke_api_key)
    people = awaiting(AdminRequests.people)
    person = awaiting(AdminRequests.person)
    payments = awaiting(AdminRequests.payments)
    limit_spending = awaiting(AdminRequests.limit_spending)
    spending_limits = awaiting(AdminRequests.spending_limits)
    lift_spending_limit = awaiting(AdminRequests.lift_spending_limit)
    settle = awaiting(AdminRequests.settle)
    reconcile = awaiting(AdminRequests.reconcile)
    events = awaiting(AdminRequests.events)
    explain = awaiting(AdminRequests.explain)
    forgive = awaiting(AdminRequests.forgive)
    create_webhook = awaiting(AdminRequests.create_webhook)
    webhooks = awaiting(AdminRequests.webhooks)
    delete_webhook = awaiting(AdminRequests.delete_webhook)
    deliveries = awaiting(AdminRequests.deliveries)
    redeliver = awaiting(AdminRequests.redeliver)
    rotate_keys = awaiting(AdminRequests.rotate_keys)
