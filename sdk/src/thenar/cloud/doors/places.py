"""Where people are at a site: let in for certain, or just told that they may pass.

A grant counts as a passage until the door says what became of it, or until it is too old
for that. A door that says so later still moves the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, delete, func, select, union
from sqlalchemy.orm import Session

from thenar.access import Place
from thenar.cloud.tables import GrantRow, Person, PlaceRow, WaitRow
from thenar.parameters import ACCESS


def place(session: Session, site: str, person: int, now: float) -> Place | None:
    """Where somebody is; None: nobody knows."""
    granted = session.scalar(
        select(GrantRow)
        .where(GrantRow.site_id == site, GrantRow.person_id == person, _fresh(now))
        .order_by(GrantRow.since.desc())
        .limit(1)
    )
    known = session.get(PlaceRow, (site, person))
    if granted is not None and (known is None or granted.since >= known.since):
        return Place(granted.area, granted.since)
    return None if known is None else Place(known.area, known.since)


def inside(session: Session, site: str, area: str, since: float, now: float) -> int:
    """How many people may be in an area: those let in, also if they are about to leave.

    Args:
        session: any.
        site: where.
        area: which.
        since: whoever was let in before is forgotten; seconds since the epoch, UTC.
        now: seconds since the epoch, UTC.
    """
    coming = select(GrantRow.person_id).where(
        GrantRow.site_id == site, GrantRow.area == area, _fresh(now)
    )
    there = select(PlaceRow.person_id).where(
        PlaceRow.site_id == site, PlaceRow.area == area, PlaceRow.since >= since
    )
    return session.scalar(select(func.count()).select_from(union(coming, there).subquery())) or 0


def under_way(session: Session, site: str, now: float) -> frozenset[str]:
    """The areas that somebody may be entering or leaving at this moment."""
    rows = session.execute(
        select(GrantRow.area, PlaceRow.area)
        .outerjoin(
            PlaceRow,
            (PlaceRow.site_id == GrantRow.site_id) & (PlaceRow.person_id == GrantRow.person_id),
        )
        .where(GrantRow.site_id == site, _fresh(now))
    )
    return frozenset(area for row in rows for area in row if area is not None)


def waiting(session: Session, site: str, door: str) -> WaitRow | None:
    """Who waits at a door for a second person."""
    return session.get(WaitRow, (site, door))


def wait(session: Session, site: str, door: str, person: int, now: float) -> None:
    """Somebody waits at a door; whoever waited there before does not any more."""
    session.merge(WaitRow(site_id=site, door=door, person_id=person, since=now))


def grant(
    session: Session,
    tenant: str,
    site: str,
    door: str,
    key: str,
    people: Sequence[int],
    area: str,
    now: float,
) -> None:
    """People are told that they may pass into an area."""
    session.execute(delete(GrantRow).where(GrantRow.since < now - ACCESS.grants_kept))
    session.execute(delete(WaitRow).where(WaitRow.site_id == site, WaitRow.door == door))
    for person in people:
        session.add(
            GrantRow(
                tenant_id=tenant, key=key, person_id=person, site_id=site, area=area, since=now
            )
        )


def settle(session: Session, tenant: str, key: str, *, passed: bool, at: float) -> list[int]:
    """The door says what became of a grant.

    Args:
        session: a writing one.
        tenant: whose door.
        key: idempotency key of the passage.
        passed: whether it opened.
        at: when, seconds since the epoch, UTC.

    Returns:
        The people who passed.
    """
    rows = session.scalars(
        select(GrantRow).where(GrantRow.tenant_id == tenant, GrantRow.key == key)
    ).all()
    moved = []
    for row in rows:
        if passed:
            _move(session, row, at)
            moved.append(row.person_id)
        session.delete(row)
    return moved


def undo(session: Session, tenant: str, key: str) -> list[int]:
    """Whoever was let in by a passage did not go through: they are where they were before.

    Args:
        session: a writing one.
        tenant: whose door.
        key: idempotency key of the passage.

    Returns:
        The people who were put back; who passed another door since stays where that led.
    """
    session.execute(delete(GrantRow).where(GrantRow.tenant_id == tenant, GrantRow.key == key))
    rows = session.scalars(
        select(PlaceRow)
        .join(Person, Person.id == PlaceRow.person_id)
        .where(PlaceRow.passage == key, Person.tenant_id == tenant)
    ).all()
    for row in rows:
        if row.area_before is None or row.since_before is None:
            session.delete(row)
        else:
            row.area, row.since, row.passage = row.area_before, row.since_before, None
            row.area_before = row.since_before = None
    return [row.person_id for row in rows]


def forgive(session: Session, site: str, people: Iterable[int]) -> int:
    """Forget where people are, so that anti-passback lets them pass; how many there were."""
    gone = session.execute(
        delete(PlaceRow).where(PlaceRow.site_id == site, PlaceRow.person_id.in_(list(people)))
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def forgive_everybody(session: Session, site: str) -> int:
    """Forget where everybody at a site is; how many there were."""
    gone = session.execute(delete(PlaceRow).where(PlaceRow.site_id == site))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _move(session: Session, row: GrantRow, at: float) -> None:
    known = session.get(PlaceRow, (row.site_id, row.person_id))
    if known is None:
        known = PlaceRow(site_id=row.site_id, person_id=row.person_id)
        session.add(known)
    elif at < known.since:
        return
    known.area_before, known.since_before = known.area, known.since
    known.area, known.since, known.passage = row.area, at, row.key


def _fresh(now: float) -> ColumnElement[bool]:
    return GrantRow.since >= now - ACCESS.grant_seconds
