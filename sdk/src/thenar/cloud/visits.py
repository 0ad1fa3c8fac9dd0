"""When people came last."""

from __future__ import annotations

from sqlalchemy.orm import Session

from thenar.cloud.tables import Person, Visit


def visited(session: Session, person: Person, now: float) -> None:
    """Remember that a person was here, in the transaction that tells of it."""
    if session.get(Person, person.id) is None:
        return  # forgotten a moment ago
    row = session.get(Visit, person.id)
    if row is None:
        session.add(Visit(person_id=person.id, seen=now, told=None))
    else:
        row.seen, row.told = max(row.seen, now), None
