"""What the terminal says of itself, about once a minute, for whoever looks after the site."""

from __future__ import annotations

import time
from collections.abc import Callable

from thenar import __version__
from thenar.device.terminal import Terminal
from thenar.errors import CloudRefused, CloudUnreachable
from thenar.parameters import DEVICE


class Pulse:
    """Reports version, camera and the newest trouble.

    Args:
        terminal: whose.
        clock: seconds, that only grow.
    """

    def __init__(self, terminal: Terminal, clock: Callable[[], float] = time.monotonic) -> None:
        self._terminal = terminal
        self._clock = clock
        self._due = clock()

    def beat(self) -> None:
        """Report if it is time to; what cannot be told now is told the next time."""
        if self._clock() < self._due:
            return
        self._due = self._clock() + DEVICE.report_every
        trouble = self._terminal.trouble[-1] if self._terminal.trouble else ""
        try:
            self._terminal.cloud.report(
                version=__version__, camera=self._terminal.camera, trouble=trouble
            )
        except (CloudUnreachable, CloudRefused):
            return
        self._terminal.trouble.clear()
