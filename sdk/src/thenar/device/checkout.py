"""Pay for a basket with a palm, with tip, points and receipt."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from thenar.device.choosing import card_of, tip_for
from thenar.device.display import Stage
from thenar.device.identify import identify
from thenar.device.terminal import Terminal, insist, new_key
from thenar.device.words import Words
from thenar.errors import CloudRefused, CloudUnreachable, PaymentDeclined, PaymentUnknown
from thenar.messages import Basket, Checkout, CheckoutState, Identified, Purpose
from thenar.parameters import DEVICE
from thenar.records import Money, PaymentState


def check_out(
    terminal: Terminal,
    basket: Basket,
    *,
    tip: int = 0,
    tips: Sequence[int] = (),
    card: str | None = None,
    choose_card: bool = False,
    redeem: int = 0,
    programme: str = "",
    receipt: bool = False,
) -> Checkout | None:
    """Recognise the customer; authorise, spend points, capture, earn points. *Moves money*, once.

    Args:
        terminal: where the palm is shown.
        basket: what is bought.
        tip: minor units on top.
        tips: percents of the basket that the customer may choose from instead, at the screen.
        card: which payment link; None: the customer's default, else the newest.
        choose_card: whether a customer with several cards may choose another at the screen.
        redeem: points to spend.
        programme: name of the loyalty offer; empty: the customer's newest.
        receipt: whether the receipt is sent to the customer's contact.

    Returns:
        The checkout, whose state may be ``declined``; None where nobody was recognised.

    Raises:
        AcquisitionFailure, AttackDetected: as :func:`~thenar.device.identify.identify`.
        InteractionCancelled: stopped at a choice; nothing was charged.
        PaymentDeclined: too young for the basket, or over a spending limit.
        PaymentUnknown: the service may have been asked and does not answer; nothing must
            be charged again. Its request id finds it later.
    """
    if tips:
        terminal.start()
        tip = tip_for(terminal, Money(basket.minor, basket.currency), tips)
    total = Money(basket.minor + tip, basket.currency)
    title = Words("Pay {amount}", amount=total)
    answer = identify(terminal, Purpose.PAY, title=title)
    assertion = answer.assertion
    if assertion is None:
        return None
    if choose_card:
        card = _chosen(terminal, title, answer, card)
    key = new_key()
    done = concluded(
        terminal,
        lambda: terminal.cloud.check_out(
            assertion,
            basket,
            tip=tip,
            card=card,
            redeem=redeem,
            programme=programme,
            receipt=receipt,
            idempotency_key=key,
        ),
        key,
    )
    _show(terminal, done)
    return done


def open_tab(
    terminal: Terminal,
    hold: Money,
    *,
    most: int | None = None,
    card: str | None = None,
    choose_card: bool = False,
) -> Checkout | None:
    """Hold money for somebody who goes in, and pays for what they took when they are out.

    Let them in only where the payment of what is returned is ``authorised``. Raises as
    :func:`check_out`.

    Args:
        terminal: where the palm is shown.
        hold: what is held.
        most: minor units that the basket may cost, which the screen says; None: as much as
            is held.
        card: which payment link; None: the customer's default, else the newest.
        choose_card: whether a customer with several cards may choose another at the screen.
    """
    agreed = Money(hold.minor if most is None else most, hold.currency)
    title = Words("Up to {amount}", amount=agreed)
    answer = identify(terminal, Purpose.PAY, title=title)
    assertion = answer.assertion
    if assertion is None:
        return None
    if choose_card:
        card = _chosen(terminal, title, answer, card)
    key = new_key()
    tab = concluded(
        terminal,
        lambda: terminal.cloud.open_tab(assertion, hold, most=most, card=card, idempotency_key=key),
        key,
    )
    if tab.payment.state is PaymentState.AUTHORISED:
        terminal.display.say(Stage.ACCEPTED, Words("Welcome"), tab.payment.label)
    else:
        _refuse(terminal, tab)
    return tab


def _chosen(terminal: Terminal, title: str, answer: Identified, card: str | None) -> str | None:
    """The card that the customer chooses; ``card`` where they have nothing to choose from."""
    chosen = card_of(terminal, title, answer.links)
    terminal.display.say(Stage.WORKING, title, Words("One moment"))
    return chosen or card


def concluded(terminal: Terminal, ask: Callable[[], Checkout], key: str) -> Checkout:
    """Ask the service once, and give it a little time to bring it to an end.

    Raises:
        PaymentDeclined: refused before the processor was asked; the screen says why.
        PaymentUnknown: the service does not answer.
    """
    try:
        told = insist(ask)
        for _ in range(DEVICE.attempts):
            unknown = told.payment.state is PaymentState.UNKNOWN
            if not unknown and told.state is not CheckoutState.UNDER_WAY:
                break
            time.sleep(DEVICE.settle_wait)
            told = terminal.cloud.checkout(told.checkout)
    except CloudUnreachable as error:
        _not_known(terminal)
        raise PaymentUnknown(
            "The service was asked for a payment and does not answer.",
            remedy="look it up by its idempotency key before anything is charged again.",
            request_id=key,
        ) from error
    except CloudRefused as refused:
        if refused.problem != PaymentDeclined.code:
            raise
        terminal.display.say(Stage.REFUSED, Words("Declined"), refused.message)
        raise PaymentDeclined(
            refused.message, remedy=refused.remedy, request_id=refused.request_id
        ) from refused
    return told


def _show(terminal: Terminal, done: Checkout) -> None:
    if done.state is not CheckoutState.PAID:
        _refuse(terminal, done)
        return
    detail = done.payment.label
    if done.earned and not done.points_due:
        detail = Words("{card} · {points} points earned", card=detail, points=done.earned)
    paid = Words("Paid {amount}", amount=done.total.money())
    terminal.display.say(Stage.ACCEPTED, paid, detail)


def _refuse(terminal: Terminal, told: Checkout) -> None:
    if told.state in (CheckoutState.DECLINED, CheckoutState.GIVEN_UP):
        terminal.display.say(Stage.REFUSED, Words("Declined"), told.payment.label)
    else:
        _not_known(terminal)


def _not_known(terminal: Terminal) -> None:
    terminal.display.say(Stage.REFUSED, Words("Not known yet"), Words("Please do not pay again"))
