"""The keys in memory, whatever they came from."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Mapping
from typing import Any, Literal, Protocol, Self

import attrs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from thenar.errors import KeyUnavailable
from thenar.vault import sealing
from thenar.vault.keys import KeyProvider, Wrapped

KINDS = ("seal", "master", "signing")
Kind = Literal["seal", "master", "signing"]
_ALL = (*KINDS, "index")


DESTROYED = b""
"""In the place of a master key that is no more; the versions of the others stay what they are."""


class Masters(Protocol):
    """Every version of the master key: in memory, or where no program can read it."""

    def version(self) -> int:
        """Of the newest, from 1."""

    def wrap(self, key: bytes, bound: bytes) -> Wrapped:
        """Encrypt under the newest."""

    def unwrap(self, wrapped: Wrapped, bound: bytes) -> bytes:
        """Decrypt. Raises KeyUnavailable."""


@attrs.frozen
class Held:
    """The secrets themselves, 32 bytes each; of every kind the newest last.

    Attributes:
        keys: kind → its keys.
    """

    keys: Mapping[str, tuple[bytes, ...]] = attrs.field(repr=False)

    @classmethod
    def new(cls, *kinds: str) -> Held:
        """One new key of each kind."""
        return cls({kind: (secrets.token_bytes(32),) for kind in kinds or _ALL})

    @classmethod
    def read(cls, text: str, where: str, *kinds: str) -> Held:
        """From JSON: for each kind a list of keys in base64. Raises KeyUnavailable."""
        try:
            said: dict[str, Any] = json.loads(text)
            keys = {
                kind: tuple(base64.b64decode(one, validate=True) for one in said[kind])
                for kind in kinds or _ALL
            }
        except (ValueError, KeyError, TypeError) as error:
            raise KeyUnavailable(
                f"No keys could be read from {where}: {type(error).__name__}.",
                remedy="restore them from their backup; nothing kept can be read without them.",
            ) from None
        there = {kind: _in_use(kind, every) for kind, every in keys.items()}
        if not all(there.values()) or any(
            len(key) != 32 for kind in there.values() for key in kind
        ):
            raise KeyUnavailable(f"{where}: expected at least one key of 32 bytes of every kind.")
        return cls(keys)

    def written(self) -> str:
        """As JSON."""
        return json.dumps(
            {
                kind: [base64.b64encode(key).decode("ascii") for key in keys]
                for kind, keys in self.keys.items()
            }
        )

    def retired(self) -> tuple[Self, int]:
        """With the newest master key alone, and how many were there besides."""
        *old, newest = self.keys["master"]
        kept = attrs.evolve(self, keys={**self.keys, "master": (*(DESTROYED for _ in old), newest)})
        return kept, sum(key != DESTROYED for key in old)

    def with_new(self, kind: str) -> Self:
        """With a new key of one kind. Raises KeyUnavailable: keys of that kind are not rotated."""
        if kind not in KINDS or kind not in self.keys:
            raise KeyUnavailable(f"Keys of kind {kind!r} are not rotated; expected {KINDS}.")
        return attrs.evolve(
            self, keys={**self.keys, kind: (*self.keys[kind], secrets.token_bytes(32))}
        )


def _in_use(kind: str, keys: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Without those destroyed; the newest is always in use."""
    if kind != "master":
        return keys
    return (*(key for key in keys[:-1] if key != DESTROYED), *keys[-1:])


class SoftMasters:
    """Master keys in memory: AES-256-GCM."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._newest = len(keys)
        self._keys = {
            version: AESGCM(key) for version, key in enumerate(keys, 1) if key != DESTROYED
        }

    def version(self) -> int:
        """Of the newest."""
        return self._newest

    def wrap(self, key: bytes, bound: bytes) -> Wrapped:
        """Encrypt under the newest."""
        nonce = secrets.token_bytes(12)
        return Wrapped(self._newest, nonce + self._keys[self._newest].encrypt(nonce, key, bound))

    def unwrap(self, wrapped: Wrapped, bound: bytes) -> bytes:
        """Decrypt."""
        master = self._keys.get(wrapped.version)
        if master is None:
            raise KeyUnavailable(f"There is no master key of version {wrapped.version}.")
        try:
            return master.decrypt(wrapped.data[:12], wrapped.data[12:], bound)
        except InvalidTag:
            raise KeyUnavailable(
                "A person's key was altered, or wrapped by another service's master key."
            ) from None


@attrs.frozen
class _Ring:
    """What was made of the secrets; replaced as a whole by a rotation."""

    masters: Masters
    seal: Mapping[bytes, X25519PrivateKey]
    signing: Mapping[str, Ed25519PrivateKey]
    index: bytes

    @classmethod
    def of(cls, held: Held, masters: Masters) -> _Ring:
        seal = [X25519PrivateKey.from_private_bytes(key) for key in held.keys["seal"]]
        signing = [Ed25519PrivateKey.from_private_bytes(key) for key in held.keys["signing"]]
        return cls(
            masters,
            {sealing.key_id(key.public_key()): key for key in seal},
            {_signing_id(key.public_key()): key for key in signing},
            held.keys["index"][0],
        )


class KeyRing(KeyProvider):
    """What every provider does once it has the secrets; safe to use from several threads.

    Args:
        held: seal, signing and index keys.
        masters: the master keys.
    """

    def __init__(self, held: Held, masters: Masters) -> None:
        self._rotating = threading.Lock()
        self._take(held, masters)

    def _take(self, held: Held, masters: Masters) -> None:
        self._held, self._ring = held, _Ring.of(held, masters)

    def rotate(self, kind: Kind) -> None:
        """Keys that a provider is given, and cannot make. Raises KeyUnavailable."""
        raise KeyUnavailable(
            f"This key provider makes no {kind} keys.",
            remedy="add the new key where the keys come from, and restart the service.",
        )

    def retire(self) -> int:
        """Keys that a provider is given, and cannot destroy. Raises KeyUnavailable."""
        raise KeyUnavailable(
            "This key provider destroys no keys.",
            remedy='put "" in the place of the old key where the keys come from, and restart '
            "the service.",
        )

    def seal_key(self) -> X25519PublicKey:
        """The newest."""
        return list(self._ring.seal.values())[-1].public_key()

    def open(self, key_id: bytes, sealed: bytes, info: bytes) -> bytes:
        """HPKE-open with the key of that id."""
        key = self._ring.seal.get(key_id)
        if key is None:
            raise KeyUnavailable(
                f"The envelope is sealed to key {key_id.hex()}, which this service does not hold.",
                remedy="fetch /v1/keys/seal and seal again.",
            )
        return sealing.hpke_open(key, sealed, info)

    def master_version(self) -> int:
        """Version of the newest master key."""
        return self._ring.masters.version()

    def wrap(self, key: bytes, bound: bytes) -> Wrapped:
        """AES-256-GCM under the newest master key."""
        return self._ring.masters.wrap(key, bound)

    def unwrap(self, wrapped: Wrapped, bound: bytes) -> bytes:
        """AES-256-GCM under the master key of that version."""
        return self._ring.masters.unwrap(wrapped, bound)

    def signing_key(self) -> tuple[str, Ed25519PrivateKey]:
        """The newest."""
        return list(self._ring.signing.items())[-1]

    def verification_keys(self) -> Mapping[str, Ed25519PublicKey]:
        """All of them."""
        return {name: key.public_key() for name, key in self._ring.signing.items()}

    def derive(self, label: str) -> bytes:
        """HKDF-SHA256 of the index key."""
        return HKDF(hashes.SHA256(), 32, None, label.encode("utf-8")).derive(self._ring.index)


def _signing_id(public: Ed25519PublicKey) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return digest.finalize()[:8].hex()
