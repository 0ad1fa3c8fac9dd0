"""What a tenant's programs may list: sites, devices, people, payments, events, keys."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from thenar.cloud import api_keys
from thenar.cloud.lists import page
from thenar.cloud.service import Service
from thenar.cloud.tables import ApiKeyRow, AuditLine, Palm, PaymentRow, Person
from thenar.cloud.tables import Device as DeviceRow
from thenar.cloud.tables import Site as SiteRow
from thenar.cloud.tables import Tenant as TenantRow
from thenar.errors import UnknownObject
from thenar.messages import (
    Amount,
    ApiKeys,
    Device,
    Devices,
    Events,
    EventView,
    Payments,
    PaymentView,
    People,
    PersonView,
    Site,
    Sites,
    Tenant,
    Tenants,
)
from thenar.records import Hand, PaymentState


def tenants(service: Service, cursor: str | None, limit: int) -> Tenants:
    """Every tenant."""
    order = (TenantRow.created, TenantRow.id)
    found = page(service, select(TenantRow), order, tenant_view, cursor=cursor, limit=limit)
    return Tenants(**found)


def sites(service: Service, tenant: str, cursor: str | None, limit: int) -> Sites:
    """A tenant's sites."""
    rows = select(SiteRow).where(SiteRow.tenant_id == tenant)
    return Sites(**page(service, rows, (SiteRow.id,), site_view, cursor=cursor, limit=limit))


def devices(
    service: Service, tenant: str, site: str | None, cursor: str | None, limit: int
) -> Devices:
    """A tenant's devices, or those of one site."""
    rows = select(DeviceRow).where(DeviceRow.tenant_id == tenant)
    if site is not None:
        rows = rows.where(DeviceRow.site_id == site)
    return Devices(**page(service, rows, (DeviceRow.id,), device_view, cursor=cursor, limit=limit))


def people(service: Service, tenant: str, cursor: str | None, limit: int) -> People:
    """Who is enrolled with a tenant."""
    rows = select(Person).where(Person.tenant_id == tenant).options(*_WITH_LINKS)
    return People(**page(service, rows, (Person.id,), person_view, cursor=cursor, limit=limit))


def person(service: Service, tenant: str, subject: str) -> PersonView:
    """One of them. Raises UnknownObject."""
    rows = select(Person).where(Person.tenant_id == tenant, Person.subject == subject)
    with service.store.reading() as session:
        found = session.scalar(rows.options(*_WITH_LINKS))
        if found is None:
            raise UnknownObject("No such person is enrolled with this tenant.")
        return person_view(found)


def payments(service: Service, tenant: str, cursor: str | None, limit: int) -> Payments:
    """A tenant's payments, oldest first."""
    rows, order = (
        select(PaymentRow).where(PaymentRow.tenant_id == tenant),
        (PaymentRow.created, PaymentRow.id),
    )
    return Payments(**page(service, rows, order, _payment_view, cursor=cursor, limit=limit))


def events(
    service: Service, tenant: str, about: str | None, cursor: str | None, limit: int
) -> Events:
    """A tenant's lines of the audit log, or those about one person or object."""
    rows = select(AuditLine).where(AuditLine.tenant == tenant)
    if about is not None:
        rows = rows.where(AuditLine.about == about)
    return Events(
        **page(service, rows, (AuditLine.number,), event_view, cursor=cursor, limit=limit)
    )


def keys(service: Service, tenant: str, cursor: str | None, limit: int) -> ApiKeys:
    """A tenant's API keys, without their secrets."""
    rows, order = (
        select(ApiKeyRow).where(ApiKeyRow.tenant_id == tenant),
        (ApiKeyRow.created, ApiKeyRow.id),
    )
    return ApiKeys(**page(service, rows, order, api_keys.view, cursor=cursor, limit=limit))


_WITH_LINKS = (
    selectinload(Person.palms).load_only(Palm.id, Palm.hand),
    selectinload(Person.links),
)


def tenant_view(row: TenantRow) -> Tenant:
    """A tenant as a message."""
    return Tenant(tenant=row.id, name=row.name)


def site_view(row: SiteRow) -> Site:
    """A site as a message."""
    return Site(site=row.id, tenant=row.tenant_id, name=row.name)


def device_view(row: DeviceRow) -> Device:
    """A device as a message."""
    return Device(
        device=row.id,
        tenant=row.tenant_id,
        site=row.site_id,
        name=row.name,
        state=row.state,  # type: ignore[arg-type]
    )


def person_view(row: Person) -> PersonView:
    """A person as their tenant may see them."""
    return PersonView(
        subject=row.subject,
        state=row.state,  # type: ignore[arg-type]
        palms=tuple(Hand(palm.hand) for palm in row.palms),
        links=tuple(f"{link.kind} {link.provider}" for link in row.links),
        created=row.created,
    )


def event_view(line: AuditLine) -> EventView:
    """A line of the audit log as a message."""
    return EventView(
        number=line.number,
        type=line.action,
        time=line.time,
        actor=line.actor,
        about=line.about,
        details=line.details,
        request_id=line.request_id,
    )


def _payment_view(row: PaymentRow) -> PaymentView:
    return PaymentView(
        payment=row.id,
        device=row.device_id,
        state=PaymentState(row.state),
        amount=Amount(minor=row.minor, currency=row.currency),
        refunded=Amount(minor=row.refunded, currency=row.currency),
        created=row.created,
    )
