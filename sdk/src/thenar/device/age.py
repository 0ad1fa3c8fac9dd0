"""Old enough? Yes or no."""

from __future__ import annotations

from thenar.device.display import Stage
from thenar.device.identify import identify
from thenar.device.terminal import Terminal, insist
from thenar.device.words import Words
from thenar.messages import Purpose


def check_age(terminal: Terminal, years: int) -> bool | None:
    """Recognise a customer and ask whether they have so many years; nothing more is told.

    Returns:
        None where nobody with a proof of age was recognised.

    Raises:
        AcquisitionFailure, AttackDetected, CloudUnreachable: as
            :func:`~thenar.device.identify.identify`.
    """
    answer = identify(terminal, Purpose.AGE, title=Words("{years} or older?", years=years))
    assertion = answer.assertion
    if assertion is None:
        return None
    told = insist(lambda: terminal.cloud.check_age(assertion, years))
    if told.old_enough:
        terminal.display.say(Stage.ACCEPTED, Words("Yes"))
    else:
        terminal.display.say(Stage.REFUSED, Words("No"))
    return told.old_enough
