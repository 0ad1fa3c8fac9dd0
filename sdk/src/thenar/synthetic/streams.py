"""Where randomness comes from: one stream for each purpose, so that none disturbs another.

What belongs to the identity (shape, lines, texture, veins, tone) is drawn from
streams keyed by the person and the hand; what belongs to a presentation (pose,
light, noise …) from streams keyed by its sample number as well. Switching one
part off, or asking for another sample, changes nothing else.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from thenar.records import Hand


class Stream(IntEnum):
    """What a stream is for; the numbers are part of the identity and never change."""

    PERSON = 0
    SHAPE = 1
    LINES = 2
    WRINKLES = 3
    TEXTURE = 4
    VEINS = 5
    MOTTLE = 6
    PRESENTATION = 16
    SENSOR = 17
    ATTACK = 18
    MOVEMENT = 19


def stream(seed: int, hand: Hand, purpose: Stream, *numbers: int) -> np.random.Generator:
    """A generator that depends on exactly these values.

    Args:
        seed: the person's, ≥ 0.
        hand: which hand; ``UNKNOWN`` for what both hands share.
        purpose: what it is for.
        numbers: further keys, e.g. the sample's number, each ≥ 0.
    """
    order = (Hand.LEFT, Hand.RIGHT, Hand.UNKNOWN).index(hand)
    key = (order, int(purpose), *numbers)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
