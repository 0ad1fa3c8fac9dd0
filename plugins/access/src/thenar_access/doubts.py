"""Redemptions that were not answered: carried out or not, they are taken back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import attrs

from thenar.errors import DoorError
from thenar_access.limits import COMES_AGAIN_SECONDS, REDEEMED_LATE_SECONDS, SETTLE_SECONDS

_log = logging.getLogger("thenar.access")

TOO_LATE = "the gate got no answer in time"

Whose = tuple[str, str]
"""A person and what they showed."""


@attrs.define
class Doubt:
    """A redemption that may stand.

    Attributes:
        request: of the passage that asked for it.
        since: when it got no answer (``time.monotonic``).
        due: when it is asked about next.
        whose: person and credential, where they may come again.
        is_touched: whether it may have been taken back already.
    """

    request: str
    since: float
    due: float
    whose: Whose | None = None
    is_touched: bool = False


class Doubts:
    """Takes back each doubtful request as soon as that gets an answer, on a thread of its own.

    The person was told no; if the request had been carried out all the same, their
    ticket would be used up. It may also still be on its way, so a request that is not
    known over there stays in doubt for a while, and is asked about more and more rarely:
    many gates that lost many answers must not keep a server down that comes up again.

    Args:
        take_back: called with a request id and why; True where something was taken back.
            Raises DoorError where there is no answer.
        given_up: called with a request id that has not arrived for so long that it will not.
    """

    def __init__(
        self,
        take_back: Callable[[str, str], bool],
        given_up: Callable[[str], None] | None = None,
    ) -> None:
        self._take_back = take_back
        self._given_up = given_up
        self._doubts: dict[str, Doubt] = {}
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
            waits = whose is not None and not is_touched
            first = Doubt(request_id, now, now + COMES_AGAIN_SECONDS * waits)
            doubt = self._doubts.setdefault(request_id, first)
            doubt.whose = whose or doubt.whose
            doubt.is_touched = is_touched or doubt.is_touched
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._settle, name="doubts", daemon=True)
                self._thread.start()
            self._changed.notify()

    def drop(self, request_id: str) -> None:
        """It stands, or is asked again: it is not taken back from now on."""
        with self._changed:
            if request_id not in self._doubts:
                return  # without waiting for what is being taken back
        with self._taking_back, self._changed:
            self._doubts.pop(request_id, None)

    def resume(self, whose: Whose) -> Doubt | None:
        """This person is here again: what is in doubt is theirs to settle from now on."""
        with self._taking_back, self._changed:
            for doubt in reversed(self._doubts.values()):
                if doubt.whose == whose:
                    return self._doubts.pop(doubt.request)
        return None

    def concern(self, whose: Whose) -> bool:
        """Whether anything of this person's is in doubt."""
        with self._changed:
            return any(doubt.whose == whose for doubt in self._doubts.values())

    def close(self) -> None:
        """Stop; what is left is logged."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        for request in self._doubts:
            _log.error("A redemption may stand though nobody entered [request %s]", request)
        self._doubts.clear()

    def _settle(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed, SETTLE_SECONDS)
                if self._closed:
                    return
                now = time.monotonic()
                due = [doubt for doubt in self._doubts.values() if doubt.due <= now]
            for doubt in due:
                if not self._settle_one(doubt):
                    break

    def _settle_one(self, doubt: Doubt) -> bool:
        """Whether there was an answer."""
        request = doubt.request
        with self._taking_back:
            with self._changed:
                if self._doubts.get(request) is not doubt:
                    return True
                doubt.is_touched = True
            try:
                taken_back = self._take_back(request, TOO_LATE)
            except DoorError:
                return False
        if taken_back:
            _log.warning("A redemption without an answer was taken back [request %s]", request)
        age = time.monotonic() - doubt.since
        if taken_back or age > REDEEMED_LATE_SECONDS:
            self.drop(request)
            if not taken_back and self._given_up is not None:
                self._given_up(request)
            return True
        with self._changed:
            doubt.due = time.monotonic() + max(SETTLE_SECONDS, age)
        return True
