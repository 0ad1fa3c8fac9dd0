"""What the portal shows of a person."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from thenar.cloud import cards, people
from thenar.cloud.service import Service
from thenar.cloud.tables import AuditLine, LinkRow, Palm, Person, PersonState
from thenar.cloud.web.rendering import Tongue
from thenar.cloud.web.sessions import SignedIn
from thenar.records import LinkKind

WORDS = {
    "person.enrolled": "Palms enrolled",
    "person.downloaded": "Your data was downloaded",
    "person.idle": "You were told that your palms will be deleted unless you come by",
    "palm.recognised": "Palm recognised {purpose}",
    "payment.asked": "Payment of {amount}",
    "payment.capture": "Payment of {amount} completed",
    "payment.cancel": "Payment of {amount} given up",
    "payment.refund": "Refund of {amount}",
    "loyalty.look-up": "Loyalty card shown at {programme}",
    "loyalty.accrue": "{points} points collected at {programme}",
    "loyalty.redeem": "{points} points redeemed at {programme}",
    "door.opened": "Door opened: {door}",
    "door.refused": "Door stayed shut: {door}",
    "door.turned-back": "Door opened, nobody went through: {door}",
    "link.added": "Linked: {kind}",
    "link.removed": "Unlinked: {kind}",
    "link.preferred": "Made the default: {kind}",
    "age.checked": "Asked whether you are {years} or older",
    "limit.set": "Spending limit of {amount} set",
    "limit.lifted": "Spending limit of {amount} lifted",
}
"""What each action of the audit log is called on the page."""

PURPOSES = {
    "pay": "to pay",
    "loyalty": "for your points",
    "enter": "to enter",
    "badge": "to badge in",
    "age": "to prove your age",
    "link": "to link something",
    "forget": "to delete it",
}
"""What a palm may be used for."""

KINDS = {
    LinkKind.PAYMENT: "card",
    LinkKind.LOYALTY: "loyalty number",
    LinkKind.TICKET: "ticket",
    LinkKind.BADGE: "badge",
    LinkKind.AGE: "proof of age",
}
"""What a link is called."""

LATEST = 8
A_PAGE = 25


@attrs.frozen
class ShownLink:
    """A link, as the customer knows it.

    Attributes:
        link: its name, for forms.
        icon: the kind of link, as pictures are named.
        kind: the kind, in words.
        provider: of whom it is.
        label: what the customer may be shown.
        expiry: of a card, month and year; may be empty.
        choice: of a card: whether it is the default of several, or could be made so; None
            where there is nothing to choose.
    """

    link: str
    icon: str
    kind: str
    provider: str
    label: str
    expiry: str
    choice: bool | None


@attrs.frozen
class Happened:
    """A line of the history.

    Attributes:
        number: of the audit line.
        time: seconds since the epoch, UTC.
        action: as the audit log has it.
        words: what the customer reads.
    """

    number: int
    time: float
    action: str
    words: str


@attrs.frozen
class Account:
    """One person.

    Attributes:
        subject: names them in forms.
        since: seconds since the epoch, UTC.
        palms: those enrolled.
        links: what is tied to them.
        history: newest first.
    """

    subject: str
    since: float
    palms: tuple[Palm, ...]
    links: tuple[ShownLink, ...]
    history: tuple[Happened, ...]


def people_of(service: Service, who: SignedIn) -> Sequence[Person]:
    """Everybody enrolled with the contact that signed in; a family may share one."""
    with service.store.reading() as session:
        return session.scalars(
            select(Person)
            .where(
                Person.tenant_id == who.tenant,
                Person.contact_index == who.contact_index,
                Person.state == PersonState.ACTIVE,
            )
            .order_by(Person.id)
            .options(selectinload(Person.palms), selectinload(Person.links))
        ).all()


def account(service: Service, person: Person, tongue: Tongue) -> Account:
    """A person, in words."""
    key = service.person_keys.get(person.key_name)
    choices = _choices(service, person)
    return Account(
        subject=person.subject,
        since=person.created,
        palms=tuple(person.palms),
        links=tuple(_shown(link, key, tongue, choices.get(link.id)) for link in person.links),
        history=history(service, person, tongue, most=LATEST),
    )


def history(
    service: Service, person: Person, tongue: Tongue, *, before: int | None = None, most: int
) -> tuple[Happened, ...]:
    """What happened to a person's palms, newest first, older than an audit line."""
    wanted = select(AuditLine).where(
        AuditLine.tenant == person.tenant_id, AuditLine.about == person.subject
    )
    if before is not None:
        wanted = wanted.where(AuditLine.number < before)
    with service.store.reading() as session:
        lines = session.scalars(wanted.order_by(AuditLine.number.desc()).limit(most)).all()
    return tuple(
        Happened(line.number, line.time, line.action, _words(line, tongue)) for line in lines
    )


def _choices(service: Service, person: Person) -> dict[str, bool]:
    """Cards of which one is the default: whether it is this one; empty for a single card."""
    found = cards.usable(service, person)
    if len(found) < 2:
        return {}
    with service.store.reading() as session:
        usual = cards.chosen(session, service, person, None).id
    return {name: name == usual for name in found}


def _shown(link: LinkRow, key: bytes, tongue: Tongue, choice: bool | None) -> ShownLink:
    year, _, month = people.link_expiry(link, key).partition("-")
    return ShownLink(
        link=link.id,
        icon=link.kind,
        kind=tongue.say(KINDS[LinkKind(link.kind)]),
        provider=link.provider,
        label=people.link_label(link, key) or link.provider,
        expiry=f"{month}/{year[2:]}" if month else "",
        choice=choice,
    )


def _words(line: AuditLine, tongue: Tongue) -> str:
    told = dict(line.details)
    if "minor" in told:
        told["amount"] = tongue.money(told["minor"], told["currency"])
    if "purpose" in told:
        told["purpose"] = tongue.say(PURPOSES[told["purpose"]])
    if "kind" in told:
        told["kind"] = tongue.say(KINDS[LinkKind(told["kind"])])
    return tongue.say(WORDS.get(line.action, line.action), **told)
