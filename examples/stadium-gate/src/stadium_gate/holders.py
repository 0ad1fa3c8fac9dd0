"""The club's ticket holders: who may be enrolled, and for which block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import attrs

from stadium_gate.tickets import TicketList, UnreadableList
from thenar.errors import DirectoryError
from thenar.records import DirectoryEntry


@attrs.frozen
class HoldersSettings:
    """The table ``[directory.quayside]``.

    Attributes:
        tickets: the same list that the gates read.
    """

    tickets: Path


class TicketHolders:
    """Whoever is on the list; their blocks are their groups."""

    def __init__(self, settings: HoldersSettings) -> None:
        self._list = TicketList(settings.tickets)

    def entries(self) -> Iterable[DirectoryEntry]:
        """Everybody on the list. Raises DirectoryError: it cannot be read."""
        try:
            tickets = self._list.tickets().values()
        except UnreadableList as error:
            raise DirectoryError(
                f"The ticket list cannot be read ({error}).", remedy="export it again."
            ) from None
        blocks: dict[str, set[str]] = defaultdict(set)
        for ticket in tickets:
            blocks[ticket.holder].add(f"block-{ticket.block}")
        return [DirectoryEntry(holder, groups=groups) for holder, groups in blocks.items()]

    def look_up(self, external_id: str) -> DirectoryEntry | None:
        """One holder, or None. Raises DirectoryError: the list cannot be read."""
        return next((one for one in self.entries() if one.external_id == external_id), None)
