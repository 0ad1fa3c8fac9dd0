"""A card reader into which a test puts cards."""

from __future__ import annotations

import queue

import attrs

from thenar.errors import PaymentError
from thenar.records import Card
from thenar.testing.simulated.clock import Clock, SystemClock
from thenar.testing.simulated.faults import Faults


@attrs.frozen
class TestCard:
    """A card that exists nowhere but here.

    Attributes:
        number: digits; the common test numbers of payment processors.
        expiry: ``"YYYY-MM"``.
        brand: as the card names itself.
    """

    __test__ = False

    number: str = attrs.field(repr=False)
    expiry: str = "2099-12"
    brand: str = "visa"


VISA = TestCard("4242424242424242")
"""Accepted."""
MASTERCARD = TestCard("5555555555554444", brand="mastercard")
"""Accepted."""
DECLINED = TestCard("4000000000000002")
"""Tokenised, but every charge is declined."""
NO_FUNDS = TestCard("4000000000009995")
"""Tokenised, but every charge is declined for want of funds."""
EXPIRED = TestCard("4000000000000069", expiry="2020-01")
"""Refused when it is to be tokenised."""


class _Gone(PaymentError):
    """A planned fault befell the call."""


class SimulatedCardReader:
    """Reads the cards put in with :meth:`insert`, each once, in order.

    Planned faults befall ``"read"``, and end it in PaymentError.

    Attributes:
        handed_out: every card that was read, so that a test can see it was wiped.
    """

    def __init__(self, clock: Clock | None = None, faults: Faults | None = None) -> None:
        self.faults = faults or Faults(clock)
        self._clock = clock or SystemClock()
        self._slot: queue.Queue[TestCard | None] = queue.Queue()
        self.handed_out: list[Card] = []

    def insert(self, card: TestCard) -> None:
        """Put a card in."""
        self._slot.put(card)

    def insert_unreadable(self) -> None:
        """Put in something that is no card."""
        self._slot.put(None)

    def read(self, timeout: float) -> Card:
        """The card that was put in.

        Raises:
            PaymentError: none was, within ``timeout`` seconds, it cannot be read, or a fault
                was planned.
        """
        try:
            with self.faults.around("read", _Gone):
                return self._read(timeout)
        except _Gone:
            self._clock.sleep(timeout)
            raise PaymentError(
                "The card reader does not answer.", remedy="look at its cable."
            ) from None

    def _read(self, timeout: float) -> Card:
        simulated_time = not isinstance(self._clock, SystemClock)
        try:
            card = self._slot.get_nowait() if simulated_time else self._slot.get(timeout=timeout)
        except queue.Empty:
            if simulated_time:
                self._clock.sleep(timeout)
            raise PaymentError(
                f"Expected a card within {timeout:g} s, none came.", remedy="insert a card."
            ) from None
        if card is None:
            raise PaymentError("The card could not be read.", remedy="insert it again.")
        read = Card(bytearray(card.number, "ascii"), expiry=card.expiry, brand=card.brand)
        self.handed_out.append(read)
        return read

    def close(self) -> None:
        """Nothing to release."""
