"""What the customer answers at the screen, on its way from the page to the flow that asked."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Collection

from thenar.parameters import DEVICE


class Answers:
    """One question at a time; safe to use from several threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._question = ""
        self._offered: frozenset[str] = frozenset()
        self._answer: str | None = None
        self._stayed = False

    def ask(self, offered: Collection[str]) -> str:
        """Begin a question; its name. An answer to an earlier one is none to this."""
        with self._changed:
            self._question, self._answer, self._stayed = secrets.token_hex(8), None, False
            self._offered = frozenset(offered)
            return self._question

    def give(self, question: str, answer: str) -> bool:
        """Answer; False where that is not asked now, or not offered."""
        with self._changed:
            if not self._is_asked(question) or answer not in self._offered:
                return False
            self._answer = answer
            self._changed.notify_all()
            return True

    def stay(self, question: str) -> bool:
        """Whoever reads slowly gets the whole time again; False where that is not asked now."""
        with self._changed:
            if not self._is_asked(question):
                return False
            self._stayed = True
            self._changed.notify_all()
            return True

    def wait(
        self, seconds: float, is_cancelled: Callable[[], bool], stayed: Callable[[], None]
    ) -> str | None:
        """The answer; None where none came in time, or the flow is to stop.

        Args:
            seconds: without a touch.
            is_cancelled: looked at all the time.
            stayed: called where more time was asked for; no more than
                ``DEVICE.choice_most`` seconds are given in all.
        """
        begin = time.monotonic()
        until, last = begin + seconds, begin + max(seconds, DEVICE.choice_most)
        with self._changed:
            while self._answer is None and not is_cancelled():
                left = min(until, last) - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, DEVICE.choice_look))
                if self._stayed:
                    self._stayed, until = False, time.monotonic() + seconds
                    stayed()
            self._question, answer = "", self._answer
            return None if is_cancelled() else answer

    def _is_asked(self, question: str) -> bool:
        return bool(question) and question == self._question and self._answer is None
