"""A tripod of which only the person is simulated: the watch over its contacts is the product's."""

from __future__ import annotations

import threading
import time

from thenar_access.arm import Inputs
from thenar_access.contacts import ContactTurnstile
from thenar_access.roles import Report

STEPS_IN, TURNS = 0.3, 0.3
"""Seconds until a released person turns the arm, and for how long it turns."""


class Tripod:
    """Contacts: somebody walks through at every release."""

    without_power = "locked"

    def __init__(self) -> None:
        self.people = 0
        self._released_at: float | None = None
        self._turned_at = -1.0
        self._lock = threading.Lock()

    def read(self) -> Inputs:
        with self._lock:
            now = time.monotonic()
            released = self._released_at
            if released is not None and self._turned_at < released <= now - STEPS_IN:
                self._turned_at = now
                self.people += 1
            return Inputs(released=released is not None, rotated=0 <= now - self._turned_at < TURNS)

    def switch(self, *, on: bool) -> None:
        with self._lock:
            self._released_at = time.monotonic() if on else None

    def claim(self) -> bool:
        return True

    def give_back(self) -> None:
        pass

    def close(self) -> None:
        pass


def turnstile(tripod: Tripod, report: Report) -> ContactTurnstile:
    return ContactTurnstile(tripod, 5.0, report)
