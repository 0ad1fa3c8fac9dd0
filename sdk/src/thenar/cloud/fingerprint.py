"""Whether a repeated idempotency key comes with the request that it came with first."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel

from thenar.cloud.tables._base import Once
from thenar.errors import RequestConflict


def fingerprint(asked: BaseModel, *more: str) -> str:
    """SHA-256 of a request and its path's parts.

    An envelope is left out: a device that repeats a request seals anew.
    """
    text = asked.model_dump_json(exclude={"envelope"})
    return hashlib.sha256("\n".join([type(asked).__name__, *more, text]).encode()).hexdigest()


def same(row: Once, print_now: str) -> None:
    """Raises RequestConflict when the key was used for another request."""
    if row.fingerprint != print_now:
        raise RequestConflict(
            "This Idempotency-Key was used for another request.",
            remedy="use a new key for a new request, and the same only to repeat one.",
        )
