"""Asking the payment processor, and keeping its answer."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from thenar.cloud import audit
from thenar.cloud.service import Service
from thenar.cloud.tables import PaymentRow, PaymentStep, StepKind, StepState
from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown
from thenar.parameters import SERVICE
from thenar.protocols import PaymentProcessor
from thenar.records import Money, PaymentState, PaymentToken, Receipt

log = logging.getLogger("thenar.cloud")


def carry_out(service: Service, step: str, *, token: str = "", capture: bool = True) -> None:
    """Ask the processor for an open step, outside of any transaction, and keep the answer.

    No answer, or none that can be understood, leaves the step open: :func:`settle`
    finds out later.
    """
    row, payment = _load(service, step)
    try:
        receipt = _ask(_processor(service), row, payment, token, capture=capture)
    except PaymentDeclined as declined:
        _keep_decline(service, step, declined)
    except Exception as error:  # noqa: BLE001
        log.warning("payment unknown", extra={"step": step, "error": type(error).__name__})
    else:
        _keep(service, step, receipt)


def settle(service: Service, step: str) -> bool:
    """Find out what became of a step that is open, or was given up.

    A step that never reached the processor is given up, but only minutes after the
    host's deadline: the processor's plugin may run on past it, and charge after all.

    Returns:
        Whether it is settled.
    """
    row, _ = _load(service, step)
    try:
        receipt = _processor(service).settle(step)
    except Exception as error:  # noqa: BLE001
        log.warning("payment not settled", extra={"step": step, "error": type(error).__name__})
        return False
    if receipt is not None:
        _keep(service, step, receipt)
        return True
    if row.state != StepState.OPEN:
        return True
    if service.clock() - row.created < SERVICE.payment_given_up:
        return False
    _keep_loss(service, step)
    return True


def open_steps(service: Service, person: int | None = None) -> list[str]:
    """Steps without an answer, oldest first; of one person, or of everybody."""
    wanted = select(PaymentStep.id).where(PaymentStep.state == StepState.OPEN)
    if person is not None:
        wanted = wanted.join(PaymentRow).where(PaymentRow.person_id == person)
    with service.store.reading() as session:
        return list(session.scalars(wanted.order_by(PaymentStep.created)))


def _processor(service: Service) -> PaymentProcessor:
    if service.plugins.payment is None:
        raise PaymentUnknown("No payment processor is set.", remedy="set drivers.payment.")
    return service.plugins.payment


def _ask(
    processor: PaymentProcessor, row: PaymentStep, payment: PaymentRow, token: str, *, capture: bool
) -> Receipt:
    amount = Money(row.minor, payment.currency)
    match row.kind:
        case StepKind.CHARGE:
            card = PaymentToken(processor=payment.processor, token=token)
            return processor.charge(card, amount, idempotency_key=row.id, capture=capture)
        case StepKind.CAPTURE:
            return processor.capture(payment.reference, amount, idempotency_key=row.id)
        case StepKind.CANCEL:
            return processor.cancel(payment.reference, idempotency_key=row.id)
        case _:
            return processor.refund(payment.reference, amount, idempotency_key=row.id)


def _keep(service: Service, step: str, receipt: Receipt) -> None:
    if receipt.state is PaymentState.UNKNOWN:
        return
    if receipt.state is PaymentState.DECLINED:
        _keep_decline(service, step, PaymentDeclined(receipt.reason or "declined"))
        return
    with service.store.writing() as session:
        row = session.get_one(PaymentStep, step)
        if row.state in (StepState.DONE, StepState.DECLINED):
            return  # kept already: an answer that comes twice tells of an earlier moment
        payment = session.get_one(PaymentRow, row.payment_id)
        if receipt.amount.currency != payment.currency:
            raise PaymentError("The receipt is in another currency than the payment.")
        row.state = StepState.DONE
        payment.state = receipt.state
        payment.reference = receipt.payment
        payment.refunded = max(payment.refunded, receipt.refunded.minor)
        if row.kind in (StepKind.CHARGE, StepKind.CAPTURE):
            payment.minor = receipt.amount.minor
        _note(session, service, payment, f"payment.{receipt.state}")


def _keep_decline(service: Service, step: str, declined: PaymentDeclined) -> None:
    with service.store.writing() as session:
        row = session.get_one(PaymentStep, step)
        if row.state in (StepState.DONE, StepState.DECLINED):
            return
        payment = session.get_one(PaymentRow, row.payment_id)
        row.state = StepState.DECLINED
        payment.reason = declined.message
        if row.kind == StepKind.CHARGE:
            payment.state = PaymentState.DECLINED
        _note(session, service, payment, "payment.declined")


def _keep_loss(service: Service, step: str) -> None:
    with service.store.writing() as session:
        row = session.get_one(PaymentStep, step)
        payment = session.get_one(PaymentRow, row.payment_id)
        row.state = StepState.LOST
        if row.kind == StepKind.CHARGE:
            payment.state = PaymentState.CANCELLED
            payment.reason = "never reached the processor"
        _note(session, service, payment, "payment.lost")


def _note(session: Session, service: Service, payment: PaymentRow, action: str) -> None:
    """What the processor answered: of the payment, about nobody."""
    audit.append(
        session,
        time=service.clock(),
        tenant=payment.tenant_id,
        actor="processor",
        action=action,
        about=payment.id,
        minor=payment.minor,
        refunded=payment.refunded,
        currency=payment.currency,
    )


def _load(service: Service, step: str) -> tuple[PaymentStep, PaymentRow]:
    with service.store.reading() as session:
        row = session.get_one(PaymentStep, step)
        return row, session.get_one(
            PaymentRow, row.payment_id, options=[selectinload(PaymentRow.steps)]
        )
