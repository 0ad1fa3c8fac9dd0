"""Tying something more to a person's palms, and untying it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.cloud import audit, people
from thenar.cloud.fingerprint import fingerprint, same
from thenar.cloud.scim import ties
from thenar.cloud.service import Caller, Service
from thenar.cloud.shown import shown
from thenar.cloud.tables import LinkRow, Person, identifier
from thenar.errors import UnknownObject
from thenar.messages import Linking, LinkView, Purpose


def link(service: Service, caller: Caller, asked: Linking, key: str, request_id: str) -> LinkView:
    """Tie once per idempotency key.

    Raises:
        AccessRefused: the assertion does not hold for this.
        UnknownObject: the person was forgotten.
        RequestConflict: the key was used for another link.
    """
    with service.store.writing() as session:
        person = shown(session, service, caller, asked.assertion, Purpose.LINK)
        data_key = service.person_keys.get(person.key_name)
        row = session.scalar(
            select(LinkRow).where(LinkRow.tenant_id == caller.tenant, LinkRow.key == key)
        )
        if row is not None:
            same(row, fingerprint(asked))
            return people.view(row, data_key)
        name = identifier()
        row = LinkRow(
            id=name,
            key=key,
            fingerprint=fingerprint(asked),
            tenant_id=caller.tenant,
            kind=asked.link.kind.value,
            provider=asked.link.provider,
            content=people.protect_link(asked.link, data_key, name),
            created=service.clock(),
        )
        person.links.append(row)
        session.flush()
        ties.note(session, service, person, data_key)
        _note(session, service, caller.actor, person, row, "link.added", request_id)
    service.references.change(people.member(person))
    ties.tell(service, person)
    return people.view(row, data_key)


def unlink(service: Service, tenant: str, subject: str, link: str, request_id: str) -> None:
    """Untie, at the portal. Raises UnknownObject: no such link of this person."""
    with service.store.writing() as session:
        person = people.find(session, tenant, subject)
        row = next((row for row in person.links if row.id == link), None)
        if row is None:
            raise UnknownObject("No such link of this person.")
        person.links.remove(row)
        session.delete(row)
        session.flush()
        _note(session, service, "portal", person, row, "link.removed", request_id)
    service.references.change(people.member(person))
    ties.tell(service, person)
    service.store.purge()


def _note(
    session: Session,
    service: Service,
    actor: str,
    person: Person,
    row: LinkRow,
    action: str,
    request_id: str,
) -> None:
    audit.append(
        session,
        time=service.clock(),
        tenant=person.tenant_id,
        actor=actor,
        action=action,
        about=person.subject,
        request_id=request_id,
        link=row.id,
        kind=row.kind,
        provider=row.provider,
    )
