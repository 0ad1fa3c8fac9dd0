"""Making, listing and removing webhooks; looking at deliveries and asking for another."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from thenar.cloud import audit
from thenar.cloud.authority import Authority
from thenar.cloud.idempotency import once
from thenar.cloud.lists import page
from thenar.cloud.service import Service
from thenar.cloud.tables import DeliveryRow, DeliveryState, Tenant, WebhookRow, identifier
from thenar.cloud.webhooks.posting import check
from thenar.cloud.webhooks.signatures import new_secret
from thenar.errors import RequestConflict, UnknownObject
from thenar.messages import (
    Deliveries,
    Delivery,
    MadeWebhook,
    NewWebhook,
    Webhook,
    WebhookKind,
    Webhooks,
)
from thenar.messages._base import Request
from thenar.vault.protection import protect, reveal


def create(
    service: Service, by: Authority, asked: NewWebhook, key: str, request_id: str
) -> MadeWebhook:
    """A new webhook, once per idempotency key.

    Raises:
        InvalidRecord: its URL is not one that may be sent to.
        UnknownObject: no such tenant.
        RequestConflict: the tenant has one for decisions already.
    """
    tenant = by.of(asked.tenant)
    check(asked.url, private=service.settings.webhooks_to_private)

    def act(session: Session) -> MadeWebhook:
        if session.get(Tenant, tenant) is None:
            raise UnknownObject("No such tenant.")
        if asked.kind is WebhookKind.DECISION and decider(session, tenant) is not None:
            raise RequestConflict(
                "The tenant has a webhook for decisions already.", remedy="remove that one first."
            )
        name, secret = identifier(), new_secret()
        row = WebhookRow(
            id=name,
            tenant_id=tenant,
            kind=asked.kind.value,
            url=asked.url,
            events=list(asked.events),
            secret=protect(secret.encode("ascii"), _key(service), bound=f"webhook {name}"),
            created=service.clock(),
        )
        session.add(row)
        session.flush()
        _note(session, service, by, row, "webhook.created", request_id)
        return MadeWebhook(**view(row).model_dump(), secret=secret)

    return once(service, by.actor, key, asked, MadeWebhook, act)


def remove(service: Service, by: Authority, webhook: str, request_id: str) -> Webhook:
    """Remove a webhook with its deliveries. Raises UnknownObject."""
    with service.store.writing() as session:
        row = session.get(WebhookRow, webhook)
        if row is None or by.tenant not in (None, row.tenant_id):
            raise UnknownObject("No such webhook.")
        session.execute(delete(DeliveryRow).where(DeliveryRow.webhook_id == webhook))
        session.delete(row)
        session.flush()
        _note(session, service, by, row, "webhook.removed", request_id)
        return view(row)


def every(service: Service, tenant: str, cursor: str | None, limit: int) -> Webhooks:
    """A tenant's webhooks."""
    rows = select(WebhookRow).where(WebhookRow.tenant_id == tenant)
    order = (WebhookRow.created, WebhookRow.id)
    return Webhooks(**page(service, rows, order, view, cursor=cursor, limit=limit))


def deliveries(
    service: Service, tenant: str, state: str | None, cursor: str | None, limit: int
) -> Deliveries:
    """A tenant's messages, oldest first; or those of one state."""
    rows = select(DeliveryRow).where(DeliveryRow.tenant_id == tenant)
    if state is not None:
        rows = rows.where(DeliveryRow.state == state)
    order = (DeliveryRow.created, DeliveryRow.id)
    return Deliveries(**page(service, rows, order, delivery_view, cursor=cursor, limit=limit))


def redeliver(service: Service, by: Authority, delivery: str, key: str) -> Delivery:
    """Send a message again as soon as may be, with all its tries. Raises UnknownObject."""

    def act(session: Session) -> Delivery:
        row = session.get(DeliveryRow, delivery)
        if row is None or by.tenant not in (None, row.tenant_id):
            raise UnknownObject("No such delivery.")
        row.state, row.tries, row.due = DeliveryState.WAITING, 0, service.clock()
        return delivery_view(row)

    return once(service, by.actor, key, Request(), Delivery, act, delivery)


def decider(session: Session, tenant: str) -> WebhookRow | None:
    """The webhook that a tenant's decisions are asked of, if it has one."""
    return session.scalar(
        select(WebhookRow).where(
            WebhookRow.tenant_id == tenant, WebhookRow.kind == WebhookKind.DECISION
        )
    )


def secret_of(service: Service, row: WebhookRow) -> str:
    """A webhook's secret."""
    return reveal(row.secret, _key(service), bound=f"webhook {row.id}").decode("ascii")


def view(row: WebhookRow) -> Webhook:
    """A webhook without its secret."""
    return Webhook(
        webhook=row.id,
        tenant=row.tenant_id,
        kind=WebhookKind(row.kind),
        url=row.url,
        events=tuple(row.events),
        created=row.created,
    )


def delivery_view(row: DeliveryRow) -> Delivery:
    """A message without its body."""
    return Delivery(
        delivery=row.id,
        webhook=row.webhook_id,
        event=row.event,
        state=row.state,  # type: ignore[arg-type]
        tries=row.tries,
        due=row.due,
        outcome=row.outcome,
        created=row.created,
    )


def _key(service: Service) -> bytes:
    return service.keys.derive("webhook secrets")


def _note(
    session: Session,
    service: Service,
    by: Authority,
    row: WebhookRow,
    action: str,
    request_id: str,
) -> None:
    audit.append(
        session,
        time=service.clock(),
        tenant=row.tenant_id,
        actor=by.actor,
        action=action,
        about=row.id,
        request_id=request_id,
        kind=row.kind,
    )
