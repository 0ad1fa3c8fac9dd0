"""Which of a person's cards is charged."""

from __future__ import annotations

from sqlalchemy.orm import Session

from thenar.cloud import audit, people
from thenar.cloud.service import Caller, Service
from thenar.cloud.shown import shown
from thenar.cloud.tables import LinkRow, Person, PreferredCard
from thenar.errors import UnknownObject
from thenar.messages import DefaultCard, LinkView, Purpose
from thenar.records import LinkKind


def chosen(session: Session, service: Service, person: Person, wanted: str | None) -> LinkRow:
    """The card asked for; else the person's default; else the newest.

    Raises:
        UnknownObject: none of these is of the payment processor in use.
    """
    cards = usable(service, person)
    if wanted is None and (preferred := default(session, person)) in cards:
        wanted = preferred
    for name, link in cards.items():
        if wanted in (None, name):
            return link
    raise UnknownObject(
        "The person has no such payment link for the payment processor in use.",
        remedy="link a card first.",
    )


def usable(service: Service, person: Person) -> dict[str, LinkRow]:
    """The payment links of the processor in use, by name, newest first."""
    return {
        link.id: link
        for link in person.links
        if link.kind == LinkKind.PAYMENT and link.provider == service.plugins.payment_name
    }


def default(session: Session, person: Person) -> str | None:
    """The link that the person made their default; None where they made none."""
    row = session.get(PreferredCard, person.id)
    return None if row is None else row.link_id


def prefer(service: Service, caller: Caller, asked: DefaultCard, request_id: str) -> LinkView:
    """Make a card the default; may be repeated.

    Raises:
        AccessRefused: the assertion does not hold for this.
        UnknownObject: the person was forgotten, or has no such card.
    """
    with service.store.writing() as session:
        person = shown(session, service, caller, asked.assertion, Purpose.LINK)
        link = _make_default(session, service, caller.actor, person, asked.link, request_id)
        return people.view(link, service.person_keys.get(person.key_name), preferred=True)


def prefer_own(service: Service, person: Person, link: str, request_id: str) -> None:
    """Make a card the default, at the portal. Raises UnknownObject: no such card of theirs."""
    with service.store.writing() as session:
        own = people.find(session, person.tenant_id, person.subject)
        _make_default(session, service, "portal", own, link, request_id)


def _make_default(
    session: Session, service: Service, actor: str, person: Person, wanted: str, request_id: str
) -> LinkRow:
    link = chosen(session, service, person, wanted)
    session.merge(PreferredCard(person_id=person.id, link_id=link.id))
    audit.append(
        session,
        time=service.clock(),
        tenant=person.tenant_id,
        actor=actor,
        action="link.preferred",
        about=person.subject,
        request_id=request_id,
        link=link.id,
        kind=link.kind,
        provider=link.provider,
    )
    return link
