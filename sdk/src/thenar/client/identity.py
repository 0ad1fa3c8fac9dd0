"""Who a device is: what activation gave it, and its own key."""

from __future__ import annotations

import base64
import json
import os
import stat
from pathlib import Path

import attrs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from thenar.errors import KeyUnavailable
from thenar.messages import Activated, SealKey


@attrs.frozen
class DeviceIdentity:
    """An activated device.

    Attributes:
        tenant: 32 hex digits.
        site: 32 hex digits.
        device: 32 hex digits.
        name: as the administrator called it.
        key: the device's own Ed25519 key; signs every request.
        seal_key: the service's X25519 key; captures are sealed to it.
    """

    tenant: str
    site: str
    device: str
    name: str
    key: Ed25519PrivateKey = attrs.field(repr=False)
    seal_key: X25519PublicKey = attrs.field(repr=False)

    @classmethod
    def of(cls, activated: Activated, key: Ed25519PrivateKey) -> DeviceIdentity:
        """From the answer to an activation."""
        return cls(
            tenant=activated.tenant,
            site=activated.site,
            device=activated.device,
            name=activated.name,
            key=key,
            seal_key=X25519PublicKey.from_public_bytes(activated.seal.public_key),
        )

    def with_seal_key(self, seal: SealKey) -> DeviceIdentity:
        """The same device with a newer key to seal to."""
        key = X25519PublicKey.from_public_bytes(seal.public_key)
        return attrs.evolve(self, seal_key=key)

    def save(self, path: Path) -> None:
        """Write it to a file that only its owner can read (0600), replacing an old one."""
        held = {
            "tenant": self.tenant,
            "site": self.site,
            "device": self.device,
            "name": self.name,
            "key": _text(self.key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())),
            "seal_key": _text(self.seal_key.public_bytes(Encoding.Raw, PublicFormat.Raw)),
        }
        partial = path.with_name(f"{path.name}.{os.getpid()}.part")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(held, file)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> DeviceIdentity:
        """Read it back.

        Raises:
            KeyUnavailable: no such file, one that others can read, or not an identity.
        """
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            held = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise KeyUnavailable(
                f"The device's identity cannot be read from {path}: {type(error).__name__}.",
                remedy="activate the device with a new code.",
            ) from None
        if mode & 0o077:
            raise KeyUnavailable(
                f"{path} has mode {mode:04o}: others can read the device's key.",
                remedy=f"chmod 600 {path}, and consider activating the device anew.",
            )
        try:
            return cls(
                tenant=held["tenant"],
                site=held["site"],
                device=held["device"],
                name=held["name"],
                key=Ed25519PrivateKey.from_private_bytes(base64.b64decode(held["key"])),
                seal_key=X25519PublicKey.from_public_bytes(base64.b64decode(held["seal_key"])),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise KeyUnavailable(
                f"{path} is not a device's identity: {type(error).__name__}.",
                remedy="activate the device with a new code.",
            ) from None


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")
