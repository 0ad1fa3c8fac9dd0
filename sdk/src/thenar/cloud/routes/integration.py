"""What tenants' programs ask."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from thenar.cloud import directory, limits, reconciling
from thenar.cloud.access import Id, Key, Most, RequestId, TenantOf, To, Where, needs
from thenar.cloud.authority import Authority
from thenar.cloud.openapi import PROBLEMS
from thenar.cloud.tables import DeliveryState
from thenar.cloud.webhooks import registering
from thenar.messages import (
    Deliveries,
    Delivery,
    Events,
    MadeWebhook,
    NewSpendingLimit,
    NewWebhook,
    Payments,
    People,
    PersonView,
    Scope,
    Settled,
    Settling,
    SpendingLimits,
    SpendingLimitView,
    Webhook,
    Webhooks,
)

router = APIRouter(prefix="/v1", tags=["integration"], responses=PROBLEMS)


@router.get("/people")
def list_people(
    to: To,
    by: Annotated[Authority, needs(Scope.PEOPLE_READ)],
    tenant: TenantOf = None,
    cursor: Where = None,
    limit: Most = 50,
) -> People:
    """Who is enrolled with a tenant."""
    return directory.people(to, by.of(tenant), cursor, limit)


@router.get("/people/{subject}")
def show_person(
    to: To,
    by: Annotated[Authority, needs(Scope.PEOPLE_READ)],
    subject: Annotated[str, Path(pattern=r"^[a-z2-7]{26}$")],
    tenant: TenantOf = None,
) -> PersonView:
    """One person who is enrolled."""
    return directory.person(to, by.of(tenant), subject)


@router.get("/payments")
def list_payments(
    to: To,
    by: Annotated[Authority, needs(Scope.PAYMENTS_READ)],
    tenant: TenantOf = None,
    cursor: Where = None,
    limit: Most = 50,
) -> Payments:
    """A tenant's payments, oldest first."""
    return directory.payments(to, by.of(tenant), cursor, limit)


@router.post("/settlements")
def settle(
    to: To,
    by: Annotated[Authority, needs(Scope.PAYMENTS_SETTLE)],
    asked: Settling,
    request_id: RequestId,
    tenant: TenantOf = None,
) -> Settled:
    """The processor has told of payments, e.g. by its webhooks: look them up now."""
    return reconciling.settle(to, by.of(tenant), asked, request_id)


@router.post("/spending-limits", status_code=201)
def create_spending_limit(
    to: To,
    by: Annotated[Authority, needs(Scope.LIMITS_WRITE)],
    asked: NewSpendingLimit,
    key: Key,
    request_id: RequestId,
) -> SpendingLimitView:
    """A new limit on what one person may spend; the strictest of several holds."""
    return limits.add(to, by, asked, key, request_id)


@router.get("/spending-limits")
def list_spending_limits(
    to: To,
    by: Annotated[Authority, needs(Scope.PAYMENTS_READ)],
    tenant: TenantOf = None,
    cursor: Where = None,
    limit: Most = 50,
) -> SpendingLimits:
    """A tenant's spending limits, oldest first."""
    return limits.every(to, by.of(tenant), cursor, limit)


@router.delete("/spending-limits/{limit}")
def delete_spending_limit(
    to: To,
    by: Annotated[Authority, needs(Scope.LIMITS_WRITE)],
    limit: Id,
    request_id: RequestId,
) -> SpendingLimitView:
    """Lift a limit."""
    return limits.remove(to, by, limit, request_id)


@router.get("/events")
def list_events(
    to: To,
    by: Annotated[Authority, needs(Scope.EVENTS_READ)],
    tenant: TenantOf = None,
    about: Annotated[str | None, Query(pattern=r"^[a-z0-9]{26,32}$")] = None,
    cursor: Where = None,
    limit: Most = 50,
) -> Events:
    """A tenant's lines of the audit log, oldest first; or those about one person or object."""
    return directory.events(to, by.of(tenant), about, cursor, limit)


@router.post("/webhooks", status_code=201)
def create_webhook(
    to: To,
    by: Annotated[Authority, needs(Scope.WEBHOOKS_WRITE)],
    asked: NewWebhook,
    key: Key,
    request_id: RequestId,
) -> MadeWebhook:
    """A new webhook; its secret is shown here once."""
    return registering.create(to, by, asked, key, request_id)


@router.get("/webhooks")
def list_webhooks(
    to: To,
    by: Annotated[Authority, needs(Scope.WEBHOOKS_READ)],
    tenant: TenantOf = None,
    cursor: Where = None,
    limit: Most = 50,
) -> Webhooks:
    """A tenant's webhooks."""
    return registering.every(to, by.of(tenant), cursor, limit)


@router.delete("/webhooks/{webhook}")
def delete_webhook(
    to: To,
    by: Annotated[Authority, needs(Scope.WEBHOOKS_WRITE)],
    webhook: Id,
    request_id: RequestId,
) -> Webhook:
    """Remove a webhook, with all that still waits to be delivered to it."""
    return registering.remove(to, by, webhook, request_id)


@router.get("/deliveries")
def list_deliveries(
    to: To,
    by: Annotated[Authority, needs(Scope.WEBHOOKS_READ)],
    tenant: TenantOf = None,
    state: DeliveryState | None = None,
    cursor: Where = None,
    limit: Most = 50,
) -> Deliveries:
    """A tenant's messages to webhooks, oldest first; ``state=dead`` is the dead-letter list."""
    return registering.deliveries(to, by.of(tenant), state, cursor, limit)


@router.post("/deliveries/{delivery}/redelivery", status_code=202)
def redeliver(
    to: To,
    by: Annotated[Authority, needs(Scope.WEBHOOKS_WRITE)],
    delivery: Id,
    key: Key,
) -> Delivery:
    """Send a message again as soon as may be; the receiver sees the same identifier."""
    return registering.redeliver(to, by, delivery, key)
