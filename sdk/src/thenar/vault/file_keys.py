"""Keys in one file that only its owner can read: the default provider."""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from thenar.errors import KeyUnavailable
from thenar.vault import sealing
from thenar.vault.keys import Wrapped

_KINDS = ("seal", "master", "signing")


class FileKeys:
    """Keys in a JSON file with mode 0600.

    The file has a list of 32-byte keys, base64, for each kind (``seal``,
    ``master``, ``signing``), the newest last, and one ``index`` key. A master
    key's version is its place in the list, from 1.

    Args:
        path: the file.

    Raises:
        KeyUnavailable: it is not there, others can read it, or it holds no keys.
    """

    def __init__(self, path: Path) -> None:
        held = _read(path)
        self._path = path
        seal = [X25519PrivateKey.from_private_bytes(key) for key in held["seal"]]
        self._seal = {sealing.key_id(key.public_key()): key for key in seal}
        self._master = [AESGCM(key) for key in held["master"]]
        signing = [Ed25519PrivateKey.from_private_bytes(key) for key in held["signing"]]
        self._signing = {_signing_id(key.public_key()): key for key in signing}
        self._index = held["index"][0]

    @classmethod
    def create(cls, path: Path) -> FileKeys:
        """Make a new file with one key of each kind. Raises FileExistsError."""
        held = {kind: [secrets.token_bytes(32)] for kind in (*_KINDS, "index")}
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        _write(descriptor, held)
        return cls(path)

    def rotated(self, kind: str) -> FileKeys:
        """Add a new key of one kind; old ones stay, to read what they protect.

        Args:
            kind: ``"seal"``, ``"master"`` or ``"signing"``.
        """
        held = _read(self._path)
        if kind not in _KINDS:
            raise KeyUnavailable(f"Keys of kind {kind!r} are not rotated; expected {_KINDS}.")
        held[kind].append(secrets.token_bytes(32))
        partial = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        _write(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), held)
        partial.replace(self._path)
        return FileKeys(self._path)

    def seal_key(self) -> X25519PublicKey:
        """The newest."""
        return list(self._seal.values())[-1].public_key()

    def open(self, key_id: bytes, sealed: bytes, info: bytes) -> bytes:
        """HPKE-open with the key of that id."""
        if key_id not in self._seal:
            raise KeyUnavailable(
                f"The envelope is sealed to key {key_id.hex()}, which this service does not hold.",
                remedy="fetch /v1/keys/seal and seal again.",
            )
        return sealing.hpke_open(self._seal[key_id], sealed, info)

    def master_version(self) -> int:
        """Version of the newest master key."""
        return len(self._master)

    def wrap(self, key: bytes, bound: bytes) -> Wrapped:
        """AES-256-GCM under the newest master key."""
        nonce = secrets.token_bytes(12)
        return Wrapped(len(self._master), nonce + self._master[-1].encrypt(nonce, key, bound))

    def unwrap(self, wrapped: Wrapped, bound: bytes) -> bytes:
        """AES-256-GCM under the master key of that version."""
        if not 1 <= wrapped.version <= len(self._master):
            raise KeyUnavailable(f"There is no master key of version {wrapped.version}.")
        master = self._master[wrapped.version - 1]
        try:
            return master.decrypt(wrapped.data[:12], wrapped.data[12:], bound)
        except InvalidTag:
            raise KeyUnavailable(
                "A person's key was altered, or wrapped by another service's master key."
            ) from None

    def signing_key(self) -> tuple[str, Ed25519PrivateKey]:
        """The newest."""
        return list(self._signing.items())[-1]

    def verification_keys(self) -> Mapping[str, Ed25519PublicKey]:
        """All of them."""
        return {name: key.public_key() for name, key in self._signing.items()}

    def derive(self, label: str) -> bytes:
        """HKDF-SHA256 of the index key."""
        return HKDF(hashes.SHA256(), 32, None, label.encode("utf-8")).derive(self._index)


def _signing_id(public: Ed25519PublicKey) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return digest.finalize()[:8].hex()


def _read(path: Path) -> dict[str, list[bytes]]:
    try:
        found = path.stat()
        mode = stat.S_IMODE(found.st_mode)
        if mode & 0o077:
            raise KeyUnavailable(
                f"{path} has mode {mode:04o}: others can read the service's keys.",
                remedy=f"chmod 600 {path}, and rotate the keys if others had access.",
            )
        held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        keys = {
            kind: [base64.b64decode(text, validate=True) for text in held[kind]]
            for kind in (*_KINDS, "index")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyUnavailable(
            f"No keys could be read from {path}: {type(error).__name__}.",
            remedy="restore the file from its backup; nothing kept can be read without it.",
        ) from None
    if not all(keys.values()) or any(len(key) != 32 for kind in keys.values() for key in kind):
        raise KeyUnavailable(f"{path}: expected at least one key of 32 bytes of every kind.")
    return keys


def _write(descriptor: int, held: dict[str, list[bytes]]) -> None:
    text = {kind: [base64.b64encode(key).decode("ascii") for key in held[kind]] for kind in held}
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(text, file)
        file.flush()
        os.fsync(file.fileno())
