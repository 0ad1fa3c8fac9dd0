"""Whose palm is this?"""

from __future__ import annotations

from thenar.device.display import Stage
from thenar.device.judging import require_living
from thenar.device.presentation import Presentation
from thenar.device.terminal import Terminal
from thenar.device.words import Words
from thenar.errors import AttackDetected
from thenar.messages import Identified, Purpose
from thenar.parameters import DEVICE
from thenar.records import Hand

_NOT_RECOGNISED = (Words("Not recognised"), Words("Please ask a member of staff"))


def identify(terminal: Terminal, purpose: Purpose, *, title: str, provider: str = "") -> Identified:
    """Take one palm and ask the service whose it is, for one purpose.

    Args:
        terminal: where the palm is shown.
        purpose: what it is shown for.
        title: what the screen says.
        provider: only people with a link of this provider; empty: any.

    Raises:
        AcquisitionFailure: no usable palm.
        AttackDetected: a liveness check refused.
        CloudUnreachable: the service did not answer.
        CloudRefused: the service said no.
    """
    terminal.start()
    with take_living(terminal, title) as presentation:
        terminal.display.say(Stage.WORKING, title, Words("One moment"))
        answer = terminal.cloud.identify(
            presentation.best(DEVICE.sealed_captures), purpose=purpose, provider=provider
        )
    if answer.assertion is None:
        said = (Words("Not now"), answer.message) if answer.message else _NOT_RECOGNISED
        terminal.display.say(Stage.REFUSED, *said)
    return answer


def take_living(terminal: Terminal, title: str, *, hand: Hand = Hand.UNKNOWN) -> Presentation:
    """Take one palm and make sure that it is a living one; the caller wipes it.

    Raises:
        AcquisitionFailure: no usable palm.
        AttackDetected: a liveness check refused; the screen says so.
    """
    try:
        presentation = terminal.hover.present(title, hand=hand)
        try:
            require_living(presentation, terminal.checks)
        except BaseException:
            presentation.wipe()
            raise
    except AttackDetected:
        terminal.display.say(Stage.REFUSED, Words("Please show your bare palm"))
        raise
    return presentation
