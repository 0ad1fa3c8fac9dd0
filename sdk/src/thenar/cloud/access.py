"""Who asks: a device by its signature, the administrator or a tenant's program by a key."""

from __future__ import annotations

import threading
import time
from typing import Annotated, Any

import attrs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, Header, Path, Query, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.convertors import StringConvertor, register_url_convertor

from thenar.cloud.authority import Authority, authorised
from thenar.cloud.rates import Rates
from thenar.cloud.service import Caller, Service
from thenar.cloud.settings import CloudSettings
from thenar.cloud.tables import Device, DeviceState
from thenar.errors import AccessRefused
from thenar.messages import Scope, signing
from thenar.messages.integration import Cursor
from thenar.parameters import INTEGRATION, SERVICE


class SignatureNonces:
    """Nonces of signed requests, in memory, for as long as their time is accepted.

    They need not outlive the process: a signed write is held to once by its
    idempotency key or its envelope's nonce, which are in the database.
    """

    def __init__(self, window: float = SERVICE.clock_window) -> None:
        self._window = window
        self._seen: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def use(self, signed: signing.Signed, now: float) -> None:
        """Raises AccessRefused when it was used before."""
        with self._lock:
            while self._seen and next(iter(self._seen.values())) < now:
                del self._seen[next(iter(self._seen))]
            if (signed.device, signed.nonce) in self._seen:
                raise AccessRefused("This signed request was received before.")
            self._seen[signed.device, signed.nonce] = signed.created + self._window


@attrs.frozen
class Limits:
    """How much each may ask.

    Attributes:
        devices: requests of a device.
        keys: requests of an API key.
        refusals: requests of an address that were refused for want of a credential.
    """

    devices: Rates
    keys: Rates
    refusals: Rates

    @classmethod
    def of(cls, settings: CloudSettings) -> Limits:
        """As the settings say."""
        return cls(
            Rates(settings.requests_per_device, time.monotonic),
            Rates(settings.requests_per_key, time.monotonic),
            Rates(settings.refusals_per_address, time.monotonic),
        )


class _Identifier(StringConvertor):
    """In a path, for routes that stand beside one with a word in the same place."""

    regex = "[0-9a-f]{32}"


register_url_convertor("identifier", _Identifier())


def service(request: Request) -> Service:
    """The running service."""
    found: Service = request.app.state.service
    return found


async def _body(request: Request) -> bytes:
    return await request.body()


_signature = APIKeyHeader(
    name="Signature",
    scheme_name="device",
    auto_error=False,
    description="HTTP Message Signature (RFC 9421) by an activated device's Ed25519 key, with "
    "Signature-Input and Content-Digest; thenar.messages.signing has the profile.",
)


def caller(
    request: Request,
    _: Annotated[str | None, Depends(_signature)],
    body: Annotated[bytes, Depends(_body)],
    to: Annotated[Service, Depends(service)],
) -> Caller:
    """The active device that signed the request. Raises AccessRefused."""
    found: list[Device] = []

    def key_of(device: str) -> Ed25519PublicKey | None:
        with to.store.reading() as session:
            row = session.get(Device, device)
        if row is None or row.state != DeviceState.ACTIVE:
            return None
        found.append(row)
        return Ed25519PublicKey.from_public_bytes(row.public_key)

    signed = signing.verify(
        key_of,
        method=request.method,
        path=request.scope["raw_path"].decode("ascii"),
        query=request.scope["query_string"].decode("ascii"),
        headers=request.headers,
        body=body,
        now=to.clock(),
        window=SERVICE.clock_window,
    )
    request.app.state.signature_nonces.use(signed, to.clock())
    request.app.state.limits.devices.take(signed.device)
    request.state.device = signed.device
    return Caller(device=signed.device, tenant=found[0].tenant_id)


bearer = HTTPBearer(
    scheme_name="key",
    auto_error=False,
    description="The administrator's key, or an API key of a tenant with the scope needed.",
)


def needs(scope: Scope | None) -> Any:
    """A dependency that lets pass whoever may; a scope of None is the administrator's alone.

    It raises AccessRefused, ScopeMissing or RateLimited.
    """

    def check(
        request: Request,
        given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
        to: Annotated[Service, Depends(service)],
    ) -> Authority:
        by = authorised(to, given.credentials if given else "")
        if by.tenant is not None:
            request.app.state.limits.keys.take(by.actor)
        by.need(scope)
        return by

    return Depends(check)


def request_id(request: Request) -> str:
    """The request's identifier."""
    found: str = request.state.request_id
    return found


To = Annotated[Service, Depends(service)]
From = Annotated[Caller, Depends(caller)]
RequestId = Annotated[str, Depends(request_id)]
Key = Annotated[
    str,
    Header(alias="Idempotency-Key", min_length=8, max_length=100, pattern=r"^[\x21-\x7e ]+$"),
]
"""The idempotency key of a write."""

Where = Annotated[Cursor | None, Query(alias="cursor", description="from the page before")]
Most = Annotated[int, Query(alias="limit", ge=1, le=INTEGRATION.page_limit)]
TenantOf = Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")]
"""A tenant or site that a list is of."""
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
"""What a path names."""
