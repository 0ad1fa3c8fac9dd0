"""What a panel changes at its reader, kept in a file: the key, the address, the speed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import attrs

from thenar.errors import DoorError


@attrs.frozen
class Line:
    """How the panel reaches the reader.

    Attributes:
        address: 0..126.
        baud: bits/s.
        key: of the secure channel, 16 bytes; None before the panel has set one.
    """

    address: int
    baud: int
    key: bytes | None = attrs.field(default=None, repr=False)


class Memory:
    """Keeps a :class:`Line`; with no file, as long as the program runs.

    Args:
        file: readable by its owner alone.
        first: what holds until the panel changes it.
    """

    def __init__(self, file: Path | None, first: Line) -> None:
        self._file = file
        self.line = self._read() or first

    def keep(self, line: Line) -> None:
        """Remember. Raises DoorError: the file cannot be written; nothing has changed."""
        if self._file is not None:
            kept = {"address": line.address, "baud": line.baud, "key": (line.key or b"").hex()}
            partial = self._file.with_name(f"{self._file.name}.part")
            try:
                descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(descriptor, "w", encoding="utf-8") as sink:
                    sink.write(json.dumps(kept))
                    sink.flush()
                    os.fsync(sink.fileno())
                partial.replace(self._file)
            except OSError as error:
                raise DoorError(f"osdp: the key is not kept ({type(error).__name__}).") from None
        self.line = line

    def _read(self) -> Line | None:
        if self._file is None or not self._file.exists():
            return None
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            key = bytes.fromhex(kept["key"])
            return Line(int(kept["address"]), int(kept["baud"]), key or None)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DoorError(
                f"osdp: {self._file.name} cannot be read ({type(error).__name__}).",
                remedy="delete it, and set the reader up at the panel again",
            ) from None
