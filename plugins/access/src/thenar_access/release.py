"""One release of a turnstile, from the command to what became of it."""

from __future__ import annotations

import threading

from thenar_access.roles import Outcome, Report


class Release:
    """Keeps at most one release; one that nobody reports on ends by itself.

    Args:
        report: told what became of each confirmed release, once.
        seconds: how long a release can last.
    """

    def __init__(self, report: Report, seconds: float) -> None:
        self._report = report
        self._seconds = seconds
        self._changed = threading.Condition()
        self._request = ""
        self._confirmed = False
        self._timer: threading.Timer | None = None

    @property
    def pending(self) -> bool:
        """Whether somebody may still be on their way through."""
        with self._changed:
            return bool(self._request)

    def begin(self, request: str) -> None:
        """A release is being commanded."""
        with self._changed:
            self._request, self._confirmed = request, False

    def confirm(self, request: str) -> None:
        """The hardware says that it is released."""
        with self._changed:
            if request == self._request and not self._confirmed:
                self._confirmed = True
                self._timer = threading.Timer(
                    self._seconds, self.end, args=(request, Outcome.SILENT)
                )
                self._timer.daemon = True
                self._timer.start()
                self._changed.notify_all()

    def confirmed(self, within: float) -> bool:
        """Wait for the confirmation, ``within`` seconds at most."""
        with self._changed:
            return self._changed.wait_for(lambda: self._confirmed, within)

    def abandon(self) -> None:
        """The hardware did not confirm; whatever it says now is of no interest."""
        with self._changed:
            self._request = ""

    def end(self, request: str, outcome: Outcome) -> None:
        """What became of it; reported where it was confirmed and has not ended yet."""
        with self._changed:
            if request != self._request or not self._confirmed:
                return
            self._request, self._confirmed = "", False
            if self._timer is not None:
                self._timer.cancel()
        self._report(request, outcome)

    def close(self) -> None:
        """Stop waiting."""
        with self._changed:
            self._request = ""
            if self._timer is not None:
                self._timer.cancel()
