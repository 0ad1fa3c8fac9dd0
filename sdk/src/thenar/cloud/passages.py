"""``POST /v1/passages``: what a door decided, for the record."""

from __future__ import annotations

from sqlalchemy import select

from thenar.cloud import audit, people
from thenar.cloud.doors import places
from thenar.cloud.fingerprint import fingerprint, same
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import PassageRow, Person, identifier
from thenar.messages import PassageRecord, PassageRecorded, Purpose


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
        row = session.scalar(
            select(PassageRow).where(PassageRow.tenant_id == caller.tenant, PassageRow.key == key)
        )
        if row is not None:
            same(row, printed)
            return PassageRecorded(passage=row.id, request_id=request_id)
        person: Person | None = None
        if asked.assertion is not None:
            assertion = service.assertions.check(
                asked.assertion,
                tenant=caller.tenant,
                device=caller.device,
                purposes=(Purpose.ENTER, Purpose.BADGE, Purpose.AGE),
                now=service.clock(),
            )
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
        places.settle(session, caller.tenant, key, passed=asked.allow, at=asked.time)
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
