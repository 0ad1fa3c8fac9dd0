"""``POST /v1/loyalty``: a palm presents the loyalty membership that is linked to it."""

from __future__ import annotations

from sqlalchemy import select

from thenar.cloud import audit, people
from thenar.cloud.fingerprint import fingerprint, same
from thenar.cloud.service import Caller, Service
from thenar.cloud.shown import shown
from thenar.cloud.tables import LinkRow, LoyaltyRow, Person, identifier
from thenar.errors import InvalidRecord, LoyaltyError, UnknownObject
from thenar.messages import Loyalty, LoyaltyAction, LoyaltyStanding, Purpose
from thenar.protocols import LoyaltyProgram
from thenar.records import LinkKind, LoyaltyAccount


def act(
    service: Service, caller: Caller, asked: Loyalty, key: str, request_id: str
) -> LoyaltyStanding:
    """Look up, accrue or redeem, once per idempotency key.

    The event is written before the programme is asked, and its identifier is the
    programme's idempotency key: repeating the request after a failure acts once.

    Raises:
        AccessRefused: the assertion does not hold for this.
        UnknownObject: the person was forgotten, or has no such membership.
        LoyaltyError: the programme refused, or did not answer.
        RequestConflict: the key was used for another action.
    """
    if (asked.action is LoyaltyAction.LOOK_UP) != (asked.points == 0):
        raise InvalidRecord("Loyalty.points: expected 0 to look up, 1 or more otherwise.")
    with service.store.writing() as session:
        person = shown(session, service, caller, asked.assertion, Purpose.LOYALTY, Purpose.PAY)
        link = _membership(person, asked.programme)
        event = session.scalar(
            select(LoyaltyRow).where(LoyaltyRow.tenant_id == caller.tenant, LoyaltyRow.key == key)
        )
        if event is not None:
            same(event, fingerprint(asked))
        else:
            event = _event(service, caller, asked, person, link, key)
            session.add(event)
            audit.append(
                session,
                time=service.clock(),
                tenant=caller.tenant,
                actor=caller.actor,
                action=f"loyalty.{asked.action.name.lower().replace('_', '-')}",
                about=person.subject,
                request_id=request_id,
                programme=link.provider,
                points=asked.points,
            )
    if event.balance is None:
        member = people.link_value(link, service.person_keys.get(person.key_name))
        account = _ask(_programme(service, link.provider), asked, member, event.id)
        event = _keep(service, event.id, account)
    return LoyaltyStanding(
        programme=event.programme,
        points=event.balance or 0,
        tier=event.tier,
        request_id=request_id,
    )


def _membership(person: Person, programme: str) -> LinkRow:
    for link in person.links:
        if link.kind == LinkKind.LOYALTY and programme in ("", link.provider):
            return link
    raise UnknownObject(
        "The person has no such loyalty membership.", remedy="link the membership first."
    )


def _programme(service: Service, name: str) -> LoyaltyProgram:
    if name not in service.plugins.loyalty:
        known = ", ".join(service.plugins.loyalty) or "none"
        raise LoyaltyError(f"Loyalty programme {name!r} is not enabled; enabled are: {known}.")
    return service.plugins.loyalty[name]


def _event(
    service: Service, caller: Caller, asked: Loyalty, person: Person, link: LinkRow, key: str
) -> LoyaltyRow:
    return LoyaltyRow(
        id=identifier(),
        key=key,
        fingerprint=fingerprint(asked),
        tenant_id=caller.tenant,
        device_id=caller.device,
        person_id=person.id,
        programme=link.provider,
        action=asked.action.value,
        points=asked.points,
        balance=None,
        created=service.clock(),
    )


def _ask(programme: LoyaltyProgram, asked: Loyalty, member: str, key: str) -> LoyaltyAccount:
    match asked.action:
        case LoyaltyAction.LOOK_UP:
            return programme.look_up(member)
        case LoyaltyAction.ACCRUE:
            return programme.accrue(member, asked.points, idempotency_key=key)
        case LoyaltyAction.REDEEM:
            return programme.redeem(member, asked.points, idempotency_key=key)


def _keep(service: Service, event: str, account: LoyaltyAccount) -> LoyaltyRow:
    with service.store.writing() as session:
        row = session.get_one(LoyaltyRow, event)
        row.balance, row.tier = account.points, account.tier
    return row
