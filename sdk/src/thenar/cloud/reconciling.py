"""``POST /v1/reconciliations``: payments without an answer are found and settled.

The housekeeping does the same every few seconds, for requests that are open. Here moreover
answered requests are held against the processor's books, as far back as is asked for.
"""

from __future__ import annotations

from sqlalchemy import or_, select

from thenar.cloud import processor
from thenar.cloud.checkout import steps
from thenar.cloud.service import Service
from thenar.cloud.tables import PaymentRow, PaymentStep, StepState
from thenar.messages import (
    Amount,
    NewReconciliation,
    Reconciled,
    Reconciliation,
    Settled,
    Settling,
)


def reconcile(service: Service, asked: NewReconciliation, request_id: str) -> Reconciliation:
    """Ask the processor about every open request, and about recent ones; may be repeated."""
    since = service.clock() - asked.seconds
    wanted = select(PaymentStep.id).where(
        or_(PaymentStep.state == StepState.OPEN, PaymentStep.created >= since)
    )
    with service.store.reading() as session:
        names = session.scalars(wanted.order_by(PaymentStep.created)).all()
    found = tuple(one for name in names if (one := _ask(service, name)) is not None)
    steps.go_on_all(service)
    return Reconciliation(
        looked_at=len(names),
        found=found,
        unknown=len(processor.open_steps(service)),
        checkouts=steps.not_at_their_end(service),
        request_id=request_id,
    )


def settle(service: Service, tenant: str, asked: Settling, request_id: str) -> Settled:
    """Look up requests of a tenant that the processor has told of; may be repeated."""
    with service.store.reading() as session:
        names = session.scalars(
            select(PaymentStep.id).where(
                PaymentStep.tenant_id == tenant,
                PaymentStep.id.in_(asked.keys),
                PaymentStep.state == StepState.OPEN,
            )
        ).all()
    settled = sum(processor.settle(service, name) for name in names)
    if settled:
        steps.go_on_all(service)
    return Settled(settled=settled, unknown=len(names) - settled, request_id=request_id)


def _ask(service: Service, name: str) -> Reconciled | None:
    """Settle one; None where the books say what we had already."""
    before, was = _load(service, name)
    processor.settle(service, name)
    after, now = _load(service, name)
    stood, stands = (before.state, was.state), (after.state, now.state)
    if before.state != StepState.OPEN and stood == stands and was.minor == now.minor:
        return None
    return Reconciled(
        payment=now.id,
        step=name,
        kind=after.kind,
        before=before.state,
        after=after.state,
        state=now.state,
        amount=Amount(minor=now.minor, currency=now.currency),
    )


def _load(service: Service, name: str) -> tuple[PaymentStep, PaymentRow]:
    with service.store.reading() as session:
        step = session.get_one(PaymentStep, name)
        return step, session.get_one(PaymentRow, step.payment_id)
