"""Present a loyalty membership with a palm."""

from __future__ import annotations

from thenar.device.display import Stage
from thenar.device.identify import identify
from thenar.device.terminal import Terminal, insist, new_key
from thenar.device.words import Words
from thenar.messages import LoyaltyAction, LoyaltyStanding, Purpose


def present_loyalty(
    terminal: Terminal,
    action: LoyaltyAction = LoyaltyAction.LOOK_UP,
    *,
    points: int = 0,
    programme: str = "",
) -> LoyaltyStanding | None:
    """Recognise the member, then look up, accrue or redeem.

    Args:
        terminal: where the palm is shown.
        action: what to do.
        points: how many, 0 to look up.
        programme: name of the loyalty offer; empty: the member's newest.

    Returns:
        The member's standing after the action; None where nobody was recognised.

    Raises:
        AcquisitionFailure, AttackDetected, CloudUnreachable: as
            :func:`~thenar.device.identify.identify`.
        CloudRefused: the programme said no, e.g. too few points.
    """
    answer = identify(
        terminal, Purpose.LOYALTY, title=Words("Your loyalty card"), provider=programme
    )
    assertion = answer.assertion
    if assertion is None:
        return None
    key = new_key()
    standing = insist(
        lambda: terminal.cloud.loyalty(
            assertion, action, points=points, programme=programme, idempotency_key=key
        )
    )
    said = Words("{points} points", points=standing.points)
    if standing.tier:
        said = Words("{points} points, {tier}", points=standing.points, tier=standing.tier)
    terminal.display.say(Stage.ACCEPTED, Words("Thank you"), said)
    return standing
