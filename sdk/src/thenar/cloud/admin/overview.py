"""What the admin page tells of a tenant: counts, rates, devices and how they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs
from sqlalchemy import func, select

from thenar.cloud.service import Service
from thenar.cloud.standing import HOUR
from thenar.cloud.tables import (
    AuditLine,
    Device,
    DeviceHour,
    DeviceState,
    Palm,
    PaymentRow,
    Person,
    PersonState,
    Site,
    Standing,
)
from thenar.parameters import SERVICE
from thenar.records import PaymentState

DAY = 24 * HOUR
COUNTED = (
    "person.enrolled",
    "person.forgotten",
    "palm.recognised",
    "palm.not-recognised",
    "door.opened",
    "door.refused",
)


@attrs.frozen
class Seen:
    """A device, and how it does.

    Attributes:
        device: its row.
        site: name of its site.
        standing: what it said and when it was seen; None: never.
        health: ``"well"``, ``"trouble"``, ``"silent"``, ``"waiting"`` or ``"revoked"``.
        asked: requests in the last 24 hours.
        refused: of those, answered 4xx.
        failed: of those, answered 5xx.
    """

    device: Device
    site: str
    standing: Standing | None
    health: str
    asked: int
    refused: int
    failed: int


@attrs.frozen
class Hour:
    """One column of the chart.

    Attributes:
        start: seconds since the epoch, UTC.
        asked: requests of all devices.
        wrong: of those, refused or failed.
    """

    start: float
    asked: int
    wrong: int


@attrs.frozen
class Overview:
    """A tenant at a glance; counts are of the last 24 hours.

    Attributes:
        people: enrolled now.
        palms: enrolled now.
        counts: of each of :data:`COUNTED`.
        payments: made, by state.
        hours: the last 24, oldest first.
    """

    people: int
    palms: int
    counts: Mapping[str, int]
    payments: Mapping[str, int]
    hours: Sequence[Hour]

    @property
    def not_recognised(self) -> float | None:
        """Share of presentations that found nobody; None without any."""
        return _share(self.counts["palm.not-recognised"], self.counts["palm.recognised"])

    @property
    def refused_at_doors(self) -> float | None:
        """Share of passages that were refused."""
        return _share(self.counts["door.refused"], self.counts["door.opened"])

    @property
    def not_paid(self) -> float | None:
        """Share of payments that were declined, or whose outcome is unknown."""
        bad = sum(self.payments.get(one, 0) for one in (PaymentState.DECLINED, "unknown"))
        return _share(bad, sum(self.payments.values()) - bad)

    @property
    def wrong(self) -> float | None:
        """Share of devices' requests that were refused or failed."""
        wrong = sum(hour.wrong for hour in self.hours)
        return _share(wrong, sum(hour.asked for hour in self.hours) - wrong)


def overview(service: Service, tenant: str) -> Overview:
    """A tenant at a glance."""
    now = service.clock()
    with service.store.reading() as session:
        active = (Person.tenant_id == tenant, Person.state == PersonState.ACTIVE)
        lines = session.execute(
            select(AuditLine.action, func.count())
            .where(
                AuditLine.tenant == tenant,
                AuditLine.time > now - DAY,
                AuditLine.action.in_(COUNTED),
            )
            .group_by(AuditLine.action)
        )
        payments = session.execute(
            select(PaymentRow.state, func.count())
            .where(PaymentRow.tenant_id == tenant, PaymentRow.created > now - DAY)
            .group_by(PaymentRow.state)
        )
        return Overview(
            people=session.scalar(select(func.count(Person.id)).where(*active)) or 0,
            palms=session.scalar(select(func.count(Palm.id)).join(Person).where(*active)) or 0,
            counts=dict.fromkeys(COUNTED, 0) | {row[0]: row[1] for row in lines},
            payments={row[0]: row[1] for row in payments},
            hours=_hours(service, tenant, now),
        )


def devices(service: Service, tenant: str, *, only: str | None = None) -> list[Seen]:
    """The devices of a tenant, by site and name; or one of them."""
    now = service.clock()
    wanted = (
        select(Device, Site.name, Standing)
        .join(Site, Site.id == Device.site_id)
        .outerjoin(Standing, Standing.device_id == Device.id)
        .where(Device.tenant_id == tenant)
        .order_by(Site.name, Device.name, Device.id)
    )
    if only is not None:
        wanted = wanted.where(Device.id == only)
    with service.store.reading() as session:
        rows = session.execute(wanted).all()
        counted = session.execute(
            select(
                DeviceHour.device_id,
                func.sum(DeviceHour.asked),
                func.sum(DeviceHour.refused),
                func.sum(DeviceHour.failed),
            )
            .where(DeviceHour.hour > (now - DAY) // HOUR)
            .group_by(DeviceHour.device_id)
        )
        counts = {row[0]: tuple(int(one) for one in row[1:]) for row in counted}
    return [
        Seen(row[0], row[1], row[2], _health(row[0], row[2], now), *counts.get(row[0].id, (0,) * 3))
        for row in rows
    ]


def health_of(seen: Iterable[Seen]) -> Mapping[str, int]:
    """How many devices are in which health."""
    found: dict[str, int] = {}
    for one in seen:
        found[one.health] = found.get(one.health, 0) + 1
    return found


def _health(device: Device, standing: Standing | None, now: float) -> str:
    if device.state != DeviceState.ACTIVE:
        return device.state
    if standing is None or now - standing.seen > SERVICE.device_silent:
        return "silent"
    return "trouble" if standing.trouble else "well"


def _hours(service: Service, tenant: str, now: float) -> list[Hour]:
    newest = int(now // HOUR)
    with service.store.reading() as session:
        rows = session.execute(
            select(
                DeviceHour.hour,
                func.sum(DeviceHour.asked),
                func.sum(DeviceHour.refused + DeviceHour.failed),
            )
            .join(Device, Device.id == DeviceHour.device_id)
            .where(Device.tenant_id == tenant, DeviceHour.hour > newest - 24)
            .group_by(DeviceHour.hour)
        )
        found = {row[0]: (int(row[1]), int(row[2])) for row in rows}
    return [Hour(hour * HOUR, *found.get(hour, (0, 0))) for hour in range(newest - 23, newest + 1)]


def _share(bad: int, good: int) -> float | None:
    return bad / (bad + good) if bad + good else None
