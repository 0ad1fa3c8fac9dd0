"""Signatures of messages, after Standard Webhooks 1.0 (symmetric, ``v1``)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_PREFIX = "whsec_"


def new_secret() -> str:
    """A new secret: 32 random bytes as receivers' libraries take it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def signed(secret: str, message: str, now: float, body: bytes) -> dict[str, str]:
    """The headers that sign a message.

    Args:
        secret: from :func:`new_secret`.
        message: the message's identifier, the same at every try.
        now: seconds since the epoch, UTC; receivers refuse old ones.
        body: exactly as it will be sent.
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    content = f"{message}.{int(now)}.".encode() + body
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode("ascii")
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": f"v1,{signature}",
    }
