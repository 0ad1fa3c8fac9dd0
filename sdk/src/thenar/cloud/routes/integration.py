"""What tenants' programs ask."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from thenar.cloud import directory
from thenar.cloud.access import Most, TenantOf, To, Where, needs
from thenar.cloud.authority import Authority
from thenar.cloud.openapi import PROBLEMS
from thenar.messages import Events, Payments, People, PersonView, Scope

router = APIRouter(prefix="/v1", tags=["integration"], responses=PROBLEMS)


@router.get("/people")
def list_people(
    to: To,
    by: Annotated[Authority, needs(Scope.PEOPLE_READ)],
    tenant: TenantOf = None,
    cursor: Where = None,
    limit: Most = 50,
) -> People:
    """Who is enrolled with a tenant."""
    return directory.people(to, by.of(tenant), cursor, limit)


@router.get("/people/{subject}")
def show_person(
    to: To,
    by: Annotated[Authority, needs(Scope.PEOPLE_READ)],
    subject: Annotated[str, Path(pattern=r"^[a-z2-7]{26}$")],
    tenant: TenantOf = None,
) -> PersonView:
    """One person who is enrolled."""
    return directory.person(to, by.of(tenant), subject)


@router.get("/payments")
def list_payments(
    to: To,
    by: Annotated[Authority, needs(Scope.PAYMENTS_READ)],
    tenant: TenantOf = None,
    cursor: Where = None,
    limit: Most = 50,
) -> Payments:
    """A tenant's payments, oldest first."""
    return directory.payments(to, by.of(tenant), cursor, limit)


@router.get("/events")
def list_events(
    to: To,
    by: Annotated[Authority, needs(Scope.EVENTS_READ)],
    tenant: TenantOf = None,
    about: Annotated[str | None, Query(pattern=r"^[a-z0-9]{26,32}$")] = None,
    cursor: Where = None,
    limit: Most = 50,
) -> Events:
    """A tenant's lines of the audit log, oldest first; or those about one person or object."""
    return directory.events(to, by.of(tenant), about, cursor, limit)
