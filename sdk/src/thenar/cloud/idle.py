"""People who do not come any more: told in time, then forgotten.

A visit is a palm recognised for anything; enrolling counts as one. After the set
idle days a person is forgotten as if they had asked for it; some days before, they
are told once, at the contact that they gave. Whoever gave none is not told, and
forgotten all the same: a palm that nobody uses is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import func, select

from thenar.cloud import audit, forgetting
from thenar.cloud.service import Service
from thenar.cloud.tables import Person, PersonState, Tenant, Visit
from thenar.cloud.web import codes
from thenar.cloud.web.rendering import Tongue
from thenar.errors import KeyUnavailable
from thenar.records import Message
from thenar.vault.protection import reveal

DAY = 86400.0
_AT_ONCE = 200
_last_seen = func.coalesce(Visit.seen, Person.created)


def look(service: Service) -> bool:
    """Tell some of those who will be forgotten soon; forget some who were told long enough ago.

    Returns:
        Whether there may be more: a turn is short, so that it holds nobody up.
    """
    now, settings = service.clock(), service.settings
    end = now - settings.idle_days * DAY
    notice = settings.idle_notice_days * DAY
    soon = _idle(service, end + notice, told=False)
    over = _idle(service, end, told=True, before=now - notice)
    _tell(service, soon, lambda seen: max(seen + settings.idle_days * DAY, now + notice))
    if over:
        people = [person for person, _, _ in over]
        forgetting.forget_all(service, people, actor="idle", request_id="")
    return bool(soon or over)


def _idle(
    service: Service, seen_before: float, *, told: bool, before: float = 0.0
) -> Sequence[tuple[Person, float, str]]:
    """Active people not seen since, with when they were seen and their tenant's name."""
    was_told = Visit.told.is_not(None) & (Visit.told <= before) if told else Visit.told.is_(None)
    with service.store.reading() as session:
        rows = session.execute(
            select(Person, _last_seen, Tenant.name)
            .join(Tenant, Tenant.id == Person.tenant_id)
            .outerjoin(Visit, Visit.person_id == Person.id)
            .where(Person.state == PersonState.ACTIVE, _last_seen <= seen_before, was_told)
            .limit(_AT_ONCE)
        ).all()
    return [(row[0], row[1], row[2]) for row in rows]


def _tell(
    service: Service, some: Sequence[tuple[Person, float, str]], end: Callable[[float], float]
) -> None:
    """Write down that they were told, then tell them: once, even if the process dies between."""
    with service.store.writing() as session:
        for person, seen, _ in some:
            row = session.get(Visit, person.id)
            if row is None:
                row = Visit(person_id=person.id, seen=seen, told=None)
                session.add(row)
            row.told = service.clock()
            audit.append(
                session,
                time=service.clock(),
                tenant=person.tenant_id,
                actor="idle",
                action="person.idle",
                about=person.subject,
            )
    for person, seen, tenant in some:
        if contact := _contact(service, person):
            codes.send(service, _message(contact, tenant, seen, end(seen)))


def _contact(service: Service, person: Person) -> str:
    """Empty where none was given, or they were forgotten a moment ago."""
    try:
        key = service.person_keys.get(person.key_name)
        return reveal(person.contact, key, bound=f"contact {person.key_name}").decode("utf-8")
    except KeyUnavailable:
        return ""


def _message(contact: str, tenant: str, seen: float, end: float) -> Message:
    """In English and Spanish: nobody said which they read."""
    tongues = [Tongue("en"), Tongue("es")]
    told = [
        tongue.say(
            "You have not used your palm with {tenant} since {day}. On {end} it will be deleted. "
            "To keep it, use it once before then; there is nothing to do otherwise.",
            tenant=tenant,
            day=tongue.day(seen),
            end=tongue.day(end),
        )
        for tongue in tongues
    ]
    subject = " / ".join(tongue.say("Your palms will be deleted soon") for tongue in tongues)
    return Message(address=contact, subject=subject, body="\n\n".join(told))
