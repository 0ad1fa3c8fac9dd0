"""Tenants, sites, devices, and the one-time codes that activate devices."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.cloud import audit, directory
from thenar.cloud.authority import Authority
from thenar.cloud.idempotency import once
from thenar.cloud.service import Service
from thenar.cloud.tables import Device, DeviceState, Site, Tenant, identifier
from thenar.errors import AccessRefused, UnknownObject
from thenar.messages import (
    Activated,
    Activation,
    DeviceCode,
    NewDevice,
    NewSite,
    NewTenant,
    SealKey,
)
from thenar.messages import Device as DeviceView
from thenar.messages import Site as SiteView
from thenar.messages import Tenant as TenantView
from thenar.parameters import SERVICE
from thenar.vault.sealing import key_id

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def create_tenant(
    service: Service, by: Authority, asked: NewTenant, key: str, request_id: str
) -> TenantView:
    """A new tenant, once per idempotency key."""

    def act(session: Session) -> TenantView:
        tenant = Tenant(id=identifier(), name=asked.name, created=service.clock())
        session.add(tenant)
        session.flush()
        _note(session, service, by, tenant.id, "tenant.created", tenant.id, request_id)
        return directory.tenant_view(tenant)

    return once(service, by.actor, key, asked, TenantView, act)


def create_site(
    service: Service, by: Authority, asked: NewSite, key: str, request_id: str
) -> SiteView:
    """A new site of a tenant, once per idempotency key. Raises UnknownObject."""
    tenant = by.of(asked.tenant)

    def act(session: Session) -> SiteView:
        if session.get(Tenant, tenant) is None:
            raise UnknownObject("No such tenant.")
        site = Site(id=identifier(), tenant_id=tenant, name=asked.name)
        session.add(site)
        session.flush()
        _note(session, service, by, tenant, "site.created", site.id, request_id)
        return directory.site_view(site)

    return once(service, by.actor, key, asked, SiteView, act)


def create_device(
    service: Service, by: Authority, asked: NewDevice, key: str, request_id: str
) -> DeviceCode:
    """A new device of a site, with a code that activates it once. Raises UnknownObject."""

    def act(session: Session) -> DeviceCode:
        site = session.get(Site, asked.site)
        if site is None or by.tenant not in (None, site.tenant_id):
            raise UnknownObject("No such site.")
        code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
        device = Device(
            id=identifier(),
            tenant_id=site.tenant_id,
            site_id=site.id,
            name=asked.name,
            code=_hash(code),
            code_expires=service.clock() + SERVICE.activation_life,
        )
        session.add(device)
        session.flush()
        _note(session, service, by, site.tenant_id, "device.created", device.id, request_id)
        return DeviceCode(device=device.id, code=code, expires=device.code_expires)

    return once(service, by.actor, key, asked, DeviceCode, act)


def revoke_device(service: Service, by: Authority, device: str, request_id: str) -> DeviceView:
    """Refuse a device from now on; revoking it twice is allowed. Raises UnknownObject."""
    with service.store.writing() as session:
        row = session.get(Device, device)
        if row is None or by.tenant not in (None, row.tenant_id):
            raise UnknownObject("No such device.")
        if row.state != DeviceState.REVOKED:
            row.state, row.code = DeviceState.REVOKED, ""
            _note(session, service, by, row.tenant_id, "device.revoked", row.id, request_id)
        return directory.device_view(row)


def activate(service: Service, asked: Activation, *, request_id: str) -> Activated:
    """Give a device its identity for a code.

    Repeated with the same public key within the code's life, it is answered again:
    a device that lost the answer is not lost itself.

    Raises:
        AccessRefused: the code is wrong, out of date, or was used by another key.
    """
    with service.store.writing() as session:
        device = session.scalar(select(Device).where(Device.code == _hash(asked.code)))
        used = device is not None and device.state != DeviceState.WAITING
        again = device is not None and device.public_key == asked.public_key
        if device is None or device.code_expires < service.clock() or (used and not again):
            raise AccessRefused(
                "The activation code is wrong, was used, or is out of date.",
                remedy="let the administrator make a new one.",
            )
        if not used:
            device.state, device.public_key = DeviceState.ACTIVE, asked.public_key
            by = Authority(f"device {device.id}", device.tenant_id)
            _note(session, service, by, device.tenant_id, "device.activated", device.id, request_id)
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


def _note(
    session: Session,
    service: Service,
    by: Authority,
    tenant: str,
    action: str,
    about: str,
    request_id: str,
) -> None:
    audit.append(
        session,
        time=service.clock(),
        tenant=tenant,
        actor=by.actor,
        action=action,
        about=about,
        request_id=request_id,
    )


def _hash(code: str) -> str:
    """Codes are 100 random bits, so a plain hash keeps them secret."""
    plain = code.strip().upper().replace(" ", "").replace("-", "")
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()
