"""Forgetting people: found no more at once, erased when their payments are settled.

The order is such that a crash at any point leaves somebody who is found no more
and whom :func:`finish_all` forgets for good at the next turn:

1. ``closing`` is written down, and the palms leave the gallery and every set.
2. Open payments are settled; authorisations are cancelled.
3. The person's key is destroyed: templates, links and contact are unreadable,
   in every copy, from here on.
4. Rows are deleted (overwritten with zeros); payments, passages and loyalty
   events stay for the books and point at nobody; the audit log gets a line.

One person at a device or the portal and a whole tenant that leaves go the same way.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, selectinload

from thenar.cloud import audit, payment, processor
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import (
    CheckoutRow,
    CheckoutStage,
    LinkRow,
    LoyaltyRow,
    Palm,
    PassageRow,
    PaymentRow,
    PaymentStep,
    Person,
    PersonState,
    PortalSession,
    PreferredCard,
    SignInCode,
    SpendingLimit,
    StepState,
    Visit,
)
from thenar.errors import RequestConflict
from thenar.messages import Forgotten
from thenar.records import PaymentState

_AT_ONCE = 500


def forget(
    service: Service, tenant: str, subject: str, *, actor: str, request_id: str
) -> Forgotten:
    """Forget a person; forgetting somebody who is gone already says so again."""
    with service.store.reading() as session:
        person = session.scalar(
            select(Person).where(Person.tenant_id == tenant, Person.subject == subject)
        )
    if person is None:
        return Forgotten(state="forgotten", request_id=request_id)
    left = forget_all(service, [person], actor=actor, request_id=request_id)
    if left:
        return Forgotten(state="closing", open_payments=left, request_id=request_id)
    return Forgotten(state="forgotten", request_id=request_id)


def forget_all(service: Service, people: Sequence[Person], *, actor: str, request_id: str) -> int:
    """Forget people: those without open payments now, the others once they are settled.

    Returns:
        How many payments are open still.
    """
    _close(service, people, actor, request_id)
    return _finish(service, people, actor, request_id)


def finish_all(service: Service) -> None:
    """Forget for good everybody who waits for it."""
    last = 0
    while True:
        with service.store.reading() as session:
            closing = session.scalars(
                select(Person)
                .where(Person.state == PersonState.CLOSING, Person.id > last)
                .order_by(Person.id)
                .limit(_AT_ONCE)
            ).all()
        if not closing:
            return
        _finish(service, closing, "service", "")
        last = closing[-1].id


def _close(service: Service, people: Sequence[Person], actor: str, request_id: str) -> None:
    with service.store.writing() as session:
        for known in people:
            person = session.get(Person, known.id)
            if person is not None and person.state != PersonState.CLOSING:
                person.state = PersonState.CLOSING
                audit.append(
                    session,
                    time=service.clock(),
                    tenant=person.tenant_id,
                    actor=actor,
                    action="person.closing",
                    about=person.subject,
                    request_id=request_id,
                )
    service.references.remove_all([person.id for person in people])
    for person in people:
        service.roll.tie(person.subject, ())


def _finish(service: Service, people: Sequence[Person], actor: str, request_id: str) -> int:
    """Settle what is open; erase those who have nothing open left."""
    left = {person.id: _settle(service, person, actor) for person in _with_open(service, people)}
    free = [person for person in people if not left.get(person.id)]
    if free:
        service.person_keys.destroy_all(person.key_name for person in free)
        with service.store.writing() as session:
            for person in free:
                _erase(session, service, person, actor, request_id)
        service.store.purge()
        for _ in free:
            service.tell("person.forgotten", request_id, {})
    return sum(left.values())


_waiting = PaymentRow.steps.any(PaymentStep.state == StepState.OPEN)
_is_open = or_(PaymentRow.state == PaymentState.AUTHORISED, _waiting)
_of_checkouts = select(CheckoutRow.payment_id).where(
    CheckoutRow.stage.in_((CheckoutStage.OPEN, CheckoutStage.UNDER_WAY))
)
"""Payments that a checkout brings to their end."""


def _with_open(service: Service, people: Sequence[Person]) -> list[Person]:
    """Those who have a payment that is open."""
    numbers = [person.id for person in people]
    with service.store.reading() as session:
        found = set(
            session.scalars(
                select(PaymentRow.person_id).where(PaymentRow.person_id.in_(numbers), _is_open)
            )
        )
    return [person for person in people if person.id in found]


def _settle(service: Service, person: Person, actor: str) -> int:
    """How many payments stay open after an attempt to settle them all."""
    for step in processor.open_steps(service, person.id):
        processor.settle(service, step)
    with service.store.reading() as session:
        authorised = session.scalars(
            select(PaymentRow)
            .where(
                PaymentRow.person_id == person.id,
                PaymentRow.state == PaymentState.AUTHORISED,
                PaymentRow.id.not_in(_of_checkouts),
            )
            .options(selectinload(PaymentRow.steps))
        ).all()
    for row in authorised:
        caller = Caller(row.device_id, row.tenant_id, actor)
        key = f"forget {row.id} {len(row.steps)}"
        try:
            payment.cancel(service, caller, row.id, key, "")
        except RequestConflict:
            continue
    with service.store.reading() as session:
        rows = session.scalars(
            select(PaymentRow.id).where(PaymentRow.person_id == person.id, _is_open)
        ).all()
    return len(rows)


def _erase(session: Session, service: Service, person: Person, actor: str, request_id: str) -> None:
    """Delete the rows. Ciphertexts are overwritten by the database as they go."""
    palms = session.execute(delete(Palm).where(Palm.person_id == person.id))
    links = session.execute(delete(LinkRow).where(LinkRow.person_id == person.id))
    for table in (PaymentRow, LoyaltyRow, PassageRow, CheckoutRow):
        session.execute(update(table).where(table.person_id == person.id).values(person_id=None))
    for own in (Visit, PreferredCard, SpendingLimit):
        session.execute(delete(own).where(own.person_id == person.id))
    gone = session.execute(delete(Person).where(Person.id == person.id))
    if not gone.rowcount:  # type: ignore[attr-defined]
        return
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
