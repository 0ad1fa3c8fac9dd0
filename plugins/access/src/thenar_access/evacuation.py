"""Evacuation: gates are held open, nobody is asked, no ticket is used up."""

from __future__ import annotations

import threading
from pathlib import Path

from thenar.errors import DoorError
from thenar_access.events import Events, What
from thenar_access.limits import EVACUATION_SECONDS
from thenar_access.roles import Opener

REASON = "evacuation"


class Evacuation:
    """Holds the door open for as long as a file exists.

    A file, so that whatever the site raises the alarm with can make it, for all gates of a
    machine at once, and so that a program which starts during an evacuation knows of it.

    Args:
        file: exists during an evacuation.
        opener: held open.
        events: the door's book.
    """

    def __init__(self, file: Path, opener: Opener, events: Events) -> None:
        self._file = file
        self._opener = opener
        self._events = events
        self._is_on = False
        self._is_confirmed = True
        self._closed = threading.Event()
        self._look()
        self._thread = threading.Thread(target=self._watch, name="evacuation", daemon=True)
        self._thread.start()

    @property
    def is_on(self) -> bool:
        """Whether the door is to be open."""
        return self._is_on

    def close(self) -> None:
        """Stop looking; what is held open stays so. Closing twice is allowed."""
        self._closed.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._closed.wait(EVACUATION_SECONDS):
            self._look()

    def _look(self) -> None:
        on = self._file.exists()
        if on is not self._is_on:
            self._is_on, self._is_confirmed = on, False
            # Written as well as can be: people must get out, whatever the disk says.
            self._events.write(What.HOLDING_OPEN if on else What.LOCKING, REASON)
        elif self._is_confirmed:
            return
        try:
            self._opener.hold(on=on)
        except DoorError as error:
            self._events.write(What.NOT_HELD, f"{REASON}: {error.message}")
        else:
            self._is_confirmed = True
            if on:
                self._events.write(What.HELD, REASON)
