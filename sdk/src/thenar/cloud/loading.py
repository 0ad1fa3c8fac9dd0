"""What is done before the first request: references into memory, interrupted work finished."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from thenar.cloud import forgetting, people
from thenar.cloud.service import Service
from thenar.cloud.tables import Palm, Person, PersonState
from thenar.records import Signature
from thenar.vault.protection import reveal_template

log = logging.getLogger("thenar.cloud")
_AT_ONCE = 500


def load(service: Service) -> None:
    """Sweep up after a crash, then load every active palm.

    A key without a person is of an enrolment that was interrupted, a person without
    a key of a forgetting that was: the former is destroyed, the latter finished.
    """
    with service.store.reading() as session:
        known = {name: number for number, name in session.execute(_names)}
    keys = service.person_keys.people()
    for orphan in keys - set(known):
        service.person_keys.destroy(orphan)
    _close([known[name] for name in set(known) - keys], service)
    forgetting.finish_all(service)
    _load_references(service)
    service.candidates.refresh(service.references)


_names = select(Person.id, Person.key_name)


def _close(people_without_key: list[int], service: Service) -> None:
    with service.store.writing() as session:
        for number in people_without_key:
            session.get_one(Person, number).state = PersonState.CLOSING


def _load_references(service: Service) -> None:
    maker, skipped, last = service.plugins.signature, 0, 0
    ours = (maker.algorithm, maker.version)
    while some := _after(service, last):
        keys = service.person_keys.get_all(person.key_name for person in some)
        for person in some:
            key = keys[person.key_name]
            palms = [palm for palm in person.palms if (palm.algorithm, palm.version) == ours]
            skipped += len(person.palms) - len(palms)
            references = [(palm.id, _reveal(palm, key, person.tenant_id)) for palm in palms]
            if references:
                service.references.add(people.member(person), references)
        last = some[-1].id
    log.info("references loaded", extra={"palms": len(service.references), "skipped": skipped})


def _after(service: Service, last: int) -> list[Person]:
    with service.store.reading() as session:
        return list(
            session.scalars(
                select(Person)
                .where(Person.id > last, Person.state == PersonState.ACTIVE)
                .order_by(Person.id)
                .limit(_AT_ONCE)
                .options(selectinload(Person.palms), selectinload(Person.links))
            )
        )


def _reveal(palm: Palm, key: bytes, tenant: str) -> Signature:
    return reveal_template(palm.template, key, tenant=tenant, palm=palm.name)
