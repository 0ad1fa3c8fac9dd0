"""What the terminal says, in words."""

from __future__ import annotations

from thenar.records import Hand, Prompt

PROMPTS = {
    Prompt.SHOW_PALM: "Hold your palm over the reader",
    Prompt.CLOSER: "Move your hand closer",
    Prompt.FARTHER: "Move your hand farther away",
    Prompt.LEFT: "Move your hand to the left",
    Prompt.RIGHT: "Move your hand to the right",
    Prompt.UP: "Move your hand up",
    Prompt.DOWN: "Move your hand down",
    Prompt.FLATTEN: "Hold your palm flat",
    Prompt.SPREAD_FINGERS: "Spread your fingers",
    Prompt.TURN_OVER: "Turn your hand over",
    Prompt.HOLD_STILL: "Hold still",
    Prompt.BRIGHTER: "More light is needed",
    Prompt.DARKER: "There is too much light",
    Prompt.CLEAN_LENS: "Please clean the lens",
    Prompt.REMOVE_COVER: "Take off gloves or plasters",
    Prompt.OTHER_HAND: "The other hand, please",
    Prompt.ONE_HAND: "One hand only, please",
    Prompt.TAKE_AWAY: "Take your hand away",
}
"""A sentence for each prompt."""

HANDS = {
    Hand.LEFT: "your left palm",
    Hand.RIGHT: "your right palm",
    Hand.UNKNOWN: "your palm",
}
