"""Pay with a palm."""

from __future__ import annotations

import time

from thenar.device.display import Stage
from thenar.device.identify import identify
from thenar.device.terminal import Terminal, insist, new_key
from thenar.device.words import Words
from thenar.errors import CloudUnreachable, PaymentUnknown
from thenar.messages import Payment, Purpose
from thenar.parameters import DEVICE
from thenar.records import Money, PaymentState

_NOT_KNOWN = (Words("Not known yet"), Words("Please do not pay again"))


def pay(terminal: Terminal, amount: Money) -> Payment | None:
    """Recognise the customer and charge the card that is linked. *Moves money*, once.

    Returns:
        The payment, whose state may be ``declined``; None where nobody was recognised.

    Raises:
        AcquisitionFailure, AttackDetected: as :func:`~thenar.device.identify.identify`.
        PaymentUnknown: the service may have been asked and does not answer; the
            charge must not be repeated. Its request id finds it later.
    """
    title = Words("Pay {amount}", amount=amount)
    answer = identify(terminal, Purpose.PAY, title=title)
    assertion = answer.assertion
    if assertion is None:
        return None
    key = new_key()
    try:
        payment = insist(
            lambda: terminal.cloud.pay(assertion, amount, idempotency_key=key),
        )
    except CloudUnreachable as error:
        terminal.display.say(Stage.REFUSED, *_NOT_KNOWN)
        raise PaymentUnknown(
            "The service was asked for a payment and does not answer.",
            remedy="look it up by its idempotency key before anything is charged again.",
            request_id=key,
        ) from error
    payment = _settled(terminal, payment)
    if payment.state is PaymentState.CAPTURED:
        terminal.display.say(Stage.ACCEPTED, Words("Paid {amount}", amount=amount), payment.label)
    elif payment.state is PaymentState.DECLINED:
        terminal.display.say(Stage.REFUSED, Words("Declined"), payment.label)
    else:
        terminal.display.say(Stage.REFUSED, *_NOT_KNOWN)
    return payment


def _settled(terminal: Terminal, payment: Payment) -> Payment:
    """Give the service a little time to find out what became of an unknown payment."""
    for _ in range(DEVICE.attempts):
        if payment.state is not PaymentState.UNKNOWN:
            break
        time.sleep(DEVICE.settle_wait)
        payment = terminal.cloud.payment(payment.payment)
    return payment
