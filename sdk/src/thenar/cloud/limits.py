"""How much a person may spend, at one payment or within a time, at a site or everywhere."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from thenar.cloud import audit, people
from thenar.cloud.authority import Authority
from thenar.cloud.idempotency import once
from thenar.cloud.lists import page
from thenar.cloud.service import Service
from thenar.cloud.tables import (
    Device,
    PaymentRow,
    Person,
    Site,
    SpendingLimit,
    Tenant,
    identifier,
)
from thenar.errors import PaymentDeclined, UnknownObject
from thenar.messages import Amount, NewSpendingLimit, SpendingLimits, SpendingLimitView
from thenar.records import Money, PaymentState

_SPENT = (
    PaymentState.UNKNOWN,
    PaymentState.AUTHORISED,
    PaymentState.CAPTURED,
    PaymentState.REFUNDED,
)
"""What may yet be charged counts as spent."""


def check(session: Session, service: Service, person: Person, device: str, amount: Amount) -> None:
    """Refuse an amount that is over a limit; within the transaction that writes it down.

    Raises:
        PaymentDeclined: over a limit; the processor was not asked.
    """
    site = session.get_one(Device, device).site_id
    limits = session.scalars(
        select(SpendingLimit).where(
            SpendingLimit.tenant_id == person.tenant_id,
            SpendingLimit.currency == amount.currency,
            or_(SpendingLimit.person_id.is_(None), SpendingLimit.person_id == person.id),
            or_(SpendingLimit.site_id.is_(None), SpendingLimit.site_id == site),
        )
    )
    for limit in limits:
        spent = _spent(session, person, limit, service.clock()) if limit.seconds else 0
        if spent + amount.minor > limit.minor:
            most = Money(max(0, limit.minor - spent), limit.currency)
            raise PaymentDeclined(
                f"The spending limit leaves {most}, and {amount.money()} were asked for.",
                remedy="pay in another way, or let the limit be raised.",
            )


def _spent(session: Session, person: Person, limit: SpendingLimit, now: float) -> int:
    wanted = select(func.sum(PaymentRow.minor - PaymentRow.refunded)).where(
        PaymentRow.person_id == person.id,
        PaymentRow.currency == limit.currency,
        PaymentRow.state.in_(_SPENT),
        PaymentRow.created > now - limit.seconds,
    )
    if limit.site_id is not None:
        devices = select(Device.id).where(Device.site_id == limit.site_id)
        wanted = wanted.where(PaymentRow.device_id.in_(devices))
    return int(session.scalar(wanted) or 0)


def add(
    service: Service, by: Authority, asked: NewSpendingLimit, key: str, request_id: str
) -> SpendingLimitView:
    """A new limit, once per idempotency key.

    Raises:
        UnknownObject: no such tenant, person or site.
        RequestConflict: the key was used for another request.
    """
    tenant = by.of(asked.tenant)

    def act(session: Session) -> SpendingLimitView:
        site = session.get(Site, asked.site) if asked.site else None
        if session.get(Tenant, tenant) is None or (
            asked.site and (site is None or site.tenant_id != tenant)
        ):
            raise UnknownObject("No such tenant, or no such site of it.")
        row = SpendingLimit(
            id=identifier(),
            tenant_id=tenant,
            person=people.find(session, tenant, asked.subject) if asked.subject else None,
            site_id=asked.site,
            minor=asked.amount.minor,
            currency=asked.amount.currency,
            seconds=asked.seconds,
            created=service.clock(),
        )
        session.add(row)
        session.flush()
        _note(session, service, by, row, "limit.set", request_id)
        return view(row)

    return once(service, by.actor, key, asked, SpendingLimitView, act)


def every(service: Service, tenant: str, cursor: str | None, limit: int) -> SpendingLimits:
    """A tenant's limits, oldest first."""
    rows = select(SpendingLimit).where(SpendingLimit.tenant_id == tenant)
    order = (SpendingLimit.created, SpendingLimit.id)
    return SpendingLimits(**page(service, rows, order, view, cursor=cursor, limit=limit))


def remove(service: Service, by: Authority, name: str, request_id: str) -> SpendingLimitView:
    """Lift a limit. Raises UnknownObject: no such limit of the tenant."""
    with service.store.writing() as session:
        row = session.get(SpendingLimit, name)
        if row is None or by.tenant not in (None, row.tenant_id):
            raise UnknownObject("No such spending limit.")
        said = view(row)
        _note(session, service, by, row, "limit.lifted", request_id)
        session.delete(row)
    return said


def view(row: SpendingLimit) -> SpendingLimitView:
    """A limit as a message."""
    return SpendingLimitView(
        limit=row.id,
        tenant=row.tenant_id,
        amount=Amount(minor=row.minor, currency=row.currency),
        seconds=row.seconds,
        subject=row.person.subject if row.person else None,
        site=row.site_id,
    )


def _note(
    session: Session,
    service: Service,
    by: Authority,
    row: SpendingLimit,
    action: str,
    request_id: str,
) -> None:
    audit.append(
        session,
        time=service.clock(),
        tenant=row.tenant_id,
        actor=by.actor,
        action=action,
        about=row.person.subject if row.person else row.id,
        request_id=request_id,
        minor=row.minor,
        currency=row.currency,
    )
