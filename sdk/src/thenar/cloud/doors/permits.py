"""``POST /v1/permits``: may this person pass this door now, by the site's policy?

What decides here is what ``thenar access explain`` shows: both ask :func:`weigh`.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.access import Judgement, Policy, Scene, Waiting, judge
from thenar.cloud import audit, people
from thenar.cloud.doors import places
from thenar.cloud.doors.shown import shown
from thenar.cloud.idempotency import once
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import Device, Person, PersonState
from thenar.errors import UnknownObject
from thenar.messages import LinkView, Permit, Permitting, Purpose

_LONGEST = 200
"""Characters that a passage's record takes of a reason."""


def permit(
    service: Service, caller: Caller, asked: Permitting, key: str, request_id: str
) -> Permit:
    """Decide once per idempotency key, which is that of the passage.

    Raises:
        AccessRefused: the assertion does not hold for a door.
        UnknownObject: the person was forgotten meanwhile.
        RequestConflict: the key was used for another passage.
    """
    assertion = shown(service, caller, asked.assertion)

    def act(session: Session) -> Permit:
        site = session.get_one(Device, caller.device).site_id
        person = people.find(session, caller.tenant, assertion.subject)
        policy = service.policies.at(site)
        if policy is None:
            return Permit(allow=True, reason="the site has no policy", request_id=request_id)
        judged = decide(service, session, policy, site, person, asked.door, key)
        _note(session, service, caller, asked.door, person, judged, request_id)
        door = policy.site.doors.get(asked.door)
        return Permit(
            allow=judged.allow,
            reason=judged.reason[:_LONGEST],
            offline=door.offline if door is not None else None,
            links=_credentials(service, person, assertion.purpose) if judged.allow else (),
            request_id=request_id,
        )

    return once(service, caller.actor, f"permit {key}", asked, Permit, act)


def _credentials(service: Service, person: Person, purpose: Purpose) -> tuple[LinkView, ...]:
    """What the door's own authority is shown."""
    key = service.person_keys.get(person.key_name)
    return tuple(people.view(row, key) for row in person.links if row.kind == purpose.link_kind)


def decide(
    service: Service,
    session: Session,
    policy: Policy,
    site: str,
    person: Person,
    door: str,
    key: str,
) -> Judgement:
    """Weigh, and remember what follows: people who may pass now, or somebody who waits.

    Args:
        service: has the directory.
        session: a writing one.
        policy: of the site.
        site: which.
        person: who.
        door: name of the door.
        key: idempotency key of the passage.
    """
    now = service.clock()
    judged = weigh(service, session, policy, site, person, door, now)
    if judged.allow:
        movers = session.scalars(
            select(Person.id).where(
                Person.tenant_id == person.tenant_id, Person.subject.in_(judged.movers)
            )
        ).all()
        places.grant(session, person.tenant_id, site, door, key, movers, judged.area, now)
    elif judged.waits:
        places.wait(session, site, door, person.id, now)
    return judged


def weigh(
    service: Service,
    session: Session,
    policy: Policy,
    site: str,
    person: Person,
    door: str,
    at: float,
) -> Judgement:
    """What the policy says of a person at a door, as people stand now.

    Args:
        service: has the directory.
        session: any; nothing is changed.
        policy: of the site.
        site: which.
        person: who.
        door: name of the door.
        at: when, seconds since the epoch, UTC.
    """
    now = service.clock()
    through = policy.site.doors.get(door)
    reset = policy.last_reset(at)
    areas = {through.into, through.out_of} if through is not None else set()
    scene = Scene(
        place=places.place(session, site, person.id, now),
        inside={area: places.inside(session, site, area, reset, now) for area in areas},
        under_way=places.under_way(session, site, now),
        waiting=_waiting(service, session, site, door, now),
    )
    return judge(policy, service.roll.holder(person.subject), door, at, scene)


def _waiting(
    service: Service, session: Session, site: str, door: str, now: float
) -> Waiting | None:
    row = places.waiting(session, site, door)
    first = None if row is None else session.get(Person, row.person_id)
    if row is None or first is None or first.state != PersonState.ACTIVE:
        return None
    where = places.place(session, site, first.id, now)
    return Waiting(service.roll.holder(first.subject), where, row.since)


def named(service: Service, tenant: str, told: str) -> str:
    """The subject of somebody told by subject, user's name or badge number.

    Raises:
        UnknownObject: nobody, or more than one.
    """
    from thenar.cloud.scim import entries

    with service.store.reading() as session:
        known = session.scalar(
            select(Person.subject).where(
                Person.tenant_id == tenant, Person.subject == told.strip().lower()
            )
        )
    kinds: tuple[entries.Kind, ...] = ("user", "badge")
    names = [entries.name_of(service.keys, tenant, kind, told) for kind in kinds]
    found = (
        [known] if known else sorted({one for name in names for one in service.roll.named(name)})
    )
    if len(found) == 1:
        return found[0]
    raise UnknownObject(
        f"{len(found) or 'No'} {'people are' if len(found) > 1 else 'enrolled person is'} "
        f"called {told!r}.",
        remedy="name them by subject, by the user's name in the directory or by a badge number.",
    )


def _note(
    session: Session,
    service: Service,
    caller: Caller,
    door: str,
    person: Person,
    judged: Judgement,
    request_id: str,
) -> None:
    audit.append(
        session,
        time=service.clock(),
        tenant=caller.tenant,
        actor=caller.actor,
        action="door.permitted" if judged.allow else "door.not-permitted",
        about=person.subject,
        request_id=request_id,
        door=door,
        rule=next((step.rule for step in judged.steps if not step.holds), judged.violation),
    )
