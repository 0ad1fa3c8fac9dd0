"""What the service says of itself, and what it says when it refuses."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from thenar.messages._base import Identifier, Reply, Request, Word


class Problem(Reply):
    """Why a request was refused: ``application/problem+json`` (RFC 9457).

    Attributes:
        type: ``urn:thenar:problem:CODE``.
        title: the error's class in words.
        status: HTTP status.
        detail: what was expected and what came.
        code: stable name, one of those in :mod:`thenar.errors` or :mod:`thenar.cloud.problems`.
        remedy: what the reader can do about it.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str = ""
    request_id: str = ""


class Health(Reply):
    """``GET /v1/health``: the process lives. ``GET /v1/ready``: it can identify."""

    status: str
    version: str
    palms: int = 0


class KeySet(Reply):
    """``GET /v1/keys``: public keys that verify assertions (JWKS, RFC 7517, RFC 8037)."""

    keys: tuple[dict[str, Any], ...]


class NewTenant(Request):
    """``POST /v1/tenants``, with the administrator's key."""

    name: Word


class Tenant(Reply):
    """A tenant."""

    tenant: Identifier
    name: Word


class NewSite(Request):
    """``POST /v1/sites``.

    Attributes:
        tenant: needed with the administrator's key alone; an API key has its own.
    """

    tenant: Identifier | None = None
    name: Word


class Site(Reply):
    """A site of a tenant."""

    site: Identifier
    tenant: Identifier
    name: Word


class NewDevice(Request):
    """``POST /v1/devices``."""

    site: Identifier
    name: Word


class DeviceCode(Reply):
    """A device that waits for its activation.

    Attributes:
        code: one-time activation code; it is shown here once and never stored in clear.
        expires: seconds since the epoch, UTC.
    """

    device: Identifier
    code: str = Field(repr=False)
    expires: float
