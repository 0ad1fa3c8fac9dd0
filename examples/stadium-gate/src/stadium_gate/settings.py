"""What the settings file says of one gate."""

from __future__ import annotations

from pathlib import Path

import attrs

from thenar.records import OfflinePolicy


@attrs.frozen
class GateSettings:
    """The table ``[doors.NAME]`` of one gate.

    Attributes:
        tickets: the club's list for tonight: CSV in UTF-8 with the columns ticket, block,
            from, to (seconds since the epoch) and holder.
        journal: SQLite file in which used tickets are written down; all gates of the
            ground share it.
        blocks: which blocks this gate leads to.
        host: of the turnstile's controller.
        port: of the turnstile's controller.
        seconds: after which the controller is given up.
        offline: what it does when nobody can be asked.
    """

    tickets: Path
    journal: Path
    blocks: tuple[str, ...]
    host: str
    port: int = 4001
    seconds: float = attrs.field(default=2.0, validator=attrs.validators.gt(0))
    offline: OfflinePolicy = OfflinePolicy.FAIL_CLOSED
