"""Why somebody may pass a door at a time, or may not: every rule, and where it stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from thenar.access import Judgement, Policy
from thenar.cloud import audit, people
from thenar.cloud.authority import Authority
from thenar.cloud.doors import permits, places
from thenar.cloud.service import Service
from thenar.cloud.tables import Site
from thenar.errors import InvalidRecord, SettingsError, UnknownObject
from thenar.messages import Explained, ExplainedStep, Forgiven, Forgiveness
from thenar.settings.document import Document


def explain(
    service: Service, tenant: str, site: str | None, person: str, door: str, at: str
) -> Explained:
    """What the door would say; nothing is changed.

    Args:
        service: the running service.
        tenant: whose person.
        site: where the door is; None: the tenant's one site with a policy.
        person: subject, name in the directory, or badge number.
        door: name of the door.
        at: a date and time of ISO 8601, by the clock of the site unless it says otherwise;
            empty: now.

    Raises:
        UnknownObject: no such person, or no such site.
        SettingsError: the site has no policy.
        InvalidRecord: ``at`` is no time.
    """
    where = _site(service, tenant, site)
    policy = service.policies.at(where)
    if policy is None:
        raise SettingsError(
            "This site has no policy: its doors decide by themselves.",
            remedy="name a file for the site under [cloud.policies].",
        )
    when = _moment(policy, at) if at else service.clock()
    with service.store.reading() as session:
        known = people.find(session, tenant, permits.named(service, tenant, person))
        judged = permits.weigh(service, session, policy, where, known, door, when)
    return _told(policy, judged, known.subject, door, when)


def forgive(service: Service, by: Authority, asked: Forgiveness, request_id: str) -> Forgiven:
    """Forget where somebody is, or everybody. Raises UnknownObject."""
    tenant = by.of(asked.tenant)
    where = _site(service, tenant, asked.site)
    with service.store.writing() as session:
        subject = None
        if asked.person is None:
            was = places.forgive_everybody(session, where)
        else:
            known = people.find(session, tenant, permits.named(service, tenant, asked.person))
            subject, was = known.subject, places.forgive(session, where, [known.id])
        audit.append(
            session,
            time=service.clock(),
            tenant=tenant,
            actor=by.actor,
            action="place.forgotten",
            about=subject or "",
            request_id=request_id,
            people=was,
        )
    return Forgiven(subject=subject, known=bool(was), people=was, request_id=request_id)


def _site(service: Service, tenant: str, site: str | None) -> str:
    with service.store.reading() as session:
        sites = session.scalars(select(Site.id).where(Site.tenant_id == tenant)).all()
    if site is not None:
        if site not in sites:
            raise UnknownObject("No such site of this tenant.")
        return site
    ruled = [one for one in sites if service.policies.at(one) is not None]
    if len(ruled) != 1:
        raise UnknownObject(
            f"{len(ruled) or 'None'} of this tenant's {len(sites)} sites "
            f"{'have' if len(ruled) > 1 else 'has'} a policy.",
            remedy="say which site is meant.",
        )
    return ruled[0]


def _moment(policy: Policy, told: str) -> float:
    try:
        moment = datetime.fromisoformat(told.strip())
    except ValueError:
        raise InvalidRecord(
            f"at: expected a date and time such as 2026-12-24T17:30, got {told!r}."
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=policy.zone)).timestamp()


def _told(policy: Policy, judged: Judgement, subject: str, door: str, at: float) -> Explained:
    through = policy.site.doors.get(door)
    offline = through.offline if through is not None else None
    return Explained(
        allow=judged.allow,
        reason=judged.reason,
        subject=subject,
        door=door,
        clock=f"{policy.clock(at):%a %Y-%m-%d %H:%M:%S %Z}",
        steps=tuple(
            ExplainedStep(
                rule=step.rule,
                holds=step.holds,
                said=step.said,
                where=_where(policy.document, step.path),
            )
            for step in judged.steps
        ),
        offline="as the door's own settings say" if offline is None else offline.value,
    )


def _where(document: Document, path: tuple[str | int, ...]) -> str:
    return document.where(path) if path and document.value(path) is not None else ""
