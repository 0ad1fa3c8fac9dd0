"""A turnstile by its contacts: a coil that releases it, inputs that say what it does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from thenar.errors import DoorError
from thenar_access.arm import Arm, Inputs, Told
from thenar_access.limits import (
    ANSWER_SECONDS,
    AWAY_SECONDS,
    IDLE_POLL_SECONDS,
    MOMENT_SECONDS,
    POLL_SECONDS,
)
from thenar_access.roles import Report, State


class Contacts(Protocol):
    """The wires, however they are reached."""

    without_power: str
    """What the turnstile does when this program or its power is gone."""

    def read(self) -> Inputs:
        """One look. Raises DoorError."""

    def switch(self, *, on: bool) -> None:
        """The coil. Raises DoorError."""

    def claim(self) -> bool:
        """Take the turnstile, where several gates share it; False: another has it."""

    def give_back(self) -> None:
        """The turnstile may be another's. Raises DoorError."""

    def close(self) -> None:
        """Let go; closing twice is allowed."""


class ContactTurnstile:
    """An :class:`~thenar_access.roles.Opener` on contacts, which are always watched.

    The coil is on from the release until a person has passed or the time is up. Rotations
    without a release, a second one behind a passage, and an arm that stays free are told.
    """

    def __init__(self, contacts: Contacts, passage_seconds: float, report: Report) -> None:
        self.without_power = contacts.without_power
        self._contacts = contacts
        self._report = report
        self._arm = Arm(passage_seconds)
        self._coil = False
        self._claimed = False
        self._changed = threading.Condition(threading.RLock())
        self._closed = threading.Event()
        self._watch = threading.Thread(target=self._keep_watch, name="contacts", daemon=True)
        self._watch.start()

    def state(self) -> State:
        """What the contacts say. Raises DoorError: no answer, or free though nobody asked."""
        with self._changed:
            self._look()
            if self._arm.inputs.fire:
                return State.FIRE
            if self._arm.is_stuck_open:
                raise DoorError("Expected a locked turnstile, it stays free.")
            if not self._changed.wait_for(lambda: not self._arm.is_busy, MOMENT_SECONDS):
                return State.BUSY
        return State.READY

    def open(self, request_id: str) -> None:
        """Switch the coil on and wait until the turnstile is free. Raises DoorError."""
        with self._changed:
            self._look()
            if self._arm.is_busy or not self._contacts.claim():
                raise DoorError("Still open for the one before.", request_id=request_id)
            self._claimed = True
            self._look()
            if self._arm.is_busy:
                raise DoorError("Another gate was faster.", request_id=request_id)
            self._arm.release(request_id)
            try:
                self._sync()
                self._wait_until(
                    lambda: self._arm.inputs.released or not self._arm.is_released_for(request_id),
                    "The coil is on, but the turnstile stayed locked.",
                )
            except DoorError:
                self._arm.abandon()
                with suppress(DoorError):  # tried again with the next look
                    self._sync()
                raise

    def hold(self, *, on: bool) -> None:
        """Keep it free, or lock it again. Raises DoorError: it does not answer, or stays."""
        with self._changed:
            self._tell(self._arm.hold(on=on))
            self._coil = not on  # told again, also where it was told before
            self._look()
            self._wait_until(
                lambda: self._arm.inputs.released is on, "The turnstile does not follow its coil."
            )

    def close(self) -> None:
        """Lock, unless it is held open, and let go; closing twice is allowed."""
        self._closed.set()
        self._watch.join()
        with self._changed:
            if not self._arm.is_held:
                self._arm.abandon()
                with suppress(DoorError):  # the controller's own watchdog is to lock it
                    self._sync()
            self._contacts.close()

    def _wait_until(self, done: Callable[[], bool], otherwise: str) -> None:
        until = time.monotonic() + ANSWER_SECONDS / 2
        while not done():
            if time.monotonic() > until:
                raise DoorError(otherwise)
            self._changed.wait(POLL_SECONDS)
            self._look()

    def _look(self) -> None:
        """One look at the contacts, and what follows from it. Raises DoorError."""
        try:
            self._tell(self._arm.look(time.monotonic(), self._contacts.read()))
        except DoorError:
            self._tell(self._arm.miss(time.monotonic()))
            raise
        self._sync()
        self._changed.notify_all()

    def _tell(self, told: list[Told]) -> None:
        for request, outcome in told:
            self._report(request, outcome)

    def _sync(self) -> None:
        if self._coil is not self._arm.coil:
            # On may have arrived though the answer was lost: then it must be switched off.
            self._coil = True
            self._contacts.switch(on=self._arm.coil)
            self._coil = self._arm.coil
        if self._claimed and not self._coil and not self._arm.is_busy:
            self._contacts.give_back()
            self._claimed = False

    def _keep_watch(self) -> None:
        pause = 0.0
        while not self._closed.wait(pause):
            with self._changed:
                try:
                    self._look()
                    pause = POLL_SECONDS if self._arm.is_busy else IDLE_POLL_SECONDS
                except DoorError:
                    pause = AWAY_SECONDS
