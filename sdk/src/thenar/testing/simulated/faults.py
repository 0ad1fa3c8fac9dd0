"""Faults on demand, call by call."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from thenar.errors import ThenarError
from thenar.testing.simulated.clock import Clock, SystemClock

_ANY = ""


class Fault(StrEnum):
    """What can befall a call to a device or service."""

    LOST_REQUEST = "lost request"
    """It never arrives; nothing happens there."""
    LOST_REPLY = "lost reply"
    """It arrives and is carried out, but the caller hears nothing."""
    SLOW = "slow"
    """It is carried out after :attr:`Faults.delay` seconds."""
    SILENCE = "silence"
    """Nothing happens there, and the caller gives up after :attr:`Faults.delay` seconds."""


class Faults:
    """A script of faults: each planned fault befalls one later call of that name.

    Args:
        clock: what a slow call sleeps on.
        delay: seconds that a slow call takes, and that a caller waits for a silent one.
    """

    def __init__(self, clock: Clock | None = None, *, delay: float = 5.0) -> None:
        self.clock = clock or SystemClock()
        self.delay = delay
        self._planned: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._every: dict[str, Fault] = {}

    def plan(self, call: str, *faults: Fault | None) -> None:
        """The next calls named ``call`` meet these faults, in order; None is a good call."""
        self._planned[call].extend(faults)

    @contextmanager
    def every(self, fault: Fault, *calls: str) -> Iterator[None]:
        """Calls made within the context meet this fault; all of them where none is named."""
        before = dict(self._every)
        self._every.update(dict.fromkeys(calls or (_ANY,), fault))
        try:
            yield
        finally:
            self._every = before

    @contextmanager
    def around(self, call: str, silence: type[ThenarError]) -> Iterator[None]:
        """Carry out one call under whatever was planned for it.

        Raises:
            ThenarError: ``silence``, where the request or its reply is lost or never comes.
        """
        planned = self._planned[call]
        always = self._every.get(call, self._every.get(_ANY))
        fault = planned.popleft() if planned else always
        if fault is Fault.LOST_REQUEST:
            raise silence(f"{call}: no answer.")
        if fault in (Fault.SLOW, Fault.SILENCE):
            self.clock.sleep(self.delay)
        if fault is Fault.SILENCE:
            raise silence(f"{call}: no answer within {self.delay:g} s.")
        yield
        if fault is Fault.LOST_REPLY:
            raise silence(f"{call}: no answer.")
