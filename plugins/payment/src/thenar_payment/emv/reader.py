"""The card reader ``emv``."""

from __future__ import annotations

import threading
import time

from thenar.errors import PaymentError
from thenar.records import Card
from thenar_payment.emv.card import read_card
from thenar_payment.emv.pcsc import Pcsc
from thenar_payment.emv.settings import EmvSettings

_AGAIN = 0.2
"""Seconds between looks for a reader that is not plugged in."""


class EmvCardReader:
    """Reads each card once, when it is put in; one call at a time.

    A card that stays in is not read again for the next customer.
    """

    def __init__(self, settings: EmvSettings) -> None:
        self._settings = settings
        self._pcsc = Pcsc(settings.reader)
        self._lock = threading.Lock()
        self._read = -1
        """The insertion that was read last, as the reader counts them."""

    def read(self, timeout: float) -> Card:
        """Wait for a card and read it.

        Raises:
            PaymentError: no card in time, one that cannot be read or was taken out too
                soon, no reader, or no PC/SC service.
        """
        until = time.monotonic() + timeout
        with self._lock:
            reader = self._waited_for_card(until)
            with self._pcsc.connected(reader) as transmit:
                return read_card(transmit, self._settings)

    def close(self) -> None:
        """Let go of the service; closing twice is allowed."""
        self._pcsc.close()

    def _waited_for_card(self, until: float) -> str:
        state = 0
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise PaymentError("No card was put in in time.", remedy="insert a card.")
            reader = self._pcsc.reader()
            if reader is None:
                time.sleep(min(_AGAIN, left))
                if until - time.monotonic() <= 0:
                    raise PaymentError(
                        "There is no card reader.", remedy="plug it in, or see card_reader.emv."
                    )
                continue
            state = self._pcsc.changed(reader, state, left)
            if self._pcsc.is_present(state) and state >> 16 != self._read:
                self._read = state >> 16
                return reader
