"""The event log: the audit lines of a tenant, filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
from sqlalchemy import Select, select

from thenar.cloud.service import Service
from thenar.cloud.tables import AuditLine

A_PAGE = 50
DAY = 86400.0


@attrs.frozen
class Wanted:
    """Which events; whatever is empty does not matter.

    Attributes:
        action: beginning of the action, e.g. ``"payment"``.
        actor: part of who did it, e.g. a device.
        about: whom or what it is about, in full.
        since: first day, ``YYYY-MM-DD``, UTC.
        until: last day, ``YYYY-MM-DD``, UTC.
    """

    action: str = ""
    actor: str = ""
    about: str = ""
    since: str = ""
    until: str = ""

    def query(self, before: int | None = None) -> dict[str, str]:
        """What an address of the page says."""
        told = {name: value for name, value in attrs.asdict(self).items() if value}
        return told | ({"before": str(before)} if before else {})


def events(
    service: Service, tenant: str, wanted: Wanted, before: int | None = None
) -> tuple[Sequence[AuditLine], int | None]:
    """A page of events, newest first.

    Args:
        service: has them.
        tenant: 32 hex digits.
        wanted: which.
        before: an event's number; only older ones are told.

    Returns:
        The events, and what ``before`` must be for the next page; None on the last.
    """
    asked = _filtered(select(AuditLine).where(AuditLine.tenant == tenant), wanted)
    if before is not None:
        asked = asked.where(AuditLine.number < before)
    with service.store.reading() as session:
        found = session.scalars(asked.order_by(AuditLine.number.desc()).limit(A_PAGE + 1)).all()
    more = found[A_PAGE - 1].number if len(found) > A_PAGE else None
    return found[:A_PAGE], more


def _filtered(asked: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.action:
        asked = asked.where(AuditLine.action.startswith(wanted.action, autoescape=True))
    if wanted.actor:
        asked = asked.where(AuditLine.actor.contains(wanted.actor, autoescape=True))
    if wanted.about:
        asked = asked.where(AuditLine.about == wanted.about)
    if (start := _day(wanted.since)) is not None:
        asked = asked.where(AuditLine.time >= start)
    if (end := _day(wanted.until)) is not None:
        asked = asked.where(AuditLine.time < end + DAY)
    return asked


def _day(text: str) -> float | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
