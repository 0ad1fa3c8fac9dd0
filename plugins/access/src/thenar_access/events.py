"""The door's own book: what was released, why, and what became of it.

The host records decisions with the secure service; that record is lost with the host.
This one is written before the hardware is told anything, so that nothing opens without a
recorded reason, also where the machine dies in between.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from enum import StrEnum
from pathlib import Path

from thenar.errors import DoorError
from thenar_access.roles import Outcome

_log = logging.getLogger("thenar.access")


class What(StrEnum):
    """What happened at a door, besides each :class:`~thenar_access.roles.Outcome`."""

    STARTED = "started"
    """The reason says what the door does without an answer, and without power."""
    RELEASING = "releasing"
    """Written before the hardware is told; the reason is the decision's."""
    RELEASED = "released"
    """The hardware confirmed it."""
    STAYED_SHUT = "stayed shut"
    """The hardware did not confirm; the release was taken back as far as it can be."""
    HOLDING_OPEN = "holding open"
    """Written before the hardware is told to stay open; the reason says by whom."""
    HELD = "held"
    """The hardware confirmed that it stays open."""
    NOT_HELD = "not held"
    """It did not confirm; it is told again."""
    LOCKING = "locking again"
    """The evacuation is over, or the panel says so."""
    NOTED = "noted"
    """Neither opens nor locks; the reason says what it was."""
    GIVEN_BACK = "given back"
    """What the authority had used up for this request was undone."""
    STANDS = "still counted as entered"
    """It could not be undone."""


_CALM = {
    What.STARTED,
    What.RELEASING,
    What.RELEASED,
    What.GIVEN_BACK,
    What.LOCKING,
    What.NOTED,
    Outcome.PASSED,
}


class Events:
    """Writes what happens to the log ``thenar.access``, and to a file where one is named.

    Args:
        file: one JSON object a line: ``time`` (seconds since the epoch, UTC), ``what``,
            ``reason`` and ``request``; readable by its owner alone. It holds no
            credential and no person.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()

    def must_write(self, what: str, reason: str, request: str = "") -> None:
        """Write; what follows must not happen otherwise.

        Raises:
            DoorError: the file cannot be written.
        """
        told = f"{what}: {reason}" if reason else what
        _log.log(
            logging.INFO if what in _CALM else logging.WARNING, "%s [request %s]", told, request
        )
        if self._file is None:
            return
        line = {"time": time.time(), "what": what, "reason": reason, "request": request}
        try:
            with self._lock:
                self._append(self._file, json.dumps(line) + "\n")
        except OSError as error:
            raise DoorError(
                f"The book of this door cannot be written ({type(error).__name__}): nothing "
                "opens without a recorded reason.",
                remedy="make room on the disk, or name another file under 'events'",
                request_id=request,
            ) from None

    def write(self, what: str, reason: str, request: str = "") -> None:
        """Write as well as can be: it has happened already."""
        try:
            self.must_write(what, reason, request)
        except DoorError as error:
            _log.error("%s", error)

    def _append(self, file: Path, line: str) -> None:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, line.encode("utf-8"))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
