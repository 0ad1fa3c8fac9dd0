"""One-time codes to a contact: six digits, good once, for minutes, for a few tries."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from thenar.cloud.service import Service
from thenar.cloud.tables import SignInCode, identifier
from thenar.errors import AccessRefused, NotifierError, PluginError
from thenar.parameters import SERVICE
from thenar.records import Message

log = logging.getLogger("thenar.cloud")
_HOUR = 3600.0


def new_code(
    service: Service, tenant: str, index: str, known: Callable[[Session], bool]
) -> str | None:
    """Make a code for a contact.

    A code is made whether anybody has that contact or not, so that neither the
    answer nor its time says which.

    Args:
        service: keeps it.
        tenant: 32 hex digits.
        index: keyed hash of the contact.
        known: whether anybody may sign in with it.

    Returns:
        The code to send, after the answer went out; None when nobody has the
        contact, or they asked too often.
    """
    now, row = service.clock(), identifier()
    code = f"{secrets.randbelow(10**6):06d}"
    with service.store.writing() as session:
        session.execute(delete(SignInCode).where(SignInCode.created < now - _HOUR))
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
        return code if known(session) else None


def send(service: Service, message: Message) -> None:
    """Hand a message over; a failure is logged without the address."""
    try:
        if service.plugins.notifier is not None:
            service.plugins.notifier.send(message)
    except (NotifierError, PluginError) as error:
        log.warning("message not sent", extra={"error": type(error).__name__})


def use(service: Service, tenant: str, index: str, code: str) -> None:
    """Use a code up. Raises AccessRefused: wrong, used, out of date, or tried too often."""
    if not _is_right(service, tenant, index, code.strip()):
        raise AccessRefused(
            "The code is wrong, was used, or is out of date.", remedy="ask for a new one."
        )


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


def _keyed(service: Service, row: str, code: str) -> str:
    key = service.keys.derive("sign-in code")
    return hmac.new(key, f"{row} {code}".encode(), hashlib.sha256).hexdigest()
