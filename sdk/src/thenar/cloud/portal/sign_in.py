"""Customers sign in: a code to the contact given at enrolment, or a provider that knows it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.cloud import people
from thenar.cloud.service import Service
from thenar.cloud.tables import Person, PersonState
from thenar.cloud.web import codes
from thenar.cloud.web.rendering import Tongue
from thenar.errors import AccessRefused
from thenar.parameters import SERVICE
from thenar.records import Message


def new_code(service: Service, tenant: str, contact: str, tongue: Tongue) -> Message | None:
    """The message with a code; None when nobody has the contact, or they asked too often."""
    index = people.contact_index(service.keys, tenant, contact)
    code = codes.new_code(service, tenant, index, lambda session: _anybody(session, tenant, index))
    if code is None:
        return None
    body = tongue.say(
        "{code} is your code. It is good for {minutes} minutes. Tell it to nobody.",
        code=code,
        minutes=int(SERVICE.code_life // 60),
    )
    return Message(address=contact.strip(), subject=tongue.say("Your sign-in code"), body=body)


def with_code(service: Service, tenant: str, contact: str, code: str) -> str:
    """The contact's index, for a right code. Raises AccessRefused."""
    index = people.contact_index(service.keys, tenant, contact)
    codes.use(service, tenant, index, code)
    return known(service, tenant, index)


def with_address(service: Service, tenant: str, address: str) -> str:
    """The contact's index, for an address that a provider has verified. Raises AccessRefused."""
    return known(service, tenant, people.contact_index(service.keys, tenant, address))


def known(service: Service, tenant: str, index: str) -> str:
    """The same index, if anybody is enrolled with it. Raises AccessRefused."""
    with service.store.reading() as session:
        if not _anybody(session, tenant, index):
            raise AccessRefused("Nobody is enrolled with this contact.")
    return index


def _anybody(session: Session, tenant: str, index: str) -> bool:
    found = select(Person.id).where(
        Person.tenant_id == tenant,
        Person.contact_index == index,
        Person.state == PersonState.ACTIVE,
    )
    return session.scalar(found.limit(1)) is not None
