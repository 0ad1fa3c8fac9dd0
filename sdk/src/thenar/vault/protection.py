"""What is kept of a person, encrypted under their own data key.

AES-256-GCM; what a ciphertext belongs to is bound as associated data, so that
no ciphertext can be moved to another row. The bytes: 1 byte format version (1),
12 bytes nonce, the ciphertext, 16 bytes tag.

A palm template is besides protected under its tenant's key before it comes here
(:mod:`thenar.vault.tenant_keys`): inside, 4 bytes ``TNPR`` and the key's version, 4
bytes little-endian, stand before the signature; without them it is not protected.
"""

from __future__ import annotations

import secrets
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from thenar.errors import KeyUnavailable
from thenar.records import Signature
from thenar.signature import from_bytes, to_bytes
from thenar.vault.tenant_keys import TemplateKeys

_VERSION = b"\x01"
_MARK = b"TNPR"
_PROTECTED = struct.Struct("<4sI")


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


def protect_template(
    signature: Signature, key: bytes, *, tenant: str, palm: str, version: int = 0
) -> bytes:
    """A palm template, ready to be stored.

    Args:
        signature: of the palm.
        key: the person's data key, 32 bytes.
        tenant: whose it is.
        palm: its name.
        version: of the tenant's template key that the signature is protected under; 0: none.
    """
    plain = to_bytes(signature)
    if version:
        plain = _PROTECTED.pack(_MARK, version) + plain
    return protect(plain, key, bound=_bound(tenant, palm))


def reveal_template(
    kept: bytes, key: bytes, *, tenant: str, palm: str, templates: TemplateKeys | None = None
) -> Signature:
    """A palm template, for the gallery in memory.

    Args:
        kept: what was stored.
        key: the person's data key, 32 bytes.
        tenant: whose it is.
        palm: its name.
        templates: protects it under the newest of the tenant's template keys, if it is
            not; None: it comes as it was stored.

    Raises:
        KeyUnavailable: another key, another place, or altered.
    """
    signature, version = _open(kept, key, tenant, palm)
    return signature if templates is None else templates.renewed(signature, tenant, version)


def renew_template(
    kept: bytes, key: bytes, *, tenant: str, palm: str, templates: TemplateKeys
) -> bytes | None:
    """A stored template under the newest of the tenant's template keys; None: it is already."""
    signature, version = _open(kept, key, tenant, palm)
    if version == templates.version:
        return None
    renewed = templates.renewed(signature, tenant, version)
    return protect_template(renewed, key, tenant=tenant, palm=palm, version=templates.version)


def _open(kept: bytes, key: bytes, tenant: str, palm: str) -> tuple[Signature, int]:
    """The signature as stored, and the version of the template key it is protected under."""
    plain, version = reveal(kept, key, bound=_bound(tenant, palm)), 0
    if plain[: len(_MARK)] == _MARK:
        version, plain = _PROTECTED.unpack_from(plain)[1], plain[_PROTECTED.size :]
    return from_bytes(plain), version


def _bound(tenant: str, palm: str) -> str:
    return f"template {tenant} {palm}"
