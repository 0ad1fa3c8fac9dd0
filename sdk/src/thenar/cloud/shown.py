"""Who showed their palm to the device that asks."""

from __future__ import annotations

from sqlalchemy.orm import Session

from thenar.cloud import people
from thenar.cloud.assertions import Assertion
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import Person
from thenar.messages import Purpose


def vouched(service: Service, caller: Caller, token: str, *purposes: Purpose) -> Assertion:
    """What an assertion says. Raises AccessRefused: it does not hold for this device or purpose."""
    return service.assertions.check(
        token,
        tenant=caller.tenant,
        device=caller.device,
        purposes=purposes,
        now=service.clock(),
    )


def shown(
    session: Session, service: Service, caller: Caller, token: str, *purposes: Purpose
) -> Person:
    """Whom it is about; an assertion may be shown more than once.

    Raises:
        AccessRefused: it does not hold for this device or purpose.
        UnknownObject: the person was forgotten.
    """
    assertion = vouched(service, caller, token, *purposes)
    return people.find(session, caller.tenant, assertion.subject)
