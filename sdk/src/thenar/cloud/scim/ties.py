"""Whose palms are whose: badge links, and the names of the directory's users."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.cloud import people
from thenar.cloud.scim import entries
from thenar.cloud.scim.roll import Name
from thenar.cloud.service import Service
from thenar.cloud.tables import DirectoryRow, LinkName, LinkRow, Person, PersonState
from thenar.records import LinkKind


def note(session: Session, service: Service, person: Person, key: bytes) -> None:
    """Keep the keyed hashes of a person's badge links, in the transaction that makes them.

    Args:
        session: a writing one; the links have their ids.
        service: has the keys.
        person: with their links.
        key: the person's data key.
    """
    for link in person.links:
        if link.kind == LinkKind.BADGE and session.get(LinkName, link.id) is None:
            kind: entries.Kind = "user" if link.provider == entries.DIRECTORY else "badge"
            value = people.link_value(link, key)
            _, index = entries.name_of(service.keys, person.tenant_id, kind, value)
            session.add(LinkName(link_id=link.id, name_index=index))
    session.flush()


def tell(service: Service, person: Person) -> None:
    """Let the doors know of a person's badge links, once they are kept."""
    with service.store.reading() as session:
        names = session.scalars(
            select(LinkName.name_index)
            .join(LinkRow, LinkRow.id == LinkName.link_id)
            .where(LinkRow.person_id == person.id)
        ).all()
    service.roll.tie(person.subject, [(person.tenant_id, name) for name in names])


def load(service: Service) -> None:
    """Bring the directory and everybody's badge links into memory."""
    _catch_up(service)
    tied: defaultdict[str, list[Name]] = defaultdict(list)
    with service.store.reading() as session:
        for subject, tenant, name in session.execute(
            select(Person.subject, Person.tenant_id, LinkName.name_index)
            .join(LinkRow, LinkRow.person_id == Person.id)
            .join(LinkName, LinkName.link_id == LinkRow.id)
            .where(Person.state == PersonState.ACTIVE)
        ):
            tied[subject].append((tenant, name))
        rows = session.scalars(select(DirectoryRow).order_by(DirectoryRow.kind.desc())).all()
    with service.roll.at_once():
        for subject, names in tied.items():
            service.roll.tie(subject, names)
        entries.load(service, rows)


def _catch_up(service: Service) -> None:
    """Name the badge links that are older than the directory."""
    with service.store.reading() as session:
        numbers = session.scalars(
            select(Person.id)
            .join(LinkRow, LinkRow.person_id == Person.id)
            .outerjoin(LinkName, LinkName.link_id == LinkRow.id)
            .where(LinkRow.kind == LinkKind.BADGE, LinkName.link_id.is_(None))
            .distinct()
        ).all()
    for number in numbers:
        with service.store.writing() as session:
            person = session.get_one(Person, number)
            note(session, service, person, service.person_keys.get(person.key_name))
