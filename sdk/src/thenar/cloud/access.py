"""Who asks: a device by its signature, the administrator by the key."""

from __future__ import annotations

import hmac
import threading
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import Device, DeviceState
from thenar.errors import AccessRefused
from thenar.messages import signing
from thenar.parameters import SERVICE


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


def service(request: Request) -> Service:
    """The running service."""
    found: Service = request.app.state.service
    return found


async def _body(request: Request) -> bytes:
    return await request.body()


def caller(
    request: Request,
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
    return Caller(device=signed.device, tenant=found[0].tenant_id)


_bearer = HTTPBearer(auto_error=False, description="The administrator's key")


def administrator(
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    to: Annotated[Service, Depends(service)],
) -> None:
    """Only the administrator passes. Raises AccessRefused."""
    wanted = to.settings.admin_key.encode("utf-8")
    got = given.credentials.encode("utf-8") if given else b""
    if not wanted or not hmac.compare_digest(got, wanted):
        raise AccessRefused(
            "The administrator's key is missing or wrong.",
            remedy="send it as 'Authorization: Bearer KEY'; it is admin_key under [cloud].",
        )


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
