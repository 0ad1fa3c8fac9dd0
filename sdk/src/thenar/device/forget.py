"""Forget a person at the terminal."""

from __future__ import annotations

from thenar.device.display import Stage
from thenar.device.identify import identify
from thenar.device.terminal import Terminal, insist
from thenar.messages import Forgotten, Purpose


def forget(terminal: Terminal) -> Forgotten | None:
    """Recognise the person, and have the service forget them.

    Returns:
        What the service did; None where nobody was recognised.

    Raises:
        AcquisitionFailure, AttackDetected, CloudUnreachable: as
            :func:`~thenar.device.identify.identify`.
    """
    answer = identify(terminal, Purpose.FORGET, title="Delete my palm")
    subject, assertion = answer.subject, answer.assertion
    if subject is None or assertion is None:
        return None
    forgotten = insist(lambda: terminal.cloud.forget(subject, assertion=assertion))
    detail = "" if forgotten.state == "forgotten" else "The rest follows your open payments"
    terminal.display.say(Stage.ACCEPTED, "Your palm is deleted", detail)
    return forgotten
