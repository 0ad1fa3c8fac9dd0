"""``POST /v1/passages``: what a door decided, for the record; and who turned back."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.cloud import audit, people
from thenar.cloud.doors import places
from thenar.cloud.doors.shown import shown
from thenar.cloud.fingerprint import fingerprint, same
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import PassageRow, Person, identifier
from thenar.errors import AccessRefused
from thenar.messages import PassageAnnulment, PassageRecord, PassageRecorded


def record(
    service: Service, caller: Caller, asked: PassageRecord, key: str, request_id: str
) -> PassageRecorded:
    """Record once per idempotency key.

    Raises:
        AccessRefused: there is an assertion, and it does not hold for a door.
        UnknownObject: the person was forgotten meanwhile.
        RequestConflict: the key was used for another passage.
    """
    printed = fingerprint(asked)
    with service.store.writing() as session:
        row = _known(session, caller, key)
        if row is not None:
            same(row, printed)
            return PassageRecorded(passage=row.id, request_id=request_id)
        person: Person | None = None
        if asked.assertion is not None:
            assertion = shown(service, caller, asked.assertion)
            person = people.find(session, caller.tenant, assertion.subject)
        row = PassageRow(
            id=identifier(),
            key=key,
            fingerprint=printed,
            tenant_id=caller.tenant,
            device_id=caller.device,
            person_id=person.id if person else None,
            door=asked.door,
            allow=asked.allow,
            reason=asked.reason,
            offline=asked.offline.value if asked.offline else "",
            time=asked.time,
        )
        session.add(row)
        passed = asked.allow and _known(session, caller, _annulling(key)) is None
        places.settle(session, caller.tenant, key, passed=passed, at=asked.time)
        audit.append(
            session,
            time=service.clock(),
            tenant=caller.tenant,
            actor=caller.actor,
            action="door.opened" if asked.allow else "door.refused",
            about=person.subject if person else "",
            request_id=request_id,
            door=asked.door,
            offline=row.offline,
        )
    service.tell("door.decided", request_id, {"allow": asked.allow, "offline": row.offline})
    return PassageRecorded(passage=row.id, request_id=request_id)


def annul(
    service: Service, caller: Caller, asked: PassageAnnulment, request_id: str
) -> PassageRecorded:
    """Record once that nobody went through; who was counted as passed is where they were.

    The line of the passage stays as it was: the door did open.

    Raises:
        AccessRefused: it was another device's passage.
    """
    key = _annulling(asked.passage)
    with service.store.writing() as session:
        row = _known(session, caller, key)
        if row is not None:
            return PassageRecorded(passage=row.id, request_id=request_id)
        before = _known(session, caller, asked.passage)
        if before is not None and before.device_id != caller.device:
            raise AccessRefused("The passage was another device's.")
        person = before and before.person_id and session.get(Person, before.person_id)
        row = PassageRow(
            id=identifier(),
            key=key,
            fingerprint=fingerprint(asked),
            tenant_id=caller.tenant,
            device_id=caller.device,
            person_id=person.id if person else None,
            door=asked.door,
            allow=False,
            reason=asked.reason,
            offline="",
            time=asked.time,
        )
        session.add(row)
        places.undo(session, caller.tenant, asked.passage)
        audit.append(
            session,
            time=service.clock(),
            tenant=caller.tenant,
            actor=caller.actor,
            action="door.turned-back",
            about=person.subject if person else "",
            request_id=request_id,
            door=asked.door,
        )
    return PassageRecorded(passage=row.id, request_id=request_id)


def _annulling(key: str) -> str:
    """The key under which the annulment of a passage is kept, once for each."""
    return hashlib.sha256(f"annulled {key}".encode()).hexdigest()


def _known(session: Session, caller: Caller, key: str) -> PassageRow | None:
    return session.scalar(
        select(PassageRow).where(PassageRow.tenant_id == caller.tenant, PassageRow.key == key)
    )
