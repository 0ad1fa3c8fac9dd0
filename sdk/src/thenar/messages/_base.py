"""What every message shares: strict requests, tolerant replies, bytes as base64."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)


class Request(BaseModel):
    """Sent to the service; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reply(BaseModel):
    """Sent by the service; fields of a newer service are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _from_base64(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("expected base64 (RFC 4648, section 4)") from error


def _to_base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


Base64 = Annotated[
    bytes,
    BeforeValidator(_from_base64),
    PlainSerializer(_to_base64, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "contentEncoding": "base64",
            "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
        }
    ),
]
"""Bytes in Python, base64 text in JSON."""

Identifier = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{32}$"), Field(description="32 hex digits")
]
"""A tenant, site, device, payment or link: a UUID as 32 hex digits."""

Subject = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{26}$")]
"""A person as one tenant knows them: 26 characters of base32, unlike any other tenant's."""

Word = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""A name or label."""
