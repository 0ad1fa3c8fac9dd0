"""Who comes to the reader."""

from __future__ import annotations

from enum import StrEnum

import attrs

from thenar.records import Hand
from thenar.synthetic import Show, on_screen, printed, render
from thenar.testing.simulated import DECLINED, EXPIRED, MASTERCARD, NO_FUNDS, VISA, TestCard

CARDS = {
    "visa": VISA,
    "mastercard": MASTERCARD,
    "declined": DECLINED,
    "no funds": NO_FUNDS,
    "expired": EXPIRED,
}
"""Name of a test card → the card."""


class Shows(StrEnum):
    """What somebody holds before the camera."""

    PALM = "palm"
    PRINT = "print"
    SCREEN = "screen"
    NOTHING = "nothing"


SHOWN: dict[Shows, Show] = {Shows.PALM: render, Shows.PRINT: printed, Shows.SCREEN: on_screen}
"""What is held → how a camera sees it."""


@attrs.frozen
class Person:
    """Somebody synthetic, and what they carry.

    Attributes:
        palms: which they enrol, ``"right"`` and ``"left"``.
        card: name of a test card (:data:`CARDS`); empty: none.
        ticket: secret of the ticket that is sold to them; empty: none.
        ticket_hours: how long it is valid from the beginning, in hours.
        badge: number of the badge that is issued to them; empty: none.
        member: number in the loyalty programme; empty: none.
        points: that they have there at the beginning.
    """

    palms: tuple[Hand, ...] = (Hand.RIGHT,)
    card: str = attrs.field(default="", validator=attrs.validators.in_(("", *CARDS)))
    ticket: str = ""
    ticket_hours: float = float("inf")
    badge: str = ""
    member: str = ""
    points: int = 0

    @property
    def test_card(self) -> TestCard | None:
        """The card that they carry."""
        return CARDS.get(self.card)
