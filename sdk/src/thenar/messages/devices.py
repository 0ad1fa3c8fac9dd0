"""Activating a device with its one-time code."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from thenar.messages._base import Base64, Identifier, Reply, Request, Word

Key32 = Annotated[
    Base64,
    Field(min_length=32, max_length=32, json_schema_extra={"pattern": "^[A-Za-z0-9+/]{43}=$"}),
]


class Activation(Request):
    """``POST /v1/devices/activate``: the only request that is not signed.

    Attributes:
        code: the one-time code that the administrator was given, as text or from the QR code.
        public_key: the device's Ed25519 public key, 32 bytes.
    """

    code: Annotated[str, StringConstraints(min_length=8, max_length=64)]
    public_key: Key32


class SealKey(Reply):
    """The key that captures are sealed to (HPKE, X25519); also ``GET /v1/keys/seal``.

    Attributes:
        key_id: first 8 bytes of the SHA-256 of the public key, hex.
        public_key: X25519 public key, 32 bytes.
    """

    key_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    public_key: Key32


class Activated(Reply):
    """Who the device is from now on."""

    tenant: Identifier
    site: Identifier
    device: Identifier
    name: Word
    seal: SealKey


class DeviceReport(Request):
    """``PUT /v1/devices/standing``: what a device says of itself, about once a minute.

    Attributes:
        version: of the terminal's program.
        camera: the camera's driver, e.g. ``"uvc"``.
        trouble: code of the newest error since the last report; empty where there was none.
    """

    version: Annotated[str, StringConstraints(max_length=40)]
    camera: Annotated[str, StringConstraints(max_length=100)] = ""
    trouble: Annotated[str, StringConstraints(max_length=200)] = ""


class DeviceReported(Reply):
    """The report was kept."""

    request_id: str
