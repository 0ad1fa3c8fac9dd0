"""Keys in one file that only its owner can read: the default provider."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from thenar.errors import KeyUnavailable
from thenar.vault.key_ring import Held, KeyRing, Kind, SoftMasters


class FileKeys(KeyRing):
    """Keys in a JSON file with mode 0600.

    The file has a list of 32-byte keys, base64, for each kind (``seal``,
    ``master``, ``signing``), the newest last, and one ``index`` key. A master
    key's version is its place in the list, from 1; an empty text stands for one that
    was destroyed.

    Args:
        path: the file.

    Raises:
        KeyUnavailable: it is not there, others can read it, or it holds no keys.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        held = Held.read(read_secret(path), str(path))
        super().__init__(held, SoftMasters(held.keys["master"]))

    @classmethod
    def create(cls, path: Path) -> FileKeys:
        """Make a new file with one key of each kind. Raises FileExistsError."""
        write_new(path, Held.new().written())
        return cls(path)

    def rotate(self, kind: Kind) -> None:
        """Add a new key of one kind; old ones stay, to read what they protect.

        Raises:
            KeyUnavailable: keys of that kind are not rotated.
        """
        with self._rotating:
            held = Held.read(read_secret(self._path), str(self._path)).with_new(kind)
            replace(self._path, held.written())
            self._take(held, SoftMasters(held.keys["master"]))

    def retire(self) -> int:
        """Destroy every master key but the newest; the old file is overwritten."""
        with self._rotating:
            held, destroyed = Held.read(read_secret(self._path), str(self._path)).retired()
            if destroyed:
                with self._path.open("r+b") as old:
                    replace(self._path, held.written())
                    overwrite(old)
                self._take(held, SoftMasters(held.keys["master"]))
            return destroyed


def read_secret(path: Path) -> str:
    """A file's text. Raises KeyUnavailable: not there, or others can read it."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise KeyUnavailable(
                f"{path} has mode {mode:04o}: others can read the service's keys.",
                remedy=f"chmod 600 {path}, and rotate the keys if others had access.",
            )
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise KeyUnavailable(
            f"No keys could be read from {path}: {type(error).__name__}.",
            remedy="restore the file from its backup; nothing kept can be read without it.",
        ) from None


def write_new(path: Path, text: str) -> None:
    """A new file that only its owner can read. Raises FileExistsError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def overwrite(file: BinaryIO) -> None:
    """Zeros over all that an open file holds, whatever names it has or had."""
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    file.write(bytes(size))
    file.flush()
    os.fsync(file.fileno())


def replace(path: Path, text: str) -> None:
    """Replace a file by another, wholly or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    write_new(partial, text)
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
