"""Enrol a person at the terminal: card in, one or both palms, links, done."""

from __future__ import annotations

from collections.abc import Sequence

from thenar.device import words
from thenar.device.display import Stage
from thenar.device.identify import take_living
from thenar.device.terminal import Terminal, insist, new_key
from thenar.errors import (
    CloudRefused,
    DuplicatePalm,
    EnrolmentCancelled,
    InteractionCancelled,
    PaymentDeclined,
    PaymentError,
    SettingsError,
)
from thenar.messages import Consent, Enrolled
from thenar.parameters import DEVICE
from thenar.records import Hand, Link, LinkKind, PalmCrop, PaymentToken


def enrol(
    terminal: Terminal,
    *,
    hands: Sequence[Hand] = (Hand.RIGHT,),
    consent: Consent,
    card: bool = True,
    links: Sequence[Link] = (),
    contact: str = "",
) -> Enrolled:
    """Enrol one person. Stopped at any step, nothing of it is kept.

    Args:
        terminal: where it happens.
        hands: which palms, in the order asked for.
        consent: what the person agreed to.
        card: whether a payment card is read and linked.
        links: more to link: loyalty number, ticket, badge, age proof.
        contact: where the portal's one-time codes go; may be empty.

    Raises:
        EnrolmentCancelled: the customer or the clerk stopped it.
        PaymentDeclined: the card cannot be used.
        AcquisitionFailure: a palm could not be taken.
        AttackDetected: a liveness check refused.
        DuplicatePalm: a palm is enrolled already.
        CloudUnreachable: the service did not answer.
    """
    terminal.start()
    try:
        if card:
            links = [_card_link(_tokenised(terminal)), *links]
        palms = {hand: _captures(terminal, hand) for hand in hands}
        terminal.stop_if_cancelled()
    except InteractionCancelled as stopped:
        terminal.display.say(Stage.REFUSED, "Stopped", "Nothing was kept")
        raise EnrolmentCancelled("The enrolment was stopped; nothing of it is kept.") from stopped
    terminal.display.say(Stage.WORKING, "Enrolling", "One moment")
    key = new_key()
    try:
        enrolled = insist(
            lambda: terminal.cloud.enrol(
                palms, consent=consent, links=links, contact=contact, idempotency_key=key
            )
        )
    except CloudRefused as refused:
        terminal.display.say(Stage.REFUSED, "Not enrolled", refused.message)
        if refused.problem == DuplicatePalm.code:
            raise DuplicatePalm(refused.message, request_id=refused.request_id) from refused
        raise
    terminal.display.say(Stage.ACCEPTED, "You are enrolled", "Your palm is ready to use")
    return enrolled


def _tokenised(terminal: Terminal) -> PaymentToken:
    """Read a card, exchange it for a token and wipe it, whatever happens."""
    if terminal.card_reader is None or terminal.payment is None:
        raise SettingsError(
            "A card is to be linked, but this terminal has no card reader or processor.",
            remedy="name them under [drivers], or enrol without a card.",
        )
    terminal.display.say(Stage.CARD, "Welcome", "Insert your card")
    card = None
    until = terminal.clock() + DEVICE.patience
    while card is None:
        terminal.stop_if_cancelled()
        try:
            card = terminal.card_reader.read(DEVICE.card_wait)
        except PaymentError:
            if terminal.clock() >= until:
                raise
    try:
        return terminal.payment.tokenise(card, idempotency_key=new_key())
    except PaymentDeclined:
        terminal.display.say(Stage.REFUSED, "This card cannot be used")
        raise
    finally:
        card.wipe()


def _card_link(token: PaymentToken) -> Link:
    return Link(
        kind=LinkKind.PAYMENT,
        provider=token.processor,
        value=token.token,
        label=f"{token.brand} •••• {token.last4}".strip(),
    )


def _captures(terminal: Terminal, hand: Hand) -> list[PalmCrop]:
    title = f"Show {words.HANDS[hand]}"
    presentation = take_living(terminal, title, hand=hand)
    terminal.hover.wait_until_clear("Thank you")
    return presentation.best(DEVICE.enrolled_captures)
