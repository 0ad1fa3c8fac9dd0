"""Redemptions that were not answered: carried out or not, they are taken back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from thenar.errors import DoorError
from thenar_access.limits import COMES_AGAIN_SECONDS, REDEEMED_LATE_SECONDS, SETTLE_SECONDS

_log = logging.getLogger("thenar.access")

TOO_LATE = "the gate got no answer in time"

Whose = tuple[str, str]
"""A person and what they showed."""


class Doubt(NamedTuple):
    """A redemption that may stand.

    Attributes:
        request: of the passage that asked for it.
        is_touched: whether it may have been taken back already.
    """

    request: str
    is_touched: bool


class Doubts:
    """Takes back each doubtful request as soon as that gets an answer, on a thread of its own.

    The person was told no; if the request had been carried out all the same, their
    ticket would be used up. It may also still be on its way, so a request that is not
    known over there stays in doubt for a while, and is asked about more and more rarely:
    many gates that lost many answers must not keep a server down that comes up again.

    Args:
        take_back: called with a request id and why; True where something was taken back.
            Raises DoorError where there is no answer.
        settled: called with a request id that is in doubt no longer.
    """

    def __init__(
        self,
        take_back: Callable[[str, str], bool],
        settled: Callable[[str], object] = str,
    ) -> None:
        self._take_back = take_back
        self._settled = settled
        self._since: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self._whose: dict[str, Whose] = {}
        self._is_touched: set[str] = set()
        self._changed = threading.Condition()
        self._taking_back = threading.Lock()
        self._closed = False
        self._thread: threading.Thread | None = None

    def add(self, request_id: str, whose: Whose | None = None, *, is_touched: bool = False) -> None:
        """This request got no answer.

        Args:
            request_id: of the redemption.
            whose: person and credential, where they may come again.
            is_touched: whether it may have been taken back already.
        """
        with self._changed:
            now = time.monotonic()
            self._since.setdefault(request_id, now)
            waits = whose is not None and not is_touched
            self._due.setdefault(request_id, now + COMES_AGAIN_SECONDS * waits)
            if whose is not None:
                self._whose[request_id] = whose
            if is_touched:
                self._is_touched.add(request_id)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._settle, name="doubts", daemon=True)
                self._thread.start()
            self._changed.notify()

    def drop(self, request_id: str) -> None:
        """It stands, or is asked again: it is not taken back from now on."""
        with self._changed:
            if request_id not in self._since:
                return  # without waiting for what is being taken back
        with self._taking_back, self._changed:
            self._forget(request_id)

    def resume(self, whose: Whose) -> Doubt | None:
        """This person is here again: what is in doubt is theirs to settle from now on."""
        with self._taking_back, self._changed:
            for request in reversed(self._whose):
                if self._whose[request] == whose:
                    doubt = Doubt(request, request in self._is_touched)
                    self._forget(request)
                    return doubt
        return None

    def concern(self, whose: Whose) -> bool:
        """Whether anything of this person's is in doubt."""
        with self._changed:
            return whose in self._whose.values()

    def close(self) -> None:
        """Stop; what is left is logged."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        for request in self._since:
            _log.error("A redemption may stand though nobody entered [request %s]", request)
        self._since.clear()

    def _settle(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed, SETTLE_SECONDS)
                if self._closed:
                    return
                now = time.monotonic()
                due = [request for request, when in self._due.items() if when <= now]
            for request in due:
                if not self._settle_one(request):
                    break

    def _settle_one(self, request: str) -> bool:
        """Whether there was an answer."""
        with self._taking_back:
            with self._changed:
                since = self._since.get(request)
            if since is None:
                return True
            try:
                self._is_touched.add(request)
                taken_back = self._take_back(request, TOO_LATE)
            except DoorError:
                return False
        if taken_back:
            _log.warning("A redemption without an answer was taken back [request %s]", request)
        age = time.monotonic() - since
        if taken_back or age > REDEEMED_LATE_SECONDS:
            self.drop(request)
            self._settled(request)
            return True
        with self._changed:
            if request in self._since:
                self._due[request] = time.monotonic() + max(SETTLE_SECONDS, age)
        return True

    def _forget(self, request: str) -> None:
        for kept in (self._since, self._due, self._whose):
            kept.pop(request, None)
        self._is_touched.discard(request)
