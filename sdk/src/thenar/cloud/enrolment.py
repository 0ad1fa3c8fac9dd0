"""``POST /v1/enrolments``: palms that nobody has yet become a person's."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import attrs
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from thenar.cloud import audit, people
from thenar.cloud.fingerprint import fingerprint, same
from thenar.cloud.recognition import open_captures
from thenar.cloud.scim import ties
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import Closing, LinkRow, Palm, Person, identifier
from thenar.cloud.webhooks.deciding import Mode, ask
from thenar.errors import DuplicatePalm, EnrolmentError
from thenar.messages import Enrolled, Enrolment
from thenar.records import Hand, PalmCrop, Probe, Signature
from thenar.vault.protection import protect, protect_template
from thenar.vault.sealing import Use


def enrol(
    service: Service, caller: Caller, asked: Enrolment, key: str, request_id: str
) -> Enrolled:
    """Enrol once per idempotency key.

    Raises:
        DuplicatePalm: a palm is enrolled with this tenant already.
        EnrolmentError: the captures are not of the palms that were announced, or the
            tenant's own program did not permit it.
        SealError: the envelope was refused.
        SignatureError: a palm's captures have too little trusted skin.
        RequestConflict: the key was used for another enrolment.
    """
    if (before := _enrolled_before(service, caller, asked, key, request_id)) is not None:
        return before
    crops = open_captures(service, caller, asked.envelope, Use.ENROLMENT)
    palms = {Hand(hand): _Palm.of(service, caller.tenant, _of(crops, hand)) for hand in asked.palms}
    if {crop.hand for crop in crops} != set(palms):
        raise EnrolmentError("The envelope holds captures of hands that were not announced.")
    subject = people.new_subject()
    verdict = ask(service, caller.tenant, subject, "enrol", Mode.ENROLLMENT)
    if not verdict.allow:
        raise EnrolmentError(verdict.message or "The tenant's own program did not permit it.")
    with service.enrolling:
        if (before := _enrolled_before(service, caller, asked, key, request_id)) is not None:
            return before
        _refuse_duplicates(service, caller.tenant, palms)
        person = _keep(service, caller, asked, palms, subject, key, request_id)
        ties.tell(service, person)
        numbers = [(palm.id, palms[Hand(palm.hand)].reference) for palm in person.palms]
        service.references.add(people.member(person), numbers)
    service.tell("person.enrolled", request_id, {"palms": len(palms)})
    return _answer(service, person, request_id)


@attrs.frozen
class _Palm:
    """One palm to be enrolled: what is kept, and what looks for it among the others."""

    reference: Signature
    probe: Probe

    @classmethod
    def of(cls, service: Service, tenant: str, crops: list[PalmCrop]) -> _Palm:
        maker, templates = service.plugins.signature, service.templates
        reference = templates.protected(maker.make(crops), tenant)
        return cls(reference, templates.presented(maker.probe(crops), tenant))


def _enrolled_before(
    service: Service, caller: Caller, asked: Enrolment, key: str, request_id: str
) -> Enrolled | None:
    with service.store.reading() as session:
        person = session.scalar(
            select(Person)
            .where(Person.tenant_id == caller.tenant, Person.key == key)
            .options(selectinload(Person.palms), selectinload(Person.links))
        )
    if person is None:
        return None
    same(person, fingerprint(asked))
    return _answer(service, person, request_id)


def _of(crops: list[PalmCrop], hand: Hand) -> list[PalmCrop]:
    of_hand = [crop for crop in crops if crop.hand is hand]
    if not of_hand:
        raise EnrolmentError(f"The envelope holds no capture of the {hand} palm.")
    return of_hand


def _refuse_duplicates(service: Service, tenant: str, palms: Mapping[Hand, _Palm]) -> None:
    limit = service.settings.duplicate_fmr
    for first, second in combinations(palms.values(), 2):
        if service.plugins.matcher.compare(first.probe, second.reference) <= limit:
            raise EnrolmentError("The same palm was shown twice, instead of both.")
    for hand, palm in palms.items():
        among = service.references.enrolled(tenant, hand)
        best = service.references.gallery.search(palm.probe, among=among, limit=1)
        if best and best[0].fmr <= limit:
            raise DuplicatePalm(
                f"The {hand} palm is enrolled already.",
                remedy="identify the person, and link the new card or ticket to them.",
            )


def _keep(
    service: Service,
    caller: Caller,
    asked: Enrolment,
    palms: Mapping[Hand, _Palm],
    subject: str,
    key: str,
    request_id: str,
) -> Person:
    """Key first, then everything else in one transaction; a key without a person is swept away."""
    key_name = identifier()
    data_key = service.person_keys.create(key_name)
    person = Person(
        key=key,
        fingerprint=fingerprint(asked),
        tenant_id=caller.tenant,
        subject=subject,
        key_name=key_name,
        consent_text=asked.consent.text,
        consent_purposes=[purpose.value for purpose in asked.consent.purposes],
        contact=protect(asked.contact.encode("utf-8"), data_key, bound=f"contact {key_name}"),
        contact_index=people.contact_index(service.keys, caller.tenant, asked.contact),
        created=service.clock(),
        palms=[
            _row(service, caller.tenant, palms[hand].reference, hand, data_key) for hand in palms
        ],
        links=[
            _link(service, caller.tenant, asked, number, key, data_key)
            for number in range(len(asked.links))
        ],
    )
    with service.store.writing() as session:
        if session.get(Closing, caller.tenant) is not None:
            raise EnrolmentError("The tenant is closed; nobody is enrolled with it any more.")
        session.add(person)
        session.flush()
        ties.note(session, service, person, data_key)
        _note(session, service, caller, person, request_id)
    return person


def _row(service: Service, tenant: str, signature: Signature, hand: Hand, key: bytes) -> Palm:
    name = identifier()
    return Palm(
        name=name,
        hand=hand.value,
        algorithm=signature.algorithm,
        version=signature.version,
        template=protect_template(
            signature, key, tenant=tenant, palm=name, version=service.settings.template_key
        ),
        created=service.clock(),
    )


def _link(
    service: Service, tenant: str, asked: Enrolment, number: int, key: str, data_key: bytes
) -> LinkRow:
    link, row = asked.links[number], identifier()
    return LinkRow(
        id=row,
        key=f"{key} {number}",
        fingerprint="",
        tenant_id=tenant,
        kind=link.kind.value,
        provider=link.provider,
        content=people.protect_link(link, data_key, row),
        created=service.clock(),
    )


def _note(
    session: Session, service: Service, caller: Caller, person: Person, request_id: str
) -> None:
    audit.append(
        session,
        time=service.clock(),
        tenant=caller.tenant,
        actor=caller.actor,
        action="person.enrolled",
        about=person.subject,
        request_id=request_id,
        palms=len(person.palms),
        links=len(person.links),
        consent=person.consent_text,
    )


def _answer(service: Service, person: Person, request_id: str) -> Enrolled:
    key = service.person_keys.get(person.key_name)
    first = person.palms[0]
    return Enrolled(
        subject=person.subject,
        palms=tuple(Hand(palm.hand) for palm in person.palms),
        links=tuple(people.view(link, key) for link in person.links),
        algorithm=f"{first.algorithm} {first.version}",
        request_id=request_id,
    )
