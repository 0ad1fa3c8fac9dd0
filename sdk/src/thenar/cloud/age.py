"""``POST /v1/age-checks``: old enough, yes or no; never how old.

The proof is a link of kind ``age``. Its value is a date of birth (``1990-05-01``) or what
was attested (``18+``), and does not leave the service.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from thenar.cloud import audit, people
from thenar.cloud.service import Caller, Service
from thenar.cloud.shown import shown
from thenar.cloud.tables import Person
from thenar.messages import AgeCheck, AgeChecked, Purpose
from thenar.records import LinkKind

_ATTESTED = re.compile(r"([0-9]{1,3})\+")


def check(service: Service, caller: Caller, asked: AgeCheck, request_id: str) -> AgeChecked:
    """Answer yes or no; the audit log tells that it was asked, not the answer.

    Raises:
        AccessRefused: the assertion does not hold for this.
        UnknownObject: the person was forgotten.
    """
    with service.store.writing() as session:
        person = shown(session, service, caller, asked.assertion, Purpose.AGE, Purpose.PAY)
        audit.append(
            session,
            time=service.clock(),
            tenant=caller.tenant,
            actor=caller.actor,
            action="age.checked",
            about=person.subject,
            request_id=request_id,
            years=asked.years,
        )
    return AgeChecked(old_enough=is_old_enough(service, person, asked.years), request_id=request_id)


def is_old_enough(service: Service, person: Person, years: int) -> bool:
    """Whether a linked proof says so, of somebody who agreed to be asked."""
    if Purpose.AGE not in person.consent_purposes:
        return False
    key = service.person_keys.get(person.key_name)
    today = datetime.fromtimestamp(service.clock(), UTC).date()
    return any(
        proves(people.link_value(link, key), years, today)
        for link in person.links
        if link.kind == LinkKind.AGE
    )


def proves(value: str, years: int, today: date) -> bool:
    """Whether a proof of age says that somebody has so many years; one that says nothing does not.

    Who was born on 29 February is a year older on 1 March.
    """
    if attested := _ATTESTED.fullmatch(value):
        return int(attested[1]) >= years
    try:
        born = date.fromisoformat(value)
    except ValueError:
        return False
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age >= years
