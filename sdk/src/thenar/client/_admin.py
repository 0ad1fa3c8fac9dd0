"""What administrators and tenants' programs ask of the secure service, without a network."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel

from thenar.client._exchange import Exchange, ask
from thenar.messages import (
    Amount,
    ApiKey,
    ApiKeys,
    Deliveries,
    Delivery,
    Device,
    DeviceCode,
    Devices,
    Events,
    Explained,
    Forgiven,
    Forgiveness,
    Forgotten,
    MadeApiKey,
    MadeWebhook,
    NewApiKey,
    NewDevice,
    NewReconciliation,
    NewRotation,
    NewSite,
    NewSpendingLimit,
    NewStaff,
    NewTenant,
    NewWebhook,
    Payments,
    People,
    PersonView,
    Reconciliation,
    Rotation,
    Scope,
    Settled,
    Settling,
    Site,
    Sites,
    SpendingLimits,
    SpendingLimitView,
    StaffMember,
    Tenant,
    TenantClosed,
    Tenants,
    Webhook,
    WebhookKind,
    Webhooks,
)
from thenar.messages.oversight import StaffRole
from thenar.records import Money

Answer = TypeVar("Answer", bound=BaseModel)


class AdminRequests:
    """Every request with a key.

    Args:
        key: the administrator's, or an API key.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def create_tenant(self, name: str, *, idempotency_key: str | None = None) -> Exchange[Tenant]:
        """A new tenant: a retailer, a stadium, an office."""
        return self._make(Tenant, "/v1/tenants", NewTenant(name=name), idempotency_key)

    def tenants(self, *, cursor: str | None = None, limit: int = 50) -> Exchange[Tenants]:
        """Every tenant, in pages."""
        return self._list(Tenants, "/v1/tenants", cursor=cursor, limit=limit)

    def add_staff(
        self, tenant: str, contact: str, role: StaffRole = "owner"
    ) -> Exchange[StaffMember]:
        """Make somebody staff of a tenant, or give a member another role; may be repeated."""
        asked = NewStaff(tenant=tenant, contact=contact, role=role)
        return self._ask(StaffMember, "POST", "/v1/staff", body=asked)

    def close_tenant(self, tenant: str) -> Exchange[TenantClosed]:
        """Close a tenant and forget everybody enrolled with it; may be repeated."""
        return self._ask(TenantClosed, "POST", f"/v1/tenants/{tenant}/close")

    def forget(self, subject: str, *, tenant: str | None = None) -> Exchange[Forgotten]:
        """Forget somebody who asked for it in another way; may be repeated."""
        query = urlencode({"tenant": tenant}) if tenant else ""
        return self._ask(Forgotten, "POST", f"/v1/people/{subject}/forget", query=query)

    def create_site(
        self, tenant: str | None, name: str, *, idempotency_key: str | None = None
    ) -> Exchange[Site]:
        """A new site of a tenant; None: the API key's own."""
        return self._make(Site, "/v1/sites", NewSite(tenant=tenant, name=name), idempotency_key)

    def sites(
        self, tenant: str | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Exchange[Sites]:
        """A tenant's sites, in pages."""
        return self._list(Sites, "/v1/sites", tenant=tenant, cursor=cursor, limit=limit)

    def create_device(
        self, site: str, name: str, *, idempotency_key: str | None = None
    ) -> Exchange[DeviceCode]:
        """A new device of a site, and the one-time code that activates it."""
        return self._make(
            DeviceCode, "/v1/devices", NewDevice(site=site, name=name), idempotency_key
        )

    def devices(
        self,
        tenant: str | None = None,
        *,
        site: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Exchange[Devices]:
        """A tenant's devices, or those of one site, in pages."""
        return self._list(
            Devices, "/v1/devices", tenant=tenant, site=site, cursor=cursor, limit=limit
        )

    def revoke_device(self, device: str) -> Exchange[Device]:
        """Refuse a device from now on."""
        return self._ask(Device, "DELETE", f"/v1/devices/{device}")

    def create_api_key(
        self,
        tenant: str,
        name: str,
        scopes: Sequence[Scope],
        *,
        expires: float | None = None,
        idempotency_key: str | None = None,
    ) -> Exchange[MadeApiKey]:
        """A new API key; its secret is in this answer alone. The administrator's."""
        asked = NewApiKey(tenant=tenant, name=name, scopes=tuple(scopes), expires=expires)
        return self._make(MadeApiKey, "/v1/api-keys", asked, idempotency_key)

    def api_keys(
        self, tenant: str, *, cursor: str | None = None, limit: int = 50
    ) -> Exchange[ApiKeys]:
        """A tenant's API keys, in pages. The administrator's."""
        return self._list(ApiKeys, "/v1/api-keys", tenant=tenant, cursor=cursor, limit=limit)

    def revoke_api_key(self, api_key: str) -> Exchange[ApiKey]:
        """Refuse an API key from now on. The administrator's."""
        return self._ask(ApiKey, "DELETE", f"/v1/api-keys/{api_key}")

    def people(
        self, tenant: str | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Exchange[People]:
        """Who is enrolled, in pages."""
        return self._list(People, "/v1/people", tenant=tenant, cursor=cursor, limit=limit)

    def person(self, subject: str, tenant: str | None = None) -> Exchange[PersonView]:
        """One person who is enrolled."""
        return self._list(PersonView, f"/v1/people/{subject}", tenant=tenant)

    def payments(
        self, tenant: str | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Exchange[Payments]:
        """A tenant's payments, in pages, oldest first."""
        return self._list(Payments, "/v1/payments", tenant=tenant, cursor=cursor, limit=limit)

    def limit_spending(
        self,
        amount: Money,
        *,
        seconds: float = 0.0,
        subject: str | None = None,
        site: str | None = None,
        tenant: str | None = None,
        idempotency_key: str | None = None,
    ) -> Exchange[SpendingLimitView]:
        """The most that one person may spend.

        Args:
            amount: the most.
            seconds: within that time; 0: at one payment.
            subject: whose limit; None: everybody's.
            site: at which site; None: at all sites together.
            tenant: needed with the administrator's key.
            idempotency_key: of this limit; a new one where None.
        """
        asked = NewSpendingLimit(
            tenant=tenant, amount=Amount.of(amount), seconds=seconds, subject=subject, site=site
        )
        return self._make(SpendingLimitView, "/v1/spending-limits", asked, idempotency_key)

    def spending_limits(
        self, tenant: str | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Exchange[SpendingLimits]:
        """A tenant's spending limits, in pages, oldest first."""
        return self._list(
            SpendingLimits, "/v1/spending-limits", tenant=tenant, cursor=cursor, limit=limit
        )

    def lift_spending_limit(self, limit: str) -> Exchange[SpendingLimitView]:
        """Remove a spending limit."""
        return self._ask(SpendingLimitView, "DELETE", f"/v1/spending-limits/{limit}")

    def settle(self, keys: Sequence[str], tenant: str | None = None) -> Exchange[Settled]:
        """Look up payments that the processor has told of; may be repeated.

        Args:
            keys: idempotency keys that the processor named, at most 100.
            tenant: needed with the administrator's key.
        """
        asked, query = Settling(keys=tuple(keys)), urlencode({"tenant": tenant}) if tenant else ""
        return self._ask(Settled, "POST", "/v1/settlements", query=query, body=asked)

    def reconcile(self, seconds: float = 0.0) -> Exchange[Reconciliation]:
        """Settle payments without an answer; may be repeated. The administrator's.

        Args:
            seconds: how far back answers are held against the processor's books as well.
        """
        asked = NewReconciliation(seconds=seconds)
        return self._ask(Reconciliation, "POST", "/v1/reconciliations", body=asked)

    def events(
        self,
        tenant: str | None = None,
        *,
        about: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Exchange[Events]:
        """A tenant's lines of the audit log, or those about one person or object, in pages."""
        return self._list(
            Events, "/v1/events", tenant=tenant, about=about, cursor=cursor, limit=limit
        )

    def explain(
        self,
        person: str,
        door: str,
        *,
        at: str = "",
        site: str | None = None,
        tenant: str | None = None,
    ) -> Exchange[Explained]:
        """Why somebody may pass a door at a time, or may not.

        Args:
            person: subject, name in the directory, or badge number.
            door: its name.
            at: date and time of ISO 8601, by the clock of the site unless it says
                otherwise; empty: now.
            site: None: the tenant's one site with a policy.
            tenant: needed with the administrator's key alone.
        """
        asked = {"person": person, "door": door, "at": at, "site": site, "tenant": tenant}
        return self._list(Explained, "/v1/access/explanations", **asked)

    def forgive(
        self, person: str | None, *, site: str | None = None, tenant: str | None = None
    ) -> Exchange[Forgiven]:
        """Forget where somebody is, so that anti-passback lets them pass; may be repeated.

        Args:
            person: subject, name in the directory or badge number; None: everybody.
            site: None: the tenant's one site with a policy.
            tenant: needed with the administrator's key alone.
        """
        body = Forgiveness(person=person, site=site, tenant=tenant)
        return self._ask(Forgiven, "POST", "/v1/access/forgiveness", body=body)

    def create_webhook(
        self,
        url: str,
        *,
        tenant: str | None = None,
        kind: WebhookKind = WebhookKind.EVENTS,
        events: Sequence[str] = ("*",),
        idempotency_key: str | None = None,
    ) -> Exchange[MadeWebhook]:
        """A new webhook; its secret is in this answer alone."""
        asked = NewWebhook(tenant=tenant, kind=kind, url=url, events=tuple(events))
        return self._make(MadeWebhook, "/v1/webhooks", asked, idempotency_key)

    def webhooks(
        self, tenant: str | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Exchange[Webhooks]:
        """A tenant's webhooks, in pages."""
        return self._list(Webhooks, "/v1/webhooks", tenant=tenant, cursor=cursor, limit=limit)

    def delete_webhook(self, webhook: str) -> Exchange[Webhook]:
        """Remove a webhook, with all that still waits to be delivered to it."""
        return self._ask(Webhook, "DELETE", f"/v1/webhooks/{webhook}")

    def deliveries(
        self,
        tenant: str | None = None,
        *,
        state: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Exchange[Deliveries]:
        """Messages to webhooks, or those of one state, e.g. ``"dead"``, in pages."""
        return self._list(
            Deliveries, "/v1/deliveries", tenant=tenant, state=state, cursor=cursor, limit=limit
        )

    def redeliver(self, delivery: str, *, idempotency_key: str | None = None) -> Exchange[Delivery]:
        """Send a message again, at once."""
        path = f"/v1/deliveries/{delivery}/redelivery"
        return self._make(Delivery, path, None, idempotency_key)

    def rotate_keys(
        self,
        kinds: Sequence[str] = ("master",),
        *,
        retire: bool = False,
        idempotency_key: str | None = None,
    ) -> Exchange[Rotation]:
        """New versions of the service's keys; people's are wrapped anew. The administrator's.

        Args:
            kinds: which.
            retire: destroy every master key but the newest afterwards.
            idempotency_key: of this rotation; a new one where not given.
        """
        asked = NewRotation(kinds=tuple(kinds), retire=retire)  # type: ignore[arg-type]
        return self._make(Rotation, "/v1/keys/rotations", asked, idempotency_key)

    def _make(
        self, answer: type[Answer], path: str, body: BaseModel | None, idempotency_key: str | None
    ) -> Exchange[Answer]:
        key = idempotency_key or uuid.uuid4().hex
        return self._ask(answer, "POST", path, body=body, headers={"idempotency-key": key})

    def _list(self, answer: type[Answer], path: str, **asked: str | int | None) -> Exchange[Answer]:
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return self._ask(answer, "GET", path, query=query)

    def _ask(
        self,
        answer: type[Answer],
        method: str,
        path: str,
        *,
        query: str = "",
        body: BaseModel | None = None,
        headers: dict[str, str] | None = None,
    ) -> Exchange[Answer]:
        sent = {"authorization": f"Bearer {self._key}", **(headers or {})}
        return ask(answer, method, path, query=query, body=body, headers=sent)
