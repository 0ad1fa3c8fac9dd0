"""What the portal shows of a person."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from thenar.cloud import people
from thenar.cloud.portal.sign_in import SignedIn
from thenar.cloud.service import Service
from thenar.cloud.tables import AuditLine, Person, PersonState
from thenar.records import Money

_WORDS = {
    "person.enrolled": "Palms enrolled",
    "palm.recognised": "Palm recognised to {purpose}",
    "payment.asked": "Payment of {amount}",
    "loyalty.look-up": "Loyalty card shown at {programme}",
    "loyalty.accrue": "{points} points collected at {programme}",
    "loyalty.redeem": "{points} points redeemed at {programme}",
    "door.opened": "Door opened: {door}",
    "door.refused": "Door stayed shut: {door}",
    "link.added": "Linked: {kind}",
    "link.removed": "Unlinked: {kind}",
}
_LATEST = 200


@attrs.frozen
class ShownLink:
    """A link, as the customer knows it."""

    link: str
    kind: str
    label: str


@attrs.frozen
class Account:
    """One person.

    Attributes:
        subject: names them in forms.
        palms: a line each.
        links: what is tied to them.
        history: time and words, newest first.
    """

    subject: str
    palms: tuple[str, ...]
    links: tuple[ShownLink, ...]
    history: tuple[tuple[str, str], ...]


def accounts(service: Service, who: SignedIn) -> list[Account]:
    """Everybody enrolled with the contact that signed in; a family may share one."""
    with service.store.reading() as session:
        found = session.scalars(
            select(Person)
            .where(
                Person.tenant_id == who.tenant,
                Person.contact_index == who.contact_index,
                Person.state == PersonState.ACTIVE,
            )
            .options(selectinload(Person.palms), selectinload(Person.links))
        ).all()
    return [_account(service, person) for person in found]


def _account(service: Service, person: Person) -> Account:
    key = service.person_keys.get(person.key_name)
    with service.store.reading() as session:
        lines = session.scalars(
            select(AuditLine)
            .where(AuditLine.tenant == person.tenant_id, AuditLine.about == person.subject)
            .order_by(AuditLine.number.desc())
            .limit(_LATEST)
        ).all()
    return Account(
        subject=person.subject,
        palms=tuple(f"{palm.hand} palm, since {_day(palm.created)}" for palm in person.palms),
        links=tuple(
            ShownLink(link.id, link.kind, people.link_label(link, key) or link.provider)
            for link in person.links
        ),
        history=tuple((_moment(line.time), _words(line)) for line in lines),
    )


def _words(line: AuditLine) -> str:
    told = dict(line.details)
    if "minor" in told:
        told["amount"] = Money(told["minor"], told["currency"])
    return _WORDS.get(line.action, line.action).format_map(told)


def _day(time: float) -> str:
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d}"


def _moment(time: float) -> str:
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M} UTC"
