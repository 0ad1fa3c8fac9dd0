"""Candidate sets by site: lists of people in files, and expressions over them.

A list is a text file, one subject a line; ``#`` begins a comment. Whoever writes it
(a ticket system, a personnel system) replaces the whole file by renaming a new one
over it; the service takes notice at its next turn.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from thenar.cloud.references import OWN_KINDS, References
from thenar.errors import InvalidRecord, SettingsError
from thenar.matching.candidates import Expression, Sets, is_name, parse

log = logging.getLogger("thenar.cloud")
_State = tuple[int, int, int]


def check(sites: Mapping[str, str], lists: Mapping[str, Path]) -> None:
    """Raise InvalidRecord where an expression cannot be read or names what is not there."""
    for name in lists:
        if name == "active" or name.partition(":")[0] in OWN_KINDS:
            raise InvalidRecord(f"{name!r} is a set that the service keeps itself.")
        if not is_name(name):
            raise InvalidRecord(f"{name!r} is not the name of a set.")
    known = Sets(OWN_KINDS)
    for site, text in sites.items():
        try:
            known.check(parse(text), also=["active", *lists])
        except SettingsError as error:
            raise InvalidRecord(f"site {site}: {error.message} {error.remedy}.") from None


class Candidates:
    """Who may be found at which site.

    Args:
        sites: site → expression.
        lists: name of a set → its file.
    """

    def __init__(self, sites: Mapping[str, str], lists: Mapping[str, Path]) -> None:
        self._sites = {site: parse(text) for site, text in sites.items()}
        self._lists = lists
        self._read: dict[str, _State] = {}

    def __bool__(self) -> bool:
        """Whether any site has an expression."""
        return bool(self._sites)

    def at(self, site: str) -> Expression | None:
        """What a site searches; None: everybody who may be found."""
        return self._sites.get(site)

    def refresh(self, references: References) -> None:
        """Read the lists that were replaced since.

        One that cannot be read now stays as it was. One that never could is no set
        at all, so that what names it is an error and not an empty list.
        """
        for name, file in self._lists.items():
            try:
                found = file.stat()
                state = (found.st_ino, found.st_mtime_ns, found.st_size)
                if self._read.get(name) == state:
                    continue
                lines = file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                log.warning(
                    "candidate list not read", extra={"list": name, "error": type(error).__name__}
                )
                continue
            subjects = (line.partition("#")[0].strip().lower() for line in lines)
            references.list(name, filter(None, subjects))
            self._read[name] = state
            log.info(
                "candidate list read",
                extra={"list": name, "palms": len(references.sets[name])},
            )
