"""One process serves a folder: a second would not see who was forgotten by the first."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import BinaryIO

from thenar.errors import SettingsError


def hold_alone(folder: Path) -> BinaryIO:
    """Lock a folder until the returned file is closed, or the process ends.

    Raises:
        SettingsError: another process holds it.
    """
    file = (folder / "service.lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise SettingsError(
            f"Another process serves {folder}.",
            remedy="stop it first, or give this one a folder of its own under [cloud].",
        ) from None
    return file
