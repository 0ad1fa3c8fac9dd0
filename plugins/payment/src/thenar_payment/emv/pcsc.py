"""The machine's PC/SC service, through pyscard.

Only the plain calls are used: pyscard's classes keep and log what passes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from thenar.errors import PaymentError, SettingsError
from thenar_payment.emv.exchange import Transmit

_TAKEN_OUT = ("SCARD_W_REMOVED_CARD", "SCARD_E_NO_SMARTCARD", "SCARD_W_RESET_CARD")
_SLICE = 0.25
"""Seconds of one wait, after which a cancellation is noticed."""


class Pcsc:
    """One connection to the service.

    Args:
        wanted: part of the reader's name; empty: the first.

    Raises:
        SettingsError: pyscard is not installed.
    """

    def __init__(self, wanted: str) -> None:
        try:
            from smartcard import scard
        except ImportError:
            raise SettingsError(
                "The card reader needs pyscard, which is not installed.",
                remedy="pip install 'thenar-payment[emv]'; on Linux it needs pcscd.",
            ) from None
        self._scard: Any = scard
        self._wanted = wanted
        self._context: int | None = None
        self._closed = False

    def reader(self) -> str | None:
        """Name of the reader; None where it is not plugged in. Raises PaymentError: no service."""
        code, names = self._scard.SCardListReaders(self._service(), [])
        if code == self._scard.SCARD_E_NO_READERS_AVAILABLE:
            return None
        self._check(code, "look for readers")
        return next((name for name in names if self._wanted in name), None)

    def changed(self, reader: str, state: int, seconds: float) -> int:
        """The reader's state, once it is another one or the time is over."""
        waited = max(1, int(min(seconds, _SLICE) * 1000))
        code, states = self._scard.SCardGetStatusChange(self._service(), waited, [(reader, state)])
        if code == self._scard.SCARD_E_TIMEOUT:
            return state
        self._check(code, "watch the reader")
        now: int = states[0][1]
        unchanged: int = ~self._scard.SCARD_STATE_CHANGED
        return now & unchanged

    def is_present(self, state: int) -> bool:
        """Whether a card is in that answers."""
        present = bool(state & self._scard.SCARD_STATE_PRESENT)
        return present and not state & self._scard.SCARD_STATE_MUTE

    @contextlib.contextmanager
    def connected(self, reader: str) -> Iterator[Transmit]:
        """The card that is in, alone; it is powered down afterwards."""
        scard = self._scard
        code, card, protocol = scard.SCardConnect(
            self._service(),
            reader,
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        self._check(code, "reach the card")
        over = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1

        def transmit(command: Sequence[int]) -> list[int]:
            sent, answer = scard.SCardTransmit(card, over, list(command))
            self._check(sent, "speak with the card")
            if not answer:  # as some drivers say it
                raise _taken_out()
            said: list[int] = answer
            return said

        try:
            yield transmit
        finally:
            scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)

    def close(self) -> None:
        """Let go of the service; closing twice is allowed."""
        self._closed = True
        context, self._context = self._context, None
        if context is not None:
            self._scard.SCardReleaseContext(context)

    def _service(self) -> int:
        if self._closed:
            raise PaymentError("The card reader is closed.")
        if self._context is None:
            code, context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
            if code != self._scard.SCARD_S_SUCCESS:
                raise PaymentError(
                    "There is no PC/SC service.", remedy="start pcscd, the smart card daemon."
                )
            self._context = context
        return self._context

    def _check(self, code: int, what: str) -> None:
        if code == self._scard.SCARD_S_SUCCESS:
            return
        if code in [getattr(self._scard, name) for name in _TAKEN_OUT]:
            raise _taken_out()
        if code == self._scard.SCARD_W_UNRESPONSIVE_CARD:
            raise PaymentError("The card does not answer.", remedy="insert it the other way round.")
        # the service went away or the reader was unplugged: begin anew with the next call
        context, self._context = self._context, None
        if context is not None:
            self._scard.SCardReleaseContext(context)
        raise PaymentError(f"PC/SC cannot {what} (code {code & 0xFFFFFFFF:08X}).")


def _taken_out() -> PaymentError:
    return PaymentError(
        "The card was taken out too soon.", remedy="insert it again and leave it in."
    )
