"""Give money back to the palm that paid."""

from __future__ import annotations

from thenar.device.display import Stage
from thenar.device.identify import identify
from thenar.device.terminal import Terminal, insist, new_key
from thenar.device.words import Words
from thenar.errors import CloudUnreachable, PaymentUnknown
from thenar.messages import Payment, Purpose
from thenar.records import Money, PaymentState


def give_back(terminal: Terminal, amount: Money, *, payment: str = "") -> Payment | None:
    """Recognise the customer and give money back to the card they paid with. *Moves money*, once.

    Args:
        terminal: where the palm is shown.
        amount: how much.
        payment: which of their payments, e.g. from a receipt; empty: the newest of which
            so much is left.

    Returns:
        The payment; None where nobody was recognised, or they paid nothing that could be
        given back: the screen says which.

    Raises:
        AcquisitionFailure, AttackDetected: as :func:`~thenar.device.identify.identify`.
        CloudRefused: another palm paid, or less is left.
        PaymentUnknown: the service may have been asked and does not answer.
    """
    answer = identify(terminal, Purpose.PAY, title=Words("Refund {amount}", amount=amount))
    assertion = answer.assertion
    if assertion is None:
        return None
    wanted = payment or _newest(terminal, assertion, amount)
    if not wanted:
        terminal.display.say(Stage.REFUSED, Words("Nothing to refund"))
        return None
    key = new_key()
    try:
        told = insist(
            lambda: terminal.cloud.refund(wanted, amount, assertion=assertion, idempotency_key=key)
        )
    except CloudUnreachable as error:
        terminal.display.say(Stage.REFUSED, Words("Not known yet"))
        raise PaymentUnknown(
            "The service was asked for a refund and does not answer.",
            remedy="look the payment up before anything is given back again.",
            request_id=key,
        ) from error
    if told.pending:
        terminal.display.say(Stage.ACCEPTED, Words("Your refund is on its way"), told.label)
    elif told.state is PaymentState.REFUNDED:
        terminal.display.say(Stage.ACCEPTED, Words("Refunded {amount}", amount=amount), told.label)
    else:
        terminal.display.say(Stage.REFUSED, Words("Declined"), told.label)
    return told


def _newest(terminal: Terminal, assertion: str, amount: Money) -> str:
    for paid in terminal.cloud.refundable(assertion).payments:
        left = paid.amount.minor - paid.refunded.minor
        if paid.amount.currency == amount.currency and left >= amount.minor and not paid.pending:
            return paid.payment
    return ""
