"""What is done before the first request: references into memory, interrupted work finished."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import attrs
from pyroaring import BitMap
from sqlalchemy import String, bindparam, cast, select

from thenar.cloud import forgetting, stored
from thenar.cloud.references import Held, Member
from thenar.cloud.scim import ties
from thenar.cloud.service import Service
from thenar.cloud.tables import LinkRow, Palm, Person, PersonState
from thenar.matching.store import StoredGallery
from thenar.messages import Purpose
from thenar.records import Hand, LinkKind, Signature
from thenar.vault.protection import renew_template, reveal_template

log = logging.getLogger("thenar.cloud")
_AT_ONCE = 2000
_PalmRow = tuple[int, str, str, int]
"""Number, hand, algorithm and version."""


def load(service: Service) -> None:
    """Sweep up after a crash, then load every active palm.

    A key without a person is of an enrolment that was interrupted, a person without
    a key of a forgetting that was: the former is destroyed, the latter finished.
    """
    with service.store.reading() as session:
        known = {name: number for number, name in session.execute(_names)}
    keys = {name for name in service.person_keys.people() if not stored.is_own_key(name)}
    for orphan in keys - set(known):
        service.person_keys.destroy(orphan)
    _close([known[name] for name in set(known) - keys], service)
    forgetting.finish_all(service)
    _load_references(service)
    ties.load(service)
    service.candidates.refresh(service.references)


_names = select(Person.id, Person.key_name)


def _close(people_without_key: list[int], service: Service) -> None:
    with service.store.writing() as session:
        for number in people_without_key:
            session.get_one(Person, number).state = PersonState.CLOSING


def _load_references(service: Service) -> None:
    ours = service.plugins.kinds
    missing, skipped = _from_disk(service, ours), 0
    for some in _people(service):
        palms = [palm for person in some for palm in person.palms]
        skipped += sum(palm[2:] not in ours for palm in palms)
        wanted = [number for number, *_ in palms if number in missing]
        service.references.gallery.add(_revealed(service, wanted))
        service.references.admit(
            (person.member, held) for person in some if (held := _held(person.palms, ours))
        )
    log.info(
        "references loaded",
        extra={"palms": len(service.references), "revealed": len(missing), "skipped": skipped},
    )


def _from_disk(service: Service, ours: Collection[tuple[str, int]]) -> BitMap:
    """Load the gallery's copy; the references that it lacks are returned."""
    numbers, stamps = stored.expected(service.store, ours, service.settings.template_key)
    missing, in_use = BitMap(numbers), ""
    if isinstance(held := service.references.gallery, StoredGallery):
        missing, in_use = held.start(numbers, stamps), held.key_name
    for name in service.person_keys.people():
        if stored.is_own_key(name) and name != in_use:
            service.person_keys.destroy(name)
    return missing


def _held(palms: Iterable[_PalmRow], ours: Collection[tuple[str, int]]) -> list[Held]:
    return [
        Held(number, *_kind(hand, algorithm, version))
        for number, hand, algorithm, version in palms
        if (algorithm, version) in ours
    ]


@lru_cache(maxsize=1 << 8)
def _kind(hand: str, algorithm: str, version: int) -> tuple[Hand, str]:
    return Hand(hand), f"{algorithm}/{version}"


@attrs.frozen
class _Loaded:
    """A person, and what is known of their palms without opening anything."""

    member: Member
    palms: Sequence[_PalmRow]


def _people(service: Service) -> Iterator[list[_Loaded]]:
    """Everybody active, some at a time; columns alone, since there may be millions."""
    last = 0
    while True:
        with service.store.reading() as session:
            rows = session.execute(_some_people, {"last": last}).all()
            if not rows:
                return
            span = {"first": last + 1, "last": (last := rows[-1][0])}
            palms, links = (_by_person(session.execute(some, span).all()) for some in _of_people)
        yield [
            _Loaded(
                Member(
                    number,
                    subject,
                    tenant,
                    _purposes(consent),
                    _links(tuple(links.get(number, ()))),
                ),
                palms.get(number, ()),
            )
            for number, subject, tenant, consent in rows
        ]


_person, _palm, _link = (one.__table__.c for one in (Person, Palm, LinkRow))
_some_people = (
    select(_person.id, _person.subject, _person.tenant_id, cast(_person.consent_purposes, String))
    .where(_person.id > bindparam("last"), _person.state == PersonState.ACTIVE)
    .order_by(_person.id)
    .limit(_AT_ONCE)
)
_of_people = (
    select(_palm.person_id, _palm.id, _palm.hand, _palm.algorithm, _palm.version).where(
        _palm.person_id.between(bindparam("first"), bindparam("last"))
    ),
    select(_link.person_id, _link.kind, _link.provider).where(
        _link.person_id.between(bindparam("first"), bindparam("last"))
    ),
)


def _by_person(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row[1:])
    return found


@lru_cache(maxsize=1 << 12)
def _purposes(told: str) -> frozenset[Purpose]:
    """One set for the many who consented to the same, which is told in JSON."""
    return frozenset(map(Purpose, json.loads(told)))


@lru_cache(maxsize=1 << 12)
def _links(links: tuple[tuple[str, str], ...]) -> frozenset[tuple[LinkKind, str]]:
    """One set for the many who have the same links."""
    return frozenset((LinkKind(kind), provider) for kind, provider in links)


def _revealed(service: Service, palms: Sequence[int]) -> Iterator[tuple[int, Signature]]:
    """Signatures of palms, from their sealed templates."""
    for start in range(0, len(palms), _AT_ONCE // 4):
        with service.store.reading() as session:
            rows = session.execute(
                select(Palm.id, Palm.name, Palm.template, Person.key_name, Person.tenant_id)
                .join(Person, Palm.person_id == Person.id)
                .where(Palm.id.in_(palms[start : start + _AT_ONCE // 4]))
            ).all()
        keys = service.person_keys.get_all({row.key_name for row in rows})
        templates = service.templates
        for row in rows:
            place = {"tenant": row.tenant_id, "palm": row.name}
            key = keys[row.key_name]
            renewed = renew_template(row.template, key, **place, templates=templates)
            if renewed is not None:
                _replace(service, row.id, renewed)
            yield row.id, reveal_template(row.template, key, **place, templates=templates)


def _replace(service: Service, palm: int, template: bytes) -> None:
    """Keep a template that is protected under a newer key of its tenant."""
    with service.store.writing() as session:
        session.get_one(Palm, palm).template = template
