"""A card becomes a token, and a token that nobody uses is given back."""

from __future__ import annotations

import logging
from collections.abc import Callable

from thenar.device.display import Stage
from thenar.device.terminal import Answer, Terminal, new_key
from thenar.device.words import Words
from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown, SettingsError, ThenarError
from thenar.parameters import DEVICE
from thenar.protocols import Detokeniser
from thenar.records import PaymentToken

_log = logging.getLogger("thenar.device")


def tokenised(terminal: Terminal) -> PaymentToken:
    """Read a card, exchange it for a token and wipe it, whatever happens.

    Raises:
        InteractionCancelled: stopped while no card was there.
        PaymentDeclined: the card cannot be used.
        PaymentError: no card came within ``DEVICE.patience`` seconds.
        SettingsError: this terminal takes no cards.
    """
    if terminal.card_reader is None or terminal.payment is None:
        raise SettingsError(
            "A card is to be linked, but this terminal has no card reader or processor.",
            remedy="name them under [drivers], or enrol without a card.",
        )
    terminal.display.say(Stage.CARD, Words("Welcome"), Words("Insert your card"))
    card = None
    until = terminal.clock() + DEVICE.patience
    while card is None:
        terminal.stop_if_cancelled()
        began = terminal.clock()
        try:
            card = terminal.card_reader.read(DEVICE.card_wait)
        except PaymentError:
            if terminal.clock() >= until:
                raise
            # A reader that is gone says so at once; asking it without a pause helps nobody.
            terminal.rest(min(DEVICE.card_wait, began + DEVICE.card_wait - terminal.clock()))
    processor, read, key = terminal.payment, card, new_key()
    try:
        return _until_known(lambda: processor.tokenise(read, idempotency_key=key))
    except PaymentDeclined:
        terminal.display.say(Stage.REFUSED, Words("This card cannot be used"))
        raise
    finally:
        card.wipe()


def drop(terminal: Terminal, token: PaymentToken | None) -> None:
    """Have the processor forget a token that nothing refers to, where it can.

    A processor that does not answer is no reason to keep the customer: it is logged,
    and reported with the terminal's next report.
    """
    processor: object = terminal.payment
    if token is None or not isinstance(processor, Detokeniser):
        return
    key = new_key()
    try:
        _until_known(lambda: processor.detokenise(token, idempotency_key=key))
    except ThenarError as error:
        _log.warning("an unused token stays with the processor: %s", error.code)
        terminal.trouble.append(error.code)


def _until_known(ask: Callable[[], Answer]) -> Answer:
    """Ask the processor, and again with the same key where no answer came."""
    for tried in range(1, DEVICE.attempts):
        try:
            return ask()
        except PaymentUnknown:
            _log.info("the processor did not answer, time %d", tried)
    return ask()
