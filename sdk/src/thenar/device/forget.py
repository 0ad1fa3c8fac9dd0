"""Forget a person at the terminal."""

from __future__ import annotations

from thenar.device.display import Stage
from thenar.device.identify import identify
from thenar.device.terminal import Terminal, insist
from thenar.device.words import Words
from thenar.messages import Forgotten, Purpose


def forget(terminal: Terminal) -> Forgotten | None:
    """Recognise the person, and have the service forget them.

    Returns:
        What the service did; None where nobody was recognised.

    Raises:
        AcquisitionFailure, AttackDetected, CloudUnreachable: as
            :func:`~thenar.device.identify.identify`.
    """
    answer = identify(terminal, Purpose.FORGET, title=Words("Delete my palm"))
    subject, assertion = answer.subject, answer.assertion
    if subject is None or assertion is None:
        return None
    forgotten = insist(lambda: terminal.cloud.forget(subject, assertion=assertion))
    done = forgotten.state == "forgotten"
    detail = "" if done else Words("The rest follows your open payments")
    terminal.display.say(Stage.ACCEPTED, Words("Your palm is deleted"), detail)
    return forgotten
