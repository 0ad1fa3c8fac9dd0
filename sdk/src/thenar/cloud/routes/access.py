"""Sites' policies: what doors ask, and what explains their answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from thenar.cloud.access import From, Key, RequestId, TenantOf, To, needs
from thenar.cloud.authority import Authority
from thenar.cloud.doors import explaining, permits
from thenar.cloud.openapi import PROBLEMS
from thenar.messages import Explained, Forgiven, Forgiveness, Permit, Permitting, Scope
from thenar.messages.access import Called

devices = APIRouter(prefix="/v1", tags=["devices"], responses=PROBLEMS)
router = APIRouter(prefix="/v1", tags=["integration"], responses=PROBLEMS)


@devices.post("/permits", status_code=201)
def permit(to: To, caller: From, asked: Permitting, key: Key, request_id: RequestId) -> Permit:
    """Ask the site's policy before a door."""
    return permits.permit(to, caller, asked, key, request_id)


@router.get("/access/explanations")
def explain(
    to: To,
    by: Annotated[Authority, needs(Scope.ACCESS_READ)],
    person: Annotated[Called, Query()],
    door: Annotated[Called, Query()],
    at: Annotated[str, Query(max_length=40, description="ISO 8601; empty: now")] = "",
    site: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    tenant: TenantOf = None,
) -> Explained:
    """Why somebody may pass a door, or may not."""
    return explaining.explain(to, by.of(tenant), site, person, door, at)


@router.post("/access/forgiveness")
def forgive(
    to: To,
    by: Annotated[Authority, needs(Scope.ACCESS_WRITE)],
    asked: Forgiveness,
    request_id: RequestId,
) -> Forgiven:
    """Forget where somebody is, so that anti-passback lets them pass. May be repeated."""
    return explaining.forgive(to, by, asked, request_id)
