"""Several gates on one turnstile: one at a time, by a register that they share.

Fischer's algorithm: whoever finds the register empty writes its own number, waits for
longer than another's read and write can take, and has the turnstile if the number still
stands. A gate whose own read and write took longer withdraws. (Lamport, *A fast mutual
exclusion algorithm*, 1987, section 1.)
"""

from __future__ import annotations

import time
from typing import Protocol

from thenar_access.limits import CLAIM_SECONDS, HELD_SECONDS


class Register(Protocol):
    """16 bits at the controller."""

    def get(self) -> int:
        """Raises DoorError."""

    def put(self, value: int) -> None:
        """Raises DoorError."""


class Claims:
    """This gate's hold on the turnstile.

    The register holds the gate's number in the upper byte, and in the lower one a count,
    so that a claim which never changes is known to be of a gate that died.

    Args:
        register: shared with the other gates.
        gate: its number, 1..255.
        longest: how long a release can last, seconds.
    """

    def __init__(self, register: Register, gate: int, longest: float) -> None:
        self._register = register
        self._gate = gate
        self._count = 0
        self._forgotten_after = longest + HELD_SECONDS
        self._seen = (0, 0.0)

    def take(self) -> bool:
        """Whether this gate has it now. Raises DoorError."""
        began = time.monotonic()
        held = self._register.get()
        if held and held >> 8 != self._gate and not self._is_forgotten(held, began):
            return False
        self._count = (self._count + 1) & 0xFF
        self._register.put(self._mine)
        if time.monotonic() - began > CLAIM_SECONDS:
            self.give_back()
            return False
        time.sleep(CLAIM_SECONDS)
        return self._register.get() == self._mine

    def give_back(self) -> None:
        """Empty the register, if it is this gate's. Raises DoorError."""
        if self._register.get() == self._mine:
            self._register.put(0)

    @property
    def _mine(self) -> int:
        return self._gate << 8 | self._count

    def _is_forgotten(self, held: int, now: float) -> bool:
        """The same claim for longer than any release lasts."""
        if held != self._seen[0]:
            self._seen = (held, now)
        return now - self._seen[1] > self._forgotten_after
