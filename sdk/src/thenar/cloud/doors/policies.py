"""The policies of the sites: one file each, read at the start and whenever it is replaced."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import attrs

from thenar.access import Policy
from thenar.errors import SettingsError

log = logging.getLogger("thenar.cloud")
_State = tuple[int, int, int]


@attrs.frozen
class _Read:
    policy: Policy
    state: _State


class Policies:
    """Site → its policy.

    A file that is wrong when the service starts stops it. One that is replaced by a
    wrong one later leaves the policy as it was, and a line in the log.

    Args:
        files: site → file.

    Raises:
        SettingsError: names each line that is wrong.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._read = {site: _read(file) for site, file in files.items()}

    def at(self, site: str) -> Policy | None:
        """A site's policy; None: it has none."""
        read = self._read.get(site)
        return None if read is None else read.policy

    def refresh(self) -> None:
        """Read the files that were replaced since."""
        for site, file in self._files.items():
            try:
                if _state(file) == self._read[site].state:
                    continue
                self._read[site] = _read(file)
            except SettingsError as error:
                log.warning("policy not read", extra={"site": site, "error": error.message})
                continue
            log.info("policy read", extra={"site": site})


def _read(file: Path) -> _Read:
    state = _state(file)
    return _Read(Policy.load(file), state)


def _state(file: Path) -> _State:
    try:
        found = file.stat()
    except OSError as error:
        raise SettingsError(
            f"{file}: a site's policy cannot be read: {type(error).__name__}.",
            remedy="check its path under [cloud.policies].",
        ) from None
    return found.st_ino, found.st_mtime_ns, found.st_size
