"""Files that hold nothing in clear, and that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from thenar.errors import MatchingError

_NONCE, _TAG = 12, 16
_ZEROS = bytes(1 << 20)


def write(
    file: Path, plain: bytes | bytearray, key: bytes, bound: bytes, head: bytes = b""
) -> None:
    """Seal with AES-256-GCM into a new file, on disk when this returns.

    Args:
        file: must not exist.
        plain: what to seal.
        key: 32 bytes.
        bound: what it belongs to; needed to read it.
        head: written before it, in clear, and bound to it.
    """
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, plain, bound + head)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        for part in (head, nonce, sealed):
            out.write(part)
        out.flush()
        os.fsync(out.fileno())


def read(file: Path, key: bytes, bound: bytes, head: int = 0) -> bytearray:
    """Open what :func:`write` sealed; the caller overwrites it.

    Raises:
        MatchingError: missing, altered, moved or under another key.
    """
    try:
        data = memoryview(file.read_bytes())
        plain = bytearray(len(data) - head - _NONCE - _TAG)
        nonce, sealed = data[head : head + _NONCE], data[head + _NONCE :]
        AESGCM(key).decrypt_into(nonce, sealed, bound + bytes(data[:head]), plain)
    except (OSError, ValueError, InvalidTag) as error:
        raise MatchingError(f"The stored gallery is damaged at {file.name}.") from error
    return plain


def settle(folder: Path) -> None:
    """Have the folder's names on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def destroy(file: Path) -> None:
    """Overwrite a file with zeros, where the file system writes in place, and delete it."""
    with file.open("r+b", buffering=0) as out:
        left = os.fstat(out.fileno()).st_size
        while left > 0:
            left -= out.write(_ZEROS[:left])
        os.fsync(out.fileno())
    file.unlink()
