"""What the administrator asks."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from thenar.cloud import administration as admin
from thenar.cloud.access import RequestId, To, administrator
from thenar.messages import DeviceCode, NewDevice, NewSite, NewTenant, Site, Tenant

router = APIRouter(prefix="/v1", tags=["administration"], dependencies=[Depends(administrator)])


@router.post("/tenants", status_code=201)
def create_tenant(to: To, asked: NewTenant, request_id: RequestId) -> Tenant:
    """A new tenant."""
    return admin.create_tenant(to, asked.name, request_id=request_id)


@router.post("/sites", status_code=201)
def create_site(to: To, asked: NewSite, request_id: RequestId) -> Site:
    """A new site of a tenant."""
    return admin.create_site(to, asked.tenant, asked.name, request_id=request_id)


@router.post("/devices", status_code=201)
def create_device(to: To, asked: NewDevice, request_id: RequestId) -> DeviceCode:
    """A new device of a site, and its one-time activation code."""
    return admin.create_device(to, asked.site, asked.name, request_id=request_id)
