"""Enrol a person at the terminal: card in, one or both palms, links, done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from thenar.device import words
from thenar.device.card_token import drop, tokenised
from thenar.device.display import Stage
from thenar.device.identify import take_living
from thenar.device.presentation import wipe_crop
from thenar.device.terminal import Terminal, insist, new_key
from thenar.device.words import Words
from thenar.errors import (
    CloudRefused,
    CloudUnreachable,
    DuplicatePalm,
    EnrolmentCancelled,
    InteractionCancelled,
)
from thenar.messages import Consent, Enrolled, Purpose
from thenar.parameters import DEVICE
from thenar.records import Hand, Link, LinkKind, PalmCrop, PaymentToken

Captures = Mapping[Hand, Sequence[PalmCrop]]


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

    That holds for the last step too: whoever stops while the service is at work is
    forgotten again before this returns. A card's token that no enrolment uses is given
    back to the processor, where it can do that
    (:class:`~thenar.protocols.Detokeniser`).

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
        CloudUnreachable: the service did not answer; if it was asked already, it may
            have enrolled the person.
    """
    terminal.start()
    token: PaymentToken | None = None
    captures: dict[Hand, Sequence[PalmCrop]] = {}
    steps = len(hands) + 1 + card
    try:
        if card:
            terminal.display.step(1, steps)
            token = tokenised(terminal)
            links = [_card_link(token), *links]
        for number, hand in enumerate(hands, 1 + card):
            terminal.display.step(number, steps)
            captures[hand] = _captures(terminal, hand)
        terminal.stop_if_cancelled()
        terminal.display.step(steps, steps)
        enrolled = _enrolled(terminal, captures, consent, links, contact)
        if terminal.is_cancelled:
            _undo(terminal, enrolled, captures)
            terminal.stop_if_cancelled()
    except InteractionCancelled as stopped:
        drop(terminal, token)
        terminal.display.say(Stage.REFUSED, Words("Stopped"), Words("Nothing was kept"))
        raise EnrolmentCancelled("The enrolment was stopped; nothing of it is kept.") from stopped
    except CloudUnreachable:
        raise  # The service may have the token; what it does not know of, nobody charges.
    except BaseException:
        drop(terminal, token)
        raise
    finally:
        for crop in (crop for crops in captures.values() for crop in crops):
            wipe_crop(crop)
    terminal.display.say(
        Stage.ACCEPTED, Words("You are enrolled"), Words("Your palm is ready to use")
    )
    return enrolled


def _enrolled(
    terminal: Terminal, captures: Captures, consent: Consent, links: Sequence[Link], contact: str
) -> Enrolled:
    """Have the service enrol; it looks for the palms among those it has first."""
    terminal.display.say(Stage.WORKING, Words("Enrolling"), Words("One moment"))
    key = new_key()
    try:
        return insist(
            lambda: terminal.cloud.enrol(
                captures, consent=consent, links=links, contact=contact, idempotency_key=key
            )
        )
    except CloudRefused as refused:
        if refused.problem == DuplicatePalm.code:
            terminal.display.say(
                Stage.REFUSED, Words("Not enrolled"), Words("This palm is enrolled already")
            )
            raise DuplicatePalm(refused.message, request_id=refused.request_id) from refused
        terminal.display.say(Stage.REFUSED, Words("Not enrolled"), refused.message)
        raise


def _undo(terminal: Terminal, enrolled: Enrolled, captures: Captures) -> None:
    """Have the service forget whom it enrolled while somebody pressed stop.

    Raises:
        CloudUnreachable, CloudRefused: the person is still enrolled, and is told so.
    """
    terminal.display.say(
        Stage.REFUSED, Words("Stopped too late"), Words("You can delete your palm here")
    )
    crops = next(iter(captures.values()))[: DEVICE.sealed_captures]
    answer = insist(lambda: terminal.cloud.identify(crops, purpose=Purpose.FORGET))
    assertion = answer.assertion
    if answer.subject != enrolled.subject or assertion is None:
        raise CloudRefused(
            "Stopped too late: the person is enrolled, and was not recognised to be forgotten.",
            status=409,
            problem="not-recognised",
            remedy="delete the palm at the terminal or in the portal.",
        )
    insist(lambda: terminal.cloud.forget(enrolled.subject, assertion=assertion))


def _card_link(token: PaymentToken) -> Link:
    return Link(
        kind=LinkKind.PAYMENT,
        provider=token.processor,
        value=token.token,
        label=f"{token.brand} •••• {token.last4}".strip(),
        expiry=token.expiry,
    )


def _captures(terminal: Terminal, hand: Hand) -> Sequence[PalmCrop]:
    """The best crops of one palm; they are the caller's to wipe."""
    presentation = take_living(terminal, words.SHOW[hand], hand=hand)
    try:
        terminal.hover.wait_until_clear(Words("Thank you"))
    except BaseException:
        presentation.wipe()
        raise
    presentation.wipe_frames()
    return presentation.best(DEVICE.enrolled_captures)
