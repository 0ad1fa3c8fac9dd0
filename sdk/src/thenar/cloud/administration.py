"""Tenants, sites, devices, and the one-time codes that activate devices."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from thenar.cloud import audit
from thenar.cloud.service import Service
from thenar.cloud.tables import Device, DeviceState, Site, Tenant, identifier
from thenar.errors import AccessRefused, UnknownObject
from thenar.messages import Activated, Activation, DeviceCode, SealKey
from thenar.messages import Site as SiteView
from thenar.messages import Tenant as TenantView
from thenar.parameters import SERVICE
from thenar.vault.sealing import key_id

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_ADMINISTRATOR = "administrator"


def create_tenant(service: Service, name: str, *, request_id: str = "") -> TenantView:
    """A new tenant."""
    tenant = Tenant(id=identifier(), name=name, created=service.clock())
    with service.store.writing() as session:
        session.add(tenant)
        audit.append(
            session,
            time=service.clock(),
            tenant=tenant.id,
            actor=_ADMINISTRATOR,
            action="tenant.created",
            about=tenant.id,
            request_id=request_id,
        )
    return TenantView(tenant=tenant.id, name=name)


def create_site(service: Service, tenant: str, name: str, *, request_id: str = "") -> SiteView:
    """A new site of a tenant. Raises UnknownObject."""
    with service.store.writing() as session:
        if session.get(Tenant, tenant) is None:
            raise UnknownObject("No such tenant.")
        site = Site(id=identifier(), tenant_id=tenant, name=name)
        session.add(site)
        audit.append(
            session,
            time=service.clock(),
            tenant=tenant,
            actor=_ADMINISTRATOR,
            action="site.created",
            about=site.id,
            request_id=request_id,
        )
    return SiteView(site=site.id, tenant=tenant, name=name)


def create_device(service: Service, site: str, name: str, *, request_id: str = "") -> DeviceCode:
    """A new device of a site, with a code that activates it once. Raises UnknownObject."""
    code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
    expires = service.clock() + SERVICE.activation_life
    with service.store.writing() as session:
        found = session.get(Site, site)
        if found is None:
            raise UnknownObject("No such site.")
        device = Device(
            id=identifier(),
            tenant_id=found.tenant_id,
            site_id=site,
            name=name,
            code=_hash(code),
            code_expires=expires,
        )
        session.add(device)
        audit.append(
            session,
            time=service.clock(),
            tenant=found.tenant_id,
            actor=_ADMINISTRATOR,
            action="device.created",
            about=device.id,
            request_id=request_id,
        )
    return DeviceCode(device=device.id, code=code, expires=expires)


def activate(service: Service, asked: Activation, *, request_id: str) -> Activated:
    """Give a device its identity for a code. Raises AccessRefused."""
    with service.store.writing() as session:
        device = session.scalar(select(Device).where(Device.code == _hash(asked.code)))
        if device is None or device.code_expires < service.clock():
            raise AccessRefused(
                "The activation code is wrong, was used, or is out of date.",
                remedy="let the administrator make a new one.",
            )
        device.code, device.state, device.public_key = "", DeviceState.ACTIVE, asked.public_key
        audit.append(
            session,
            time=service.clock(),
            tenant=device.tenant_id,
            actor=f"device {device.id}",
            action="device.activated",
            about=device.id,
            request_id=request_id,
        )
    return Activated(
        tenant=device.tenant_id,
        site=device.site_id,
        device=device.id,
        name=device.name,
        seal=seal_key(service),
    )


def seal_key(service: Service) -> SealKey:
    """The key that devices seal to."""
    public = service.keys.seal_key()
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return SealKey(key_id=key_id(public).hex(), public_key=raw)


def _hash(code: str) -> str:
    """Codes are 100 random bits, so a plain hash keeps them secret."""
    plain = code.strip().upper().replace(" ", "").replace("-", "")
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()
