"""The staff list, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from office_badge.access_server import AccessServer, NoAnswer, ServerSettings
from thenar.errors import DirectoryError, InvalidRecord
from thenar.records import DirectoryEntry

MOST_PAGES = 10_000
"""After so many pages a list without an end is given up."""


class Staff:
    """Who works here, and who left."""

    def __init__(self, settings: ServerSettings) -> None:
        self._server = AccessServer(settings.url, settings.token, settings.seconds)

    def entries(self) -> Iterable[DirectoryEntry]:
        """Everybody. Raises DirectoryError, also while the list is read."""
        for page in range(MOST_PAGES):
            people = self._asked({"page": page}).get("people", [])
            yield from map(entry_of, people)
            if not people:
                return
        raise DirectoryError("The staff list has no end.", remedy="look at the access server.")

    def look_up(self, external_id: str) -> DirectoryEntry | None:
        """One person, or None. Raises DirectoryError: the server does not answer."""
        people = self._asked({"id": external_id}).get("people", [])
        return next(map(entry_of, people), None)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _asked(self, body: Mapping[str, object]) -> Mapping[str, Any]:
        try:
            return self._server.ask("/people", body)
        except NoAnswer as error:
            raise DirectoryError(f"The access server does not answer ({error}).") from None


def entry_of(person: Mapping[str, Any]) -> DirectoryEntry:
    """One person of the server's list. Raises DirectoryError: it is not as agreed."""
    try:
        return DirectoryEntry(
            person["id"],
            active=bool(person["active"]),
            groups=person["floors"],
            display_name=person["name"],
        )
    except (KeyError, TypeError, InvalidRecord):
        raise DirectoryError("The access server did not answer as agreed.") from None
