"""What a door writes down, and what evacuates it: settings that every kind of door has."""

from __future__ import annotations

from pathlib import Path

import attrs


@attrs.frozen
class Book:
    """The table ``[doors.NAME.book]``.

    Attributes:
        events: file of what happened at this door, see :class:`~thenar_access.events.Events`;
            without one it is in the log alone.
        evacuation: file that exists during an evacuation: the door is then held open.
    """

    events: Path | None = None
    evacuation: Path | None = None
