"""Signed requests: HTTP Message Signatures (RFC 9421) in one fixed profile.

Covered, in this order: ``@method``, ``@path``, ``@query``, ``content-digest``
(RFC 9530, SHA-256), and of ``idempotency-key``, ``thenar-assertion`` and
``x-request-id`` those that are present. Parameters: ``created``, ``nonce``,
``keyid`` (the device) and ``alg="ed25519"``. Whatever is not of this shape is
refused, so there is nothing to negotiate.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Callable, Mapping

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from thenar.errors import AccessRefused

_COVERED_IF_PRESENT = ("idempotency-key", "thenar-assertion", "x-request-id")
_PARAMETERS = re.compile(
    r'thenar=(?P<parameters>\((?P<covered>[a-z0-9@" -]*)\)'
    r';created=(?P<created>[0-9]{1,12});nonce="(?P<nonce>[A-Za-z0-9_-]{16,64})"'
    r';keyid="(?P<device>[0-9a-f]{32})";alg="ed25519")'
)
_SIGNATURE = re.compile(r"thenar=:(?P<signature>[A-Za-z0-9+/]{86}==):")


@attrs.frozen
class Signed:
    """A request whose signature holds.

    Attributes:
        device: who signed it.
        nonce: unique to the request.
        created: seconds since the epoch, UTC.
    """

    device: str
    nonce: str
    created: int


def sign(
    key: Ed25519PrivateKey,
    device: str,
    *,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
) -> dict[str, str]:
    """The headers that sign a request.

    Args:
        key: the device's own key.
        device: the device's identifier.
        method: in capitals.
        path: percent-encoded, as on the request line.
        query: without the question mark; empty where there is none.
        headers: those already set, names in lower case.
        body: exactly as it will be sent.
    """
    digest = _digest(body)
    covered = _covered(headers)
    parameters = (
        f"({_quoted(covered)});created={int(time.time())}"
        f';nonce="{secrets.token_urlsafe(18)}";keyid="{device}";alg="ed25519"'
    )
    base = _base(covered, parameters, method, path, query, {**headers, "content-digest": digest})
    signature = base64.b64encode(key.sign(base)).decode("ascii")
    return {
        "content-digest": digest,
        "signature-input": f"thenar={parameters}",
        "signature": f"thenar=:{signature}:",
    }


def verify(
    key_of: Callable[[str], Ed25519PublicKey | None],
    *,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    now: float,
    window: float,
) -> Signed:
    """Check a request's signature.

    Args:
        key_of: the public key of an active device, or None.
        method: in capitals.
        path: percent-encoded, as on the request line.
        query: without the question mark.
        headers: of the request, names in lower case.
        body: as received.
        now: seconds since the epoch, UTC.
        window: seconds that ``created`` may differ from ``now``.

    Raises:
        AccessRefused: not signed, signed otherwise, by an unknown device, or long ago.
    """
    given = _PARAMETERS.fullmatch(headers.get("signature-input", ""))
    made = _SIGNATURE.fullmatch(headers.get("signature", ""))
    if given is None or made is None:
        raise AccessRefused(
            "The request carries no signature of the expected form (RFC 9421, label 'thenar').",
            remedy="sign it with the device's key, as thenar.client does.",
        )
    created = int(given["created"])
    if abs(now - created) > window:
        raise AccessRefused(
            f"The request was signed {now - created:+.0f} s from the service's clock; "
            f"{window:.0f} s are allowed.",
            remedy="set the device's clock.",
        )
    covered = _covered(headers)
    if given["covered"] != _quoted(covered):
        raise AccessRefused(f"The signature must cover exactly: {', '.join(covered)}.")
    if headers.get("content-digest", "") != _digest(body):
        raise AccessRefused("The body is not the one that was signed (Content-Digest).")
    key = key_of(given["device"])
    base = _base(covered, given["parameters"], method, path, query, headers)
    if key is None or not _holds(key, base64.b64decode(made["signature"]), base):
        raise AccessRefused(
            "The signature does not hold, or no active device has signed it.",
            remedy="activate the device again with a new code.",
        )
    return Signed(device=given["device"], nonce=given["nonce"], created=created)


def _holds(key: Ed25519PublicKey, signature: bytes, base: bytes) -> bool:
    try:
        key.verify(signature, base)
    except InvalidSignature:
        return False
    return True


def _digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def _covered(headers: Mapping[str, str]) -> list[str]:
    present = [name for name in _COVERED_IF_PRESENT if name in headers]
    return ["@method", "@path", "@query", "content-digest", *present]


def _quoted(covered: list[str]) -> str:
    return " ".join(f'"{name}"' for name in covered)


def _base(
    covered: list[str],
    parameters: str,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
) -> bytes:
    """The signature base of RFC 9421, section 2.5."""
    derived = {"@method": method, "@path": path, "@query": f"?{query}"}
    lines = [f'"{name}": {derived.get(name) or headers[name].strip()}' for name in covered]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode("utf-8")
