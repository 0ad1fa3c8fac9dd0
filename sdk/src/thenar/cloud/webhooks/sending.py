"""Messages that wait are sent, again and again with longer waits, until they arrive or are dead.

A message is at least delivered once: a crash between sending and noting so sends
it again under the same identifier, by which receivers know it.
"""

from __future__ import annotations

import logging
import random
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import and_, delete, or_, select

from thenar.cloud.service import Service
from thenar.cloud.tables import DeliveryRow, DeliveryState, WebhookRow
from thenar.cloud.turns import Turns
from thenar.cloud.webhooks.posting import PostFailed, post
from thenar.cloud.webhooks.registering import secret_of
from thenar.cloud.webhooks.signatures import signed
from thenar.parameters import INTEGRATION

log = logging.getLogger("thenar.cloud")
_GONE = 410
_AT_ONCE = 200


class Sending(Turns):
    """Looks for messages every few seconds, and has a few threads that send them.

    One message at a time goes to a webhook, so that a slow receiver holds up only its
    own.

    Args:
        service: whose messages.
        every: seconds between looks.
    """

    def __init__(self, service: Service, every: float = INTEGRATION.webhook_every) -> None:
        super().__init__("webhooks", every)
        self._service = service
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._senders = ThreadPoolExecutor(INTEGRATION.webhook_at_once, "webhook")

    def turn(self) -> None:
        """Hand out what waits."""
        forget_old(self._service)
        self._look()

    def finish(self) -> None:
        """Wait for what is being sent; the rest waits for the next start."""
        self._senders.shutdown(cancel_futures=True)

    def _look(self) -> None:
        for delivery, webhook in due(self._service):
            with self._lock:
                if webhook in self._busy:
                    continue
                self._busy.add(webhook)
            self._senders.submit(self._send, delivery, webhook)

    def _send(self, delivery: str, webhook: str) -> None:
        try:
            while not self.stopping:
                send(self._service, delivery)
                further = next((d for d, w in due(self._service) if w == webhook), None)
                if further is None:
                    return
                delivery = further
        except Exception as error:
            log.exception("webhook failed", extra={"error": type(error).__name__})
        finally:
            with self._lock:
                self._busy.discard(webhook)


def due(service: Service) -> list[tuple[str, str]]:
    """Messages that wait to be sent now, each with its webhook, oldest first."""
    with service.store.reading() as session:
        rows = session.execute(
            select(DeliveryRow.id, DeliveryRow.webhook_id)
            .where(DeliveryRow.state == DeliveryState.WAITING, DeliveryRow.due <= service.clock())
            .order_by(DeliveryRow.due, DeliveryRow.created, DeliveryRow.id)
            .limit(_AT_ONCE)
        ).all()
    return [(delivery, webhook) for delivery, webhook in rows]


def send(service: Service, delivery: str) -> None:
    """Try once, and note what came of it; one that was removed meanwhile is left."""
    with service.store.reading() as session:
        row = session.get(DeliveryRow, delivery)
        webhook = session.get(WebhookRow, row.webhook_id) if row else None
    if row is None or webhook is None or row.state != DeliveryState.WAITING:
        return
    headers = signed(secret_of(service, webhook), f"msg_{row.id}", service.clock(), row.body)
    try:
        status = post(
            webhook.url,
            row.body,
            headers,
            seconds=INTEGRATION.webhook_seconds,
            private=service.settings.webhooks_to_private,
        ).status
        outcome = str(status)
    except PostFailed as failure:
        status, outcome = 0, str(failure)
    _note(service, delivery, status, outcome)


def forget_old(service: Service) -> None:
    """Drop messages that were delivered a day ago, or are dead for a month."""
    now = service.clock()
    old = or_(
        and_(
            DeliveryRow.state == DeliveryState.DELIVERED,
            DeliveryRow.due < now - INTEGRATION.delivered_life,
        ),
        and_(
            DeliveryRow.state == DeliveryState.DEAD,
            DeliveryRow.due < now - INTEGRATION.dead_life,
        ),
    )
    with service.store.reading() as session:
        if session.scalar(select(DeliveryRow.id).where(old).limit(1)) is None:
            return
    with service.store.writing() as session:
        session.execute(delete(DeliveryRow).where(old))


def _note(service: Service, delivery: str, status: int, outcome: str) -> None:
    """A try failed or succeeded; after the last, or when the receiver is gone, it is dead."""
    waits = INTEGRATION.webhook_waits
    with service.store.writing() as session:
        row = session.get(DeliveryRow, delivery)
        if row is None:
            return
        row.tries += 1
        row.outcome = outcome
        if 200 <= status < 300:
            row.state, row.due = DeliveryState.DELIVERED, service.clock()
        elif row.tries > len(waits) or status == _GONE:
            row.state, row.due = DeliveryState.DEAD, service.clock()
            log.warning("webhook message dead", extra={"status": status})
        else:
            wait = waits[row.tries - 1] * random.uniform(0.9, 1.1)
            row.due = service.clock() + wait
