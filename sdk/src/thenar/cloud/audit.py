"""The audit log: who did what about whom, hash-chained, without biometrics or names.

Each line's digest is the SHA-256 of the digest before it and the line as JSON
(keys sorted, no spaces). Changing, removing or inserting a line breaks every
digest after it; :func:`verify` finds the first.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.cloud.tables import AuditLine
from thenar.cloud.webhooks.outbox import announce

_FIRST = bytes(32)


def append(
    session: Session,
    *,
    time: float,
    tenant: str,
    actor: str,
    action: str,
    about: str = "",
    request_id: str = "",
    **details: str | float | bool | None,
) -> None:
    """Add a line, and tell the tenant's webhooks, in the transaction of what it speaks of.

    Args:
        session: a writing one.
        time: seconds since the epoch, UTC.
        tenant: 32 hex digits, or empty.
        actor: who did it, e.g. ``"device 3f…"``, ``"portal"``, ``"administrator"``.
        action: dotted word, e.g. ``"person.enrolled"``.
        about: the subject, or the object's identifier.
        request_id: the request.
        details: counts, states and names of providers; no personal data.
    """
    last = session.scalar(select(AuditLine.digest).order_by(AuditLine.number.desc()).limit(1))
    line = AuditLine(
        time=time,
        tenant=tenant,
        actor=actor,
        action=action,
        about=about,
        details=details,
        request_id=request_id,
    )
    line.digest = _digest(last or _FIRST, line)
    session.add(line)
    session.flush()
    announce(session, line)


def verify(session: Session) -> tuple[int, int | None]:
    """Follow the chain from the first line.

    Returns:
        How many lines hold, and the number of the first that does not, or None.
    """
    digest, held = _FIRST, 0
    for line in session.scalars(select(AuditLine).order_by(AuditLine.number)):
        if line.digest != _digest(digest, line):
            return held, line.number
        digest, held = line.digest, held + 1
    return held, None


def line(session: Session, number: int) -> str:
    """A line in words, for whoever looks into what was found."""
    row = session.get_one(AuditLine, number)
    when = datetime.fromtimestamp(row.time, UTC).isoformat(timespec="seconds")
    about = f" about {row.about}" if row.about else ""
    return f"{when}  {row.action} by {row.actor}{about}, tenant {row.tenant or 'none'}"


def _digest(before: bytes, line: AuditLine) -> bytes:
    told = [line.time, line.tenant, line.actor, line.action, line.about, line.details]
    text = json.dumps([*told, line.request_id], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(before + text.encode("utf-8")).digest()
