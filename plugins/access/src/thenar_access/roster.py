"""Badge doors without a control panel: a file of badge numbers decides."""

from __future__ import annotations

from pathlib import Path

import attrs

from thenar.errors import DoorError
from thenar.records import Decision, OfflinePolicy, Passage
from thenar_access.book import Book
from thenar_access.door import ComposedDoor
from thenar_access.opens import Opens


@attrs.frozen
class RosterSettings:
    """The table ``[doors.NAME]`` of a door with a list of badges.

    Attributes:
        badges: file of the badge numbers that open, one a line; ``#`` starts a comment.
            It is read at every passage, so that a number taken out no longer opens.
        opens: what opens.
        offline: the site's fire policy, for when the file cannot be read.
        book: what is written down, and what evacuates it.
    """

    badges: Path
    opens: Opens
    offline: OfflinePolicy = OfflinePolicy.FAIL_CLOSED
    book: Book = attrs.field(factory=Book)


class Roster:
    """The authority for badges: a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def ask(self, passage: Passage) -> Decision:
        """Look the badge up. Raises DoorError: the file cannot be read."""
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise DoorError(f"roster: cannot be read ({type(error).__name__}).") from None
        known = passage.credential in {line.partition("#")[0].strip() for line in lines}
        return Decision(allow=known, reason="badge known" if known else "badge not known")

    def withdraw(self, request_id: str, why: str) -> None:
        """Nothing to undo: a badge is not used up."""

    def stands(self, request_id: str) -> None:
        """Nothing to keep."""

    def close(self) -> None:
        """Nothing to let go of."""


def roster_door(settings: RosterSettings) -> ComposedDoor:
    """A door that opens for the badges in a file."""
    return ComposedDoor(
        Roster(settings.badges), settings.opens.make, settings.offline, settings.book
    )
