"""Bringing a checkout to its end: authorised, points spent, captured, points earned.

A tab whose basket costs more than is held has one more, see :mod:`thenar.cloud.checkout.above`.

Each step looks at what is written down, and does what is still to be done; a step that was
cut short is found by its idempotency key. So any of them may be repeated at any time, by a
request, by the housekeeping, and by both at once.
"""

from __future__ import annotations

import attrs
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from thenar.cloud import audit, payment, processor
from thenar.cloud.checkout import above, points, receipts
from thenar.cloud.checkout.alone import alone
from thenar.cloud.service import Service
from thenar.cloud.tables import (
    CheckoutRow,
    CheckoutStage,
    PaymentRow,
    PaymentStep,
    StepKind,
    StepState,
)
from thenar.parameters import CHECKOUT
from thenar.records import PaymentState

_ENDED = (
    CheckoutStage.PAID,
    CheckoutStage.PART_PAID,
    CheckoutStage.DECLINED,
    CheckoutStage.GIVEN_UP,
)


def authorise(service: Service, charge: str, token: str) -> None:
    """Ask the processor to hold the money."""
    processor.carry_out(service, charge, token=token, capture=False)


def go_on(service: Service, name: str) -> None:
    """Take a checkout as far as it goes now."""
    if _is_open(service, name) or not _is_authorised(service, name):
        return
    is_redeemed = points.spend(service, name)
    if _is_captured(service, name) and is_redeemed:
        points.follow_up(service, name)


def go_on_all(service: Service) -> None:
    """Take every checkout as far as it goes; payments first, so that no programme delays them."""
    for name in _in_stage(service, CheckoutStage.UNDER_WAY):
        with alone(name, wait=False) as mine:
            if mine:
                go_on(service, name)
    for name in _in_stage(service, CheckoutStage.OPEN):
        with alone(name, wait=False) as mine:
            if mine:
                look_after_tab(service, name)
    points.follow_up_all(service)
    receipts.send_all(service)


def not_at_their_end(service: Service) -> int:
    """How many checkouts are under way, or wait for their programme."""
    due = select(CheckoutRow.id).where(CheckoutRow.points_due)
    with service.store.reading() as session:
        late = set(session.scalars(due))
    return len(late | set(_in_stage(service, CheckoutStage.UNDER_WAY)))


def look_after_tab(service: Service, name: str) -> None:
    """See what became of a tab's hold, and release it when nobody has settled it for long."""
    state = _look(service, name)
    if state.payment == PaymentState.DECLINED:
        _end(service, name, CheckoutStage.DECLINED)
    elif state.payment == PaymentState.CANCELLED:
        _end(service, name, CheckoutStage.GIVEN_UP)
    elif service.clock() - state.created > CHECKOUT.tab_life:
        with service.store.writing() as session:
            row = session.get_one(CheckoutRow, name)
            if row.stage == CheckoutStage.OPEN:
                row.stage, row.minor, row.discount = CheckoutStage.UNDER_WAY, 0, 0
        go_on(service, name)


@attrs.frozen
class _State:
    """Where a checkout's payment stands."""

    payment: str
    waits: bool
    captures: int
    to_pay: int
    created: float


def _is_open(service: Service, name: str) -> bool:
    """Whether it is a tab that waits for its basket."""
    with service.store.reading() as session:
        return session.get_one(CheckoutRow, name).stage == CheckoutStage.OPEN


def _is_authorised(service: Service, name: str) -> bool:
    state = _look(service, name)
    if state.payment == PaymentState.DECLINED:
        _end(service, name, CheckoutStage.DECLINED)
    if state.payment == PaymentState.CANCELLED:
        _end_cancelled(service, name, state)
    return state.payment in (
        PaymentState.AUTHORISED,
        PaymentState.CAPTURED,
        PaymentState.REFUNDED,
    )


def _is_captured(service: Service, name: str) -> bool:
    """Capture what is to be paid; where points are good for all of it, release the hold."""
    for _ in range(CHECKOUT.capture_tries + 1):
        state = _look(service, name)
        if state.payment in (PaymentState.CAPTURED, PaymentState.REFUNDED):
            return _is_paid(service, name)
        if state.payment == PaymentState.CANCELLED:
            _end_cancelled(service, name, state)
            return True
        if state.waits or (step := _next_step(service, name)) is None:
            return False
        processor.carry_out(service, step)
    return False


def _is_paid(service: Service, name: str) -> bool:
    """The hold is captured: charge what is left, and say whether that is known."""
    if not above.is_done(service, name):
        return False
    with service.store.reading() as session:
        row = session.get_one(CheckoutRow, name)
        owed = above.owed(session, row) > 0
    _end(service, name, CheckoutStage.PART_PAID if owed else CheckoutStage.PAID)
    return True


def _next_step(service: Service, name: str) -> str | None:
    """Write down that the hold is captured or released; None where that was done meanwhile."""
    state = _look(service, name, ask=False)
    with service.store.writing() as session:
        row = session.get_one(CheckoutRow, name)
        held = session.get_one(PaymentRow, row.payment_id, options=[selectinload(PaymentRow.steps)])
        if _waits(held) or held.state != PaymentState.AUTHORISED:
            return None
        number = len(held.steps)
        give_up = state.to_pay == 0 or state.captures >= CHECKOUT.capture_tries
        kind = StepKind.CANCEL if give_up else StepKind.CAPTURE
        minor = held.minor if give_up else min(state.to_pay, held.minor)
        step = payment.write_step(
            *(session, service, held, kind, minor, f"{name} {kind} {number}", "")
        )
        return step.id


def _look(service: Service, name: str, *, ask: bool = True) -> _State:
    """Where it stands, once the processor was asked about what is open."""
    with service.store.reading() as session:
        row = session.get_one(CheckoutRow, name)
        held = session.get_one(PaymentRow, row.payment_id, options=[selectinload(PaymentRow.steps)])
    if ask and _waits(held):
        for step in held.steps:
            if step.state == StepState.OPEN:
                processor.settle(service, step.id)
        return _look(service, name, ask=False)
    return _State(
        payment=held.state,
        waits=_waits(held),
        captures=sum(step.kind == StepKind.CAPTURE for step in held.steps),
        to_pay=row.minor - (row.discount or 0),
        created=row.created,
    )


def _waits(held: PaymentRow) -> bool:
    return any(step.state == StepState.OPEN for step in held.steps)


def _end_cancelled(service: Service, name: str, state: _State) -> None:
    """The hold is released: because there was nothing left to pay, or nothing was bought."""
    with service.store.reading() as session:
        row = session.get_one(CheckoutRow, name)
        captures = select(PaymentStep).where(
            PaymentStep.payment_id == row.payment_id, PaymentStep.kind == StepKind.CAPTURE
        )
        tried = session.scalars(captures).first() is not None
    if state.to_pay == 0 and row.minor:
        _end(service, name, CheckoutStage.PAID)
    else:
        _end(service, name, CheckoutStage.DECLINED if tried else CheckoutStage.GIVEN_UP)


def _end(service: Service, name: str, stage: CheckoutStage) -> None:
    with service.store.writing() as session:
        row = session.get_one(CheckoutRow, name)
        if row.stage in _ENDED:
            return
        row.stage = stage
        row.points_due = points.are_due(session, row)
        audit.append(
            session,
            time=service.clock(),
            tenant=row.tenant_id,
            actor="service",
            action=f"checkout.{stage.replace(' ', '-')}",
            about=row.id,
            payment=row.payment_id,
            minor=row.minor - (row.discount or 0),
        )


def _in_stage(service: Service, stage: CheckoutStage) -> list[str]:
    wanted = select(CheckoutRow.id).where(CheckoutRow.stage == stage)
    with service.store.reading() as session:
        return list(session.scalars(wanted.order_by(CheckoutRow.created)))
