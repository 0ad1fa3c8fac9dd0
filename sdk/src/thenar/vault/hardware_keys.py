"""Master keys in a hardware security module, behind PKCS#11: no program can read them.

The module makes the master keys (AES-256, sensitive, not extractable) and
encrypts and decrypts people's keys with them. Seal, signing and index keys must
be in memory to be used; they lie in a file, encrypted under the master key, so
that the file is worth nothing without the module.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from pathlib import Path
from typing import Any

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass

from thenar.errors import KeyUnavailable
from thenar.vault.file_keys import read_secret, replace, write_new
from thenar.vault.key_ring import Held, KeyRing, Kind
from thenar.vault.keys import Wrapped

_LABEL = "thenar-master-"
_BOUND = b"thenar service keys"
_SOFT = ("seal", "signing", "index")


class HardwareKeys(KeyRing):
    """Keys of a PKCS#11 token.

    Args:
        module: the vendor's library, e.g. ``/usr/lib/softhsm/libsofthsm2.so``.
        token: the token's label.
        pin: the user's.
        path: file of the keys that are not in the module.
        create: make a first master key and the file, where there is neither.

    Raises:
        KeyUnavailable: no such module, token or key, a wrong PIN, or no file.
    """

    def __init__(
        self, module: Path, token: str, pin: str, path: Path, *, create: bool = False
    ) -> None:
        self._path = path
        self._token = masters = _TokenMasters(module, token, pin)
        try:
            self._begin(token, create=create)
        except BaseException:
            masters.close()
            raise

    def _begin(self, token: str, *, create: bool) -> None:
        masters, path = self._token, self._path
        if create and not path.exists() and masters.version() == 0:
            masters.add()
            write_new(path, _sealed(Held.new(*_SOFT), masters))
        if masters.version() == 0:
            raise KeyUnavailable(
                f"The token {token!r} holds no key {_LABEL}1.",
                remedy="restore the token from its backup, or name the right one.",
            )
        super().__init__(_opened(read_secret(path), masters), masters)

    def rotate(self, kind: Kind) -> None:
        """A new master key in the module, or a new key in the file. Raises KeyUnavailable."""
        with self._rotating:
            held = self._held
            if kind == "master":
                self._token.add()
            else:
                held = held.with_new(kind)
            replace(self._path, _sealed(held, self._token))
            self._take(held, self._token)

    def retire(self) -> int:
        """Destroy every master key of the module but the newest."""
        with self._rotating:
            replace(self._path, _sealed(self._held, self._token))
            return self._token.destroy_old()

    def close(self) -> None:
        """Log out."""
        self._token.close()


class _TokenMasters:
    """The master keys of a token. A PKCS#11 session is for one thread at a time."""

    def __init__(self, module: Path, token: str, pin: str) -> None:
        self._lock = threading.Lock()
        try:
            slot = pkcs11.lib(str(module)).get_token(token_label=token)
            self._session: Any = slot.open(rw=True, user_pin=pin)
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            raise KeyUnavailable(
                f"The token {token!r} cannot be used: {type(error).__name__}.",
                remedy="check module, token and pin under [cloud.pkcs11].",
            ) from None
        self._keys = self._found()

    def _found(self) -> dict[int, Any]:
        """Version → key; some versions may be destroyed."""
        every = self._session.get_objects(
            {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.KEY_TYPE: KeyType.AES}
        )
        named = ((key.label.removeprefix(_LABEL), key) for key in every)
        return {int(version): key for version, key in named if version.isdecimal()}

    def add(self) -> None:
        """A new version."""
        with self._lock:
            key = self._session.generate_key(
                KeyType.AES,
                256,
                label=f"{_LABEL}{self.version() + 1}",
                store=True,
                template={
                    Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                    Attribute.ENCRYPT: True,
                    Attribute.DECRYPT: True,
                },
            )
            self._keys[self.version() + 1] = key

    def destroy_old(self) -> int:
        """All but the newest; how many there were."""
        with self._lock:
            old = [version for version in self._keys if version != self.version()]
            for version in old:
                self._keys.pop(version).destroy()
            return len(old)

    def version(self) -> int:
        """Of the newest; 0 where there is none."""
        return max(self._keys, default=0)

    def wrap(self, key: bytes, bound: bytes) -> Wrapped:
        """AES-256-GCM in the module, under the newest."""
        nonce = secrets.token_bytes(12)
        with self._lock:
            version = self.version()
            data = self._keys[version].encrypt(
                key, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, bound, 128)
            )
        return Wrapped(version, nonce + data)

    def unwrap(self, wrapped: Wrapped, bound: bytes) -> bytes:
        """AES-256-GCM in the module. Raises KeyUnavailable."""
        key = self._keys.get(wrapped.version)
        if key is None:
            raise KeyUnavailable(f"The token has no master key of version {wrapped.version}.")
        try:
            with self._lock:
                plain: bytes = key.decrypt(
                    wrapped.data[12:],
                    mechanism=Mechanism.AES_GCM,
                    mechanism_param=GCMParams(wrapped.data[:12], bound, 128),
                )
            return plain  # noqa: TRY300
        except pkcs11.PKCS11Error as error:
            raise KeyUnavailable(
                f"A person's key was altered, or wrapped by another token's key: "
                f"{type(error).__name__}."
            ) from None

    def close(self) -> None:
        """End the session; ending it twice is allowed."""
        session, self._session = self._session, None
        if session is not None:
            session.close()


def _sealed(held: Held, masters: _TokenMasters) -> str:
    wrapped = masters.wrap(held.written().encode("ascii"), _BOUND)
    data = base64.b64encode(wrapped.data).decode("ascii")
    return json.dumps({"master": wrapped.version, "keys": data})


def _opened(text: str, masters: _TokenMasters) -> Held:
    try:
        said = json.loads(text)
        wrapped = Wrapped(int(said["master"]), base64.b64decode(said["keys"], validate=True))
    except (ValueError, KeyError, TypeError):
        raise KeyUnavailable(
            "The key file is not one of a hardware module's.", remedy="restore it from its backup."
        ) from None
    plain = masters.unwrap(wrapped, _BOUND)
    return Held.read(plain.decode("ascii"), "the key file", *_SOFT)
