"""Signing in: a one-time code to the contact given at enrolment, then a session."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets

import attrs
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from thenar.cloud import people
from thenar.cloud.service import Service
from thenar.cloud.tables import Person, PersonState, PortalSession, SignInCode, identifier
from thenar.errors import AccessRefused, NotifierError, PluginError
from thenar.parameters import SERVICE
from thenar.records import Message

log = logging.getLogger("thenar.cloud")


@attrs.frozen
class SignedIn:
    """A customer's session.

    Attributes:
        tenant: 32 hex digits.
        contact_index: finds the people who gave this contact.
        csrf: the token that every form of theirs carries.
    """

    tenant: str
    contact_index: str
    csrf: str


def new_code(service: Service, tenant: str, contact: str) -> Message | None:
    """Make a code for a contact.

    A code is made whether anybody has that contact or not, so that neither the
    answer nor its time says which.

    Returns:
        The message to send, after the answer went out; None when nobody has the
        contact, or they asked too often.
    """
    now, index = service.clock(), people.contact_index(service.keys, tenant, contact)
    code = f"{secrets.randbelow(10**6):06d}"
    row = identifier()
    with service.store.writing() as session:
        session.execute(delete(SignInCode).where(SignInCode.created < now - 3600))
        asked = select(func.count()).where(
            SignInCode.tenant_id == tenant, SignInCode.contact_index == index
        )
        if not index or (session.scalar(asked) or 0) >= SERVICE.codes_an_hour:
            return None
        session.add(
            SignInCode(
                id=row,
                tenant_id=tenant,
                contact_index=index,
                code=_keyed(service, row, code),
                created=now,
                expires=now + SERVICE.code_life,
            )
        )
        if not _anybody(session, tenant, index):
            return None
    minutes = int(SERVICE.code_life // 60)
    body = f"{code} is your code. It is good for {minutes} minutes. Tell it to nobody."
    return Message(address=contact.strip(), subject="Your sign-in code", body=body)


def send(service: Service, message: Message) -> None:
    """Hand a code over; a failure is logged without the address."""
    try:
        if service.plugins.notifier is not None:
            service.plugins.notifier.send(message)
    except (NotifierError, PluginError) as error:
        log.warning("code not sent", extra={"error": type(error).__name__})


def sign_in(service: Service, tenant: str, contact: str, code: str) -> str:
    """Exchange a code for a session's token. Raises AccessRefused."""
    index = people.contact_index(service.keys, tenant, contact)
    if not _is_right(service, tenant, index, code.strip()):
        raise AccessRefused(
            "The code is wrong, was used, or is out of date.", remedy="ask for a new one."
        )
    token = secrets.token_urlsafe(32)
    with service.store.writing() as session:
        session.execute(delete(PortalSession).where(PortalSession.expires < service.clock()))
        if not _anybody(session, tenant, index):
            raise AccessRefused("The code is wrong, was used, or is out of date.")
        session.add(
            PortalSession(
                id=_hash(token),
                tenant_id=tenant,
                contact_index=index,
                csrf=secrets.token_urlsafe(32),
                expires=service.clock() + SERVICE.session_life,
            )
        )
    return token


def session_of(service: Service, tenant: str, token: str) -> SignedIn | None:
    """Who a cookie belongs to; None when it is unknown or out of date."""
    with service.store.reading() as session:
        row = session.get(PortalSession, _hash(token))
    if row is None or row.tenant_id != tenant or row.expires < service.clock():
        return None
    return SignedIn(tenant, row.contact_index, row.csrf)


def sign_out(service: Service, token: str) -> None:
    """End a session."""
    with service.store.writing() as session:
        session.execute(delete(PortalSession).where(PortalSession.id == _hash(token)))


def _is_right(service: Service, tenant: str, index: str, code: str) -> bool:
    """Count the try, then compare with the newest code; a right one is used up."""
    with service.store.writing() as session:
        row = session.scalar(
            select(SignInCode)
            .where(SignInCode.tenant_id == tenant, SignInCode.contact_index == index)
            .order_by(SignInCode.created.desc())
            .limit(1)
        )
        if row is None or row.expires < service.clock() or row.tries >= SERVICE.code_tries:
            return False
        row.tries += 1
        right = hmac.compare_digest(row.code, _keyed(service, row.id, code))
        if right:
            row.expires = 0.0
    return right


def _anybody(session: Session, tenant: str, index: str) -> bool:
    found = select(Person.id).where(
        Person.tenant_id == tenant,
        Person.contact_index == index,
        Person.state == PersonState.ACTIVE,
    )
    return session.scalar(found.limit(1)) is not None


def _keyed(service: Service, row: str, code: str) -> str:
    key = service.keys.derive("sign-in code")
    return hmac.new(key, f"{row} {code}".encode(), hashlib.sha256).hexdigest()


def _hash(token: str) -> str:
    """Tokens are 256 random bits, so a plain hash keeps them secret."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
