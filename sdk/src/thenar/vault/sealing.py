"""Sealed envelopes: captures on their way from a device to the vault.

HPKE (RFC 9180), base mode, single shot: DHKEM(X25519, HKDF-SHA256),
HKDF-SHA256, AES-256-GCM. The header is bound as ``info`` (RFC 9180, section
8.1), so no bit of it can be changed::

    offset  bytes  what
    0       1      format version, 1
    1       1      use: 1 enrolment, 2 identification
    2       8      key id: first bytes of the SHA-256 of the X25519 public key
    10      16     tenant, UUID
    26      16     device, UUID
    42      8      time of sealing, milliseconds since the epoch, UTC, unsigned, big-endian
    50      16     nonce, random
    66      4      length of what follows, unsigned, big-endian
    70      32     HPKE encapsulated key
    102     n      HPKE ciphertext of the captures, its last 16 bytes the tag

    info = "thenar envelope" and bytes 0..69

HPKE says nothing of who sealed; that the device did is said by its signature
on the request, which covers the envelope's digest.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
import time
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Protocol
from uuid import UUID

import attrs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from thenar.errors import (
    EnvelopeAltered,
    EnvelopeMalformed,
    EnvelopeReplayed,
    EnvelopeStale,
    EnvelopeUnknownDevice,
    EnvelopeVersion,
    EnvelopeWrongTenant,
)
from thenar.parameters import SERVICE
from thenar.records import PalmCrop
from thenar.vault import captures

VERSION = 1
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_HEADER = struct.Struct(">BB8s16s16sQ16sI")
_OVERHEAD = 32 + 16
_LABEL = b"thenar envelope"

LONGEST = _HEADER.size + _OVERHEAD + captures.LONGEST
"""Bytes of the longest envelope that is opened."""


class Use(IntEnum):
    """What an envelope may be opened for."""

    ENROLMENT = 1
    IDENTIFICATION = 2


@attrs.frozen
class Header:
    """The part of an envelope that everybody can read and nobody can change.

    Attributes:
        use: what it may be opened for.
        key_id: 8 bytes, which key it is sealed to.
        tenant: 32 hex digits.
        device: 32 hex digits.
        time: seconds since the epoch, UTC.
        nonce: 16 bytes.
    """

    use: Use
    key_id: bytes
    tenant: str
    device: str
    time: float
    nonce: bytes


class Opener(Protocol):
    """Holds the private keys that envelopes are sealed to."""

    def open(self, key_id: bytes, sealed: bytes, info: bytes) -> bytes:
        """HPKE-open with one key.

        Raises:
            KeyUnavailable: no such key.
            EnvelopeAltered: the ciphertext or the info is not what was sealed.
        """


def key_id(public: X25519PublicKey) -> bytes:
    """First 8 bytes of the SHA-256 of the raw public key."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).digest()[:8]


def seal(
    crops: Sequence[PalmCrop],
    to: X25519PublicKey,
    *,
    use: Use,
    tenant: str,
    device: str,
    now: float | None = None,
) -> bytes:
    """Seal captures so that only the vault can read them.

    Args:
        crops: 1 to 16 captures.
        to: the vault's public key.
        use: what it may be opened for.
        tenant: 32 hex digits.
        device: 32 hex digits.
        now: seconds since the epoch, UTC; None reads the clock.
    """
    plain = captures.to_bytes(crops)
    header = _HEADER.pack(
        VERSION,
        use,
        key_id(to),
        UUID(tenant).bytes,
        UUID(device).bytes,
        int((time.time() if now is None else now) * 1000),
        secrets.token_bytes(16),
        len(plain) + _OVERHEAD,
    )
    return header + SUITE.encrypt(plain, to, info=_LABEL + header)


def hpke_open(key: X25519PrivateKey, sealed: bytes, info: bytes) -> bytes:
    """HPKE-open with a private key that is in memory. Raises EnvelopeAltered."""
    try:
        return SUITE.decrypt(sealed, key, info=info)
    except (InvalidTag, ValueError):
        raise EnvelopeAltered(
            "The envelope, or the header bound to it, is not what the device sealed.",
            remedy="capture and seal again.",
        ) from None


def read_header(envelope: bytes) -> Header:
    """Read the header without opening.

    Raises:
        EnvelopeMalformed: truncated, oversized, or not an envelope.
        EnvelopeVersion: another format version.
    """
    if len(envelope) > LONGEST:
        raise EnvelopeMalformed(
            f"The envelope has {len(envelope)} bytes; at most {LONGEST} are opened."
        )
    if envelope and envelope[0] != VERSION:
        raise EnvelopeVersion(
            f"The envelope has format version {envelope[0]}; this service opens {VERSION}.",
            remedy="bring the device's software to the service's version.",
        )
    if len(envelope) <= _HEADER.size + _OVERHEAD:
        raise EnvelopeMalformed(
            f"The envelope has {len(envelope)} bytes; at least {_HEADER.size + _OVERHEAD + 1} "
            "are needed."
        )
    _, use, key, tenant, device, milliseconds, nonce, length = _HEADER.unpack_from(envelope)
    if length != len(envelope) - _HEADER.size:
        raise EnvelopeMalformed(
            f"The envelope announces {length} sealed bytes; {len(envelope) - _HEADER.size} came."
        )
    if use not in tuple(Use):
        raise EnvelopeMalformed(f"The envelope's use is {use}; expected 1 or 2.")
    return Header(
        Use(use), key, UUID(bytes=tenant).hex, UUID(bytes=device).hex, milliseconds / 1000, nonce
    )


def open_envelope(
    envelope: bytes,
    opener: Opener,
    *,
    use: Use,
    tenant: str,
    device: str,
    is_active: Callable[[str], bool],
    remember: Callable[[bytes, float], bool],
    now: float,
    window: float = SERVICE.clock_window,
) -> tuple[PalmCrop, ...]:
    """Open an envelope, or say why not.

    Args:
        envelope: as received.
        opener: holds the keys.
        use: what it is opened for.
        tenant: of the device that presented it, 32 hex digits.
        device: that presented it, 32 hex digits.
        is_active: whether a device is active.
        remember: keeps a nonce until a time; False when it is kept already. It is
            called for genuine envelopes alone.
        now: seconds since the epoch, UTC.
        window: seconds that the time of sealing may differ from now, either way.

    Raises:
        SealError: one of its kinds for each thing that may be wrong.
        KeyUnavailable: sealed to a key that this service does not hold.
    """
    header = read_header(envelope)
    if header.tenant != tenant:
        raise EnvelopeWrongTenant("The envelope is bound to another tenant than the device's.")
    if header.device != device or not is_active(header.device):
        raise EnvelopeUnknownDevice(
            "The envelope is bound to another device than sent it, or to one that is not active.",
            remedy="activate the device again with a new code.",
        )
    if header.use is not use:
        raise EnvelopeMalformed(
            f"The envelope was sealed for {header.use.name.lower()}, not {use.name.lower()}."
        )
    if abs(now - header.time) > window:
        raise EnvelopeStale(
            f"The envelope was sealed {now - header.time:+.1f} s from the service's clock; "
            f"{window:.0f} s are allowed.",
            remedy="set the device's clock, and seal again.",
        )
    info = _LABEL + envelope[: _HEADER.size]
    plain = opener.open(header.key_id, envelope[_HEADER.size :], info)
    if not remember(header.nonce, header.time + window):
        raise EnvelopeReplayed(
            "An envelope with this nonce was opened before.", remedy="capture and seal again."
        )
    return captures.from_bytes(plain)
