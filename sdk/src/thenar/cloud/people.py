"""What is kept of a person, and how it is read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from thenar.cloud.references import Member
from thenar.cloud.tables import LinkRow, PaymentRow, Person, PersonState
from thenar.errors import UnknownObject
from thenar.messages import LinkView, NewLink, Purpose
from thenar.records import LinkKind
from thenar.vault.keys import KeyProvider
from thenar.vault.protection import protect, reveal

_SHOWN_TO_DOORS = (LinkKind.TICKET, LinkKind.BADGE)


def new_subject() -> str:
    """What a tenant will know a person by: 128 random bits, so no two tenants share one."""
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()


def contact_index(keys: KeyProvider, tenant: str, contact: str) -> str:
    """A keyed hash of an e-mail address or phone number; empty for an empty one."""
    plain = unicodedata.normalize("NFKC", contact).strip().casefold()
    if not plain:
        return ""
    key = keys.derive(f"contact {tenant}")
    return hmac.new(key, plain.encode("utf-8"), hashlib.sha256).hexdigest()


def find(session: Session, tenant: str, subject: str) -> Person:
    """An active person with palms and links. Raises UnknownObject."""
    person = session.scalar(
        select(Person)
        .where(
            Person.tenant_id == tenant,
            Person.subject == subject,
            Person.state == PersonState.ACTIVE,
        )
        .options(selectinload(Person.palms), selectinload(Person.links))
    )
    if person is None:
        raise UnknownObject("No such person is enrolled with this tenant.")
    return person


def member(person: Person) -> Member:
    """What the references must know of a person."""
    return Member(
        person=person.id,
        subject=person.subject,
        tenant=person.tenant_id,
        purposes=frozenset(Purpose(purpose) for purpose in person.consent_purposes),
        links=frozenset((LinkKind(link.kind), link.provider) for link in person.links),
    )


def protect_link(link: NewLink, key: bytes, row: str) -> bytes:
    """Value, label and expiry, encrypted for one row."""
    content = [link.value, link.label, link.expiry]
    return protect(json.dumps(content).encode("utf-8"), key, bound=f"link {row}")


def protect_label(label: str, key: bytes, payment: str) -> bytes:
    """The label of the card that pays, encrypted for one payment."""
    return protect(label.encode("utf-8"), key, bound=f"payment {payment}")


def label_of(row: PaymentRow, key: bytes) -> str:
    """The label of the card that paid."""
    return reveal(row.label, key, bound=f"payment {row.id}").decode("utf-8")


def link_value(link: LinkRow, key: bytes) -> str:
    """The token, number or secret of a link."""
    return _content(link, key)[0]


def link_label(link: LinkRow, key: bytes) -> str:
    """What the customer may be shown of a link."""
    return _content(link, key)[1]


def link_expiry(link: LinkRow, key: bytes) -> str:
    """Until when a card is good, ``YYYY-MM``; may be empty."""
    return _content(link, key)[2]


def view(link: LinkRow, key: bytes, *, preferred: bool = False) -> LinkView:
    """A link as a device may see it."""
    kind = LinkKind(link.kind)
    value, label, expiry = _content(link, key)
    shown = value if kind in _SHOWN_TO_DOORS else ""
    return LinkView(
        link=link.id,
        kind=kind,
        provider=link.provider,
        label=label,
        value=shown,
        expiry=expiry,
        preferred=preferred,
    )


def _content(link: LinkRow, key: bytes) -> tuple[str, str, str]:
    """Links of earlier versions have no expiry."""
    value, label, *more = json.loads(reveal(link.content, key, bound=f"link {link.id}"))
    return value, label, more[0] if more else ""
