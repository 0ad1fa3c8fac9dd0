"""What happened is written down for whoever wants to be told, in the same transaction."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.cloud.tables import AuditLine, DeliveryRow, WebhookRow, identifier
from thenar.messages import WebhookKind


def announce(session: Session, line: AuditLine) -> None:
    """Write a message for every webhook of the tenant that wants this event.

    Args:
        session: the transaction of what happened: there is a message if and only if it did.
        line: of the audit log, with its number.
    """
    if not line.tenant:
        return
    wanted = [
        webhook
        for webhook in session.scalars(
            select(WebhookRow).where(
                WebhookRow.tenant_id == line.tenant, WebhookRow.kind == WebhookKind.EVENTS
            )
        )
        if any(_covers(event, line.action) for event in webhook.events)
    ]
    for webhook in wanted:
        session.add(
            DeliveryRow(
                id=identifier(),
                tenant_id=line.tenant,
                webhook_id=webhook.id,
                event=line.action,
                body=_body(line),
                due=line.time,
                created=line.time,
            )
        )


def _covers(event: str, action: str) -> bool:
    """``*`` covers everything, ``payment.*`` whatever begins with ``payment.``."""
    return event in ("*", action) or (event.endswith(".*") and action.startswith(event[:-1]))


def _body(line: AuditLine) -> bytes:
    said = {
        "type": line.action,
        "timestamp": datetime.fromtimestamp(line.time, UTC).isoformat(),
        "data": {
            "number": line.number,
            "actor": line.actor,
            "about": line.about,
            "details": line.details,
            "request_id": line.request_id,
        },
    }
    return json.dumps(said).encode("utf-8")
