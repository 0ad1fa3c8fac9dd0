"""What the terminal says: English where it is said, other languages from a catalogue."""

from __future__ import annotations

from typing import Self

from thenar.records import Hand, Prompt


class Words(str):
    """A sentence in English that remembers what it was made of.

    It is an ordinary ``str`` for whoever reads English; a catalogue finds its
    translation by ``pattern`` and fills the same blanks in.

    Attributes:
        pattern: the sentence with blanks in braces.
        blanks: what is filled in.
    """

    pattern: str
    blanks: dict[str, object]

    def __new__(cls, pattern: str, **blanks: object) -> Self:
        """Fill the blanks of a pattern in."""
        made = super().__new__(cls, pattern.format(**blanks))
        made.pattern, made.blanks = pattern, blanks
        return made


PROMPTS = {
    Prompt.SHOW_PALM: Words("Hold your palm over the reader"),
    Prompt.CLOSER: Words("Move your hand closer"),
    Prompt.FARTHER: Words("Move your hand farther away"),
    Prompt.LEFT: Words("Move your hand to the left"),
    Prompt.RIGHT: Words("Move your hand to the right"),
    Prompt.UP: Words("Move your hand up"),
    Prompt.DOWN: Words("Move your hand down"),
    Prompt.FLATTEN: Words("Hold your palm flat"),
    Prompt.SPREAD_FINGERS: Words("Spread your fingers"),
    Prompt.TURN_OVER: Words("Turn your hand over"),
    Prompt.HOLD_STILL: Words("Hold still"),
    Prompt.BRIGHTER: Words("More light is needed"),
    Prompt.DARKER: Words("There is too much light"),
    Prompt.CLEAN_LENS: Words("Please clean the lens"),
    Prompt.REMOVE_COVER: Words("Take off gloves or plasters"),
    Prompt.OTHER_HAND: Words("The other hand, please"),
    Prompt.ONE_HAND: Words("One hand only, please"),
    Prompt.TAKE_AWAY: Words("Take your hand away"),
}
"""A sentence for each prompt."""

SHOW = {
    Hand.LEFT: Words("Show your left palm"),
    Hand.RIGHT: Words("Show your right palm"),
    Hand.UNKNOWN: Words("Show your palm"),
}
"""What is asked for at enrolment."""

PASS_REASONS = (
    Words("not recognised"),
    Words("not a living palm"),
    Words("no ticket or badge is linked"),
    Words("the door did not open"),
    Words("the door's driver failed"),
    Words("ticket valid"),
    Words("ticket already used"),
    Words("badge revoked"),
    Words("fail closed: the service does not answer"),
    Words("fail closed: the door's authority does not answer"),
)
"""Reasons of doors that the catalogues know; another plugin's are shown as it gives them."""
