"""The keys that the whole service rests on, behind one protocol.

Four kinds, each with versions so that it can be replaced while old data is
still read: the X25519 keys that captures are sealed to, the master keys that
wrap people's data keys, the Ed25519 keys that sign assertions, and one index
key from which look-up keys are derived (it is not rotated: what it indexes
could not be found again).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

import attrs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey


@attrs.frozen
class Wrapped:
    """A key encrypted under a master key.

    Attributes:
        version: of the master key, from 1.
        data: 12 bytes nonce, the encrypted key, 16 bytes tag.
    """

    version: int
    data: bytes = attrs.field(repr=False)


class KeyProvider(Protocol):
    """Keeps the keys: in a file, in the environment, in hardware."""

    def seal_key(self) -> X25519PublicKey:
        """The key that devices seal to now."""

    def open(self, key_id: bytes, sealed: bytes, info: bytes) -> bytes:
        """HPKE-open with one of the seal keys.

        Raises:
            KeyUnavailable: no such key.
            EnvelopeAltered: the ciphertext or the info is not what was sealed.
        """

    def master_version(self) -> int:
        """Version of the master key that wraps now."""

    def wrap(self, key: bytes, bound: bytes) -> Wrapped:
        """Encrypt a key under the newest master key, bound to what it belongs to."""

    def unwrap(self, wrapped: Wrapped, bound: bytes) -> bytes:
        """Decrypt a key. Raises KeyUnavailable: no such master key, or altered."""

    def signing_key(self) -> tuple[str, Ed25519PrivateKey]:
        """Key id and key that sign assertions now."""

    def verification_keys(self) -> Mapping[str, Ed25519PublicKey]:
        """Key id → public key, of every signing key whose assertions may still live."""

    def rotate(self, kind: Literal["seal", "master", "signing"]) -> None:
        """Add a new key of one kind, that is used from now on; old ones go on being read.

        Raises:
            KeyUnavailable: it is given its keys, and cannot make any.
        """

    def retire(self) -> int:
        """Destroy every master key but the newest: what is wrapped under one is lost for good.

        Returns:
            How many were destroyed.

        Raises:
            KeyUnavailable: it is given its keys, and cannot destroy any.
        """

    def derive(self, label: str) -> bytes:
        """32 bytes that depend on the label alone (HKDF-SHA256 of the index key)."""
