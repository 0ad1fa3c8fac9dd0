"""What the administrator asks, and tenants' programs with the scope for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from thenar.cloud import administration as admin
from thenar.cloud import api_keys, directory, rotation
from thenar.cloud.access import Id, Key, Most, RequestId, TenantOf, To, Where, needs
from thenar.cloud.authority import Authority
from thenar.cloud.openapi import PROBLEMS
from thenar.messages import (
    ApiKey,
    ApiKeys,
    Device,
    DeviceCode,
    Devices,
    MadeApiKey,
    NewApiKey,
    NewDevice,
    NewRotation,
    NewSite,
    NewTenant,
    Rotation,
    Scope,
    Site,
    Sites,
    Tenant,
    Tenants,
)

router = APIRouter(prefix="/v1", tags=["administration"], responses=PROBLEMS)
Administrator = Annotated[Authority, needs(None)]


@router.post("/tenants", status_code=201)
def create_tenant(
    to: To, by: Administrator, asked: NewTenant, key: Key, request_id: RequestId
) -> Tenant:
    """A new tenant."""
    return admin.create_tenant(to, by, asked, key, request_id)


@router.get("/tenants")
def list_tenants(to: To, by: Administrator, cursor: Where = None, limit: Most = 50) -> Tenants:  # noqa: ARG001
    """Every tenant."""
    return directory.tenants(to, cursor, limit)


@router.post("/sites", status_code=201)
def create_site(
    to: To,
    by: Annotated[Authority, needs(Scope.SITES_WRITE)],
    asked: NewSite,
    key: Key,
    request_id: RequestId,
) -> Site:
    """A new site of a tenant."""
    return admin.create_site(to, by, asked, key, request_id)


@router.get("/sites")
def list_sites(
    to: To,
    by: Annotated[Authority, needs(Scope.SITES_READ)],
    tenant: TenantOf = None,
    cursor: Where = None,
    limit: Most = 50,
) -> Sites:
    """A tenant's sites."""
    return directory.sites(to, by.of(tenant), cursor, limit)


@router.post("/devices", status_code=201)
def create_device(
    to: To,
    by: Annotated[Authority, needs(Scope.DEVICES_WRITE)],
    asked: NewDevice,
    key: Key,
    request_id: RequestId,
) -> DeviceCode:
    """A new device of a site, and its one-time activation code."""
    return admin.create_device(to, by, asked, key, request_id)


@router.get("/devices")
def list_devices(
    to: To,
    by: Annotated[Authority, needs(Scope.DEVICES_READ)],
    tenant: TenantOf = None,
    site: TenantOf = None,
    cursor: Where = None,
    limit: Most = 50,
) -> Devices:
    """A tenant's devices, or those of one site."""
    return directory.devices(to, by.of(tenant), site, cursor, limit)


@router.delete("/devices/{device:identifier}")
def revoke_device(
    to: To,
    by: Annotated[Authority, needs(Scope.DEVICES_WRITE)],
    device: Id,
    request_id: RequestId,
) -> Device:
    """Refuse a device from now on."""
    return admin.revoke_device(to, by, device, request_id)


@router.post("/api-keys", status_code=201)
def create_api_key(
    to: To,
    by: Administrator,  # noqa: ARG001
    asked: NewApiKey,
    key: Key,
    request_id: RequestId,
) -> MadeApiKey:
    """A new API key of a tenant; its secret is shown here once."""
    return api_keys.create(to, asked, key, request_id)


@router.get("/api-keys")
def list_api_keys(
    to: To, by: Administrator, tenant: TenantOf = None, cursor: Where = None, limit: Most = 50
) -> ApiKeys:
    """A tenant's API keys."""
    return directory.keys(to, by.of(tenant), cursor, limit)


@router.delete("/api-keys/{api_key}")
def revoke_api_key(to: To, by: Administrator, api_key: Id, request_id: RequestId) -> ApiKey:  # noqa: ARG001
    """Refuse an API key from now on."""
    return api_keys.revoke(to, api_key, request_id)


@router.post("/keys/rotations", status_code=201)
def rotate_keys(
    to: To,
    by: Administrator,  # noqa: ARG001
    asked: NewRotation,
    key: Key,
    request_id: RequestId,
) -> Rotation:
    """New versions of the service's keys; people's keys are wrapped anew while it runs."""
    return rotation.rotate(to, asked, key, request_id)
