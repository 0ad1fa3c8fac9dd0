"""The secure service as its administrator sees it."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

import httpx
from pydantic import BaseModel

from thenar.client._http import Connection
from thenar.messages import (
    DeviceCode,
    NewDevice,
    NewSite,
    NewTenant,
    Site,
    Tenant,
)

Answer = TypeVar("Answer", bound=BaseModel)


class AdminClient:
    """Makes tenants, sites and devices; use it as a context manager.

    Args:
        url: of the service.
        key: the administrator's key, from the service's settings.
        timeout: seconds for one request.
        transport: for tests and proxies.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 15.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._key = key
        self._connection = Connection(url, timeout=timeout, transport=transport)

    def __enter__(self) -> AdminClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def create_tenant(self, name: str) -> Tenant:
        """A new tenant: a retailer, a stadium, an office."""
        return self._ask(Tenant, "/v1/tenants", NewTenant(name=name))

    def create_site(self, tenant: str, name: str) -> Site:
        """A new site of a tenant."""
        return self._ask(Site, "/v1/sites", NewSite(tenant=tenant, name=name))

    def create_device(self, site: str, name: str) -> DeviceCode:
        """A new device of a site, and the one-time code that activates it."""
        return self._ask(DeviceCode, "/v1/devices", NewDevice(site=site, name=name))

    def _ask(self, answer: type[Answer], path: str, body: BaseModel) -> Answer:
        headers = {"authorization": f"Bearer {self._key}"}
        return self._connection.ask(answer, "POST", path, body=body, headers=headers)
