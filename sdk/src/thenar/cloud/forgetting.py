"""Forgetting a person: found no more at once, erased when their payments are settled.

The order is such that a crash at any point leaves somebody who is found no more
and whom :func:`finish_all` forgets for good at the next turn:

1. ``closing`` is written down, and the palms leave the gallery and every set.
2. Open payments are settled; authorisations are cancelled.
3. The person's key is destroyed: templates, links and contact are unreadable,
   in every copy, from here on.
4. Rows are deleted (overwritten with zeros); payments, passages and loyalty
   events stay for the books and point at nobody; the audit log gets a line.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, selectinload

from thenar.cloud import audit, payment, processor
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import (
    LinkRow,
    LoyaltyRow,
    Palm,
    PassageRow,
    PaymentRow,
    PaymentStep,
    Person,
    PersonState,
    PortalSession,
    SignInCode,
    StepState,
)
from thenar.errors import RequestConflict
from thenar.messages import Forgotten
from thenar.records import PaymentState

State = Literal["forgotten", "closing"]


def forget(
    service: Service, tenant: str, subject: str, *, actor: str, request_id: str
) -> Forgotten:
    """Forget a person; forgetting somebody who is gone already says so again."""
    person = _close(service, tenant, subject, actor, request_id)
    if person is None:
        return Forgotten(state="forgotten", request_id=request_id)
    return finish(service, person, actor=actor, request_id=request_id)


def finish_all(service: Service) -> None:
    """Forget for good everybody who waits for it."""
    with service.store.reading() as session:
        closing = session.scalars(select(Person).where(Person.state == PersonState.CLOSING)).all()
    for person in closing:
        finish(service, person, actor="service", request_id="")


def finish(service: Service, person: Person, *, actor: str, request_id: str) -> Forgotten:
    """Settle what is open; if nothing is left open, erase."""
    left = _settle(service, person, actor)
    if left:
        return Forgotten(state="closing", open_payments=left, request_id=request_id)
    service.person_keys.destroy(person.key_name)
    with service.store.writing() as session:
        _erase(session, service, person, actor, request_id)
    service.store.purge()
    service.tell("person.forgotten", request_id, {})
    return Forgotten(state="forgotten", request_id=request_id)


def _close(
    service: Service, tenant: str, subject: str, actor: str, request_id: str
) -> Person | None:
    with service.store.writing() as session:
        person = session.scalar(
            select(Person).where(Person.tenant_id == tenant, Person.subject == subject)
        )
        if person is None:
            return None
        if person.state != PersonState.CLOSING:
            person.state = PersonState.CLOSING
            audit.append(
                session,
                time=service.clock(),
                tenant=tenant,
                actor=actor,
                action="person.closing",
                about=subject,
                request_id=request_id,
            )
    service.references.remove(person.id)
    return person


def _settle(service: Service, person: Person, actor: str) -> int:
    """How many payments stay open after an attempt to settle them all."""
    for step in processor.open_steps(service, person.id):
        processor.settle(service, step)
    with service.store.reading() as session:
        authorised = session.scalars(
            select(PaymentRow)
            .where(PaymentRow.person_id == person.id, PaymentRow.state == PaymentState.AUTHORISED)
            .options(selectinload(PaymentRow.steps))
        ).all()
    for row in authorised:
        caller = Caller(row.device_id, row.tenant_id, actor)
        key = f"forget {row.id} {len(row.steps)}"
        try:
            payment.cancel(service, caller, row.id, key, "")
        except RequestConflict:
            continue
    waiting = PaymentRow.steps.any(PaymentStep.state == StepState.OPEN)
    with service.store.reading() as session:
        rows = session.scalars(
            select(PaymentRow.id).where(
                PaymentRow.person_id == person.id,
                or_(PaymentRow.state == PaymentState.AUTHORISED, waiting),
            )
        ).all()
    return len(rows)


def _erase(session: Session, service: Service, person: Person, actor: str, request_id: str) -> None:
    """Delete the rows. Ciphertexts are overwritten by the database as they go."""
    palms = session.execute(delete(Palm).where(Palm.person_id == person.id))
    links = session.execute(delete(LinkRow).where(LinkRow.person_id == person.id))
    for table in (PaymentRow, LoyaltyRow, PassageRow):
        session.execute(update(table).where(table.person_id == person.id).values(person_id=None))
    session.execute(delete(Person).where(Person.id == person.id))
    others = select(Person.id).where(Person.contact_index == person.contact_index)
    if person.contact_index and session.scalar(others) is None:
        for portal in (PortalSession, SignInCode):
            session.execute(delete(portal).where(portal.contact_index == person.contact_index))
    audit.append(
        session,
        time=service.clock(),
        tenant=person.tenant_id,
        actor=actor,
        action="person.forgotten",
        about=person.subject,
        request_id=request_id,
        palms=palms.rowcount,  # type: ignore[attr-defined]
        links=links.rowcount,  # type: ignore[attr-defined]
    )
