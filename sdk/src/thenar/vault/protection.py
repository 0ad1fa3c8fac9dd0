"""What is kept of a person, encrypted under their own data key.

AES-256-GCM; what a ciphertext belongs to is bound as associated data, so that
no ciphertext can be moved to another row. The bytes: 1 byte format version (1),
12 bytes nonce, the ciphertext, 16 bytes tag.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from thenar.errors import KeyUnavailable
from thenar.records import Signature
from thenar.signature import from_bytes, to_bytes

_VERSION = b"\x01"


def protect(plain: bytes, key: bytes, *, bound: str) -> bytes:
    """Encrypt.

    Args:
        plain: what to keep.
        key: the person's data key, 32 bytes.
        bound: what it belongs to, e.g. ``"link 3f…"``; needed to read it again.
    """
    nonce = secrets.token_bytes(12)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, _VERSION + bound.encode("utf-8"))


def reveal(kept: bytes, key: bytes, *, bound: str) -> bytes:
    """Decrypt. Raises KeyUnavailable: another key, another place, or altered."""
    version, nonce, ciphertext = kept[:1], kept[1:13], kept[13:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, version + bound.encode("utf-8"))
    except (InvalidTag, ValueError):
        raise KeyUnavailable(
            "What was kept cannot be read: altered, moved, or under another key."
        ) from None


def protect_template(signature: Signature, key: bytes, *, tenant: str, palm: str) -> bytes:
    """A palm template, ready to be stored."""
    return protect(to_bytes(signature), key, bound=f"template {tenant} {palm}")


def reveal_template(kept: bytes, key: bytes, *, tenant: str, palm: str) -> Signature:
    """A palm template, for the gallery in memory. Raises KeyUnavailable."""
    return from_bytes(reveal(kept, key, bound=f"template {tenant} {palm}"))
