"""People and their palms: identities that can be shown to a camera."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from thenar.errors import InvalidRecord
from thenar.parameters import SYNTHETIC
from thenar.records import Hand
from thenar.synthetic import light, lines, skin, strokes, texture, wrinkles
from thenar.synthetic.maps import Maps
from thenar.synthetic.silhouette import Skeleton, atlas_size, grow
from thenar.synthetic.streams import Stream, stream
from thenar.synthetic.veins import veins


class Part(StrEnum):
    """What tells one palm from another; each can be switched off."""

    LINES = "lines"
    """Principal lines, wrinkles and finger creases."""
    TEXTURE = "texture"
    """Ridges, folds and the fixed part of the mottling."""
    VEINS = "veins"
    """Seen in near infrared."""


class Person:
    """A synthetic person with two different palms.

    Args:
        seed: who it is, ≥ 0; equal seeds are the same person.
        without: parts to leave out of both palms, for ablation: what remains is
            exactly what it was with them.

    Raises:
        InvalidRecord: the seed is negative.
    """

    def __init__(self, seed: int, *, without: Iterable[Part | str] = ()) -> None:
        if seed < 0:
            raise InvalidRecord(f"Person.seed: expected an int ≥ 0, got {seed}.")
        self.seed = seed
        self.without = frozenset(Part(part) for part in without)
        self.tone = skin.tone(stream(seed, Hand.UNKNOWN, Stream.PERSON))
        self._palms: dict[Hand, Palm] = {}

    def palm(self, hand: Hand | str) -> Palm:
        """One of the two palms; the same object every time.

        Args:
            hand: left or right.

        Raises:
            InvalidRecord: the hand is unknown.
        """
        hand = Hand(hand)
        if hand is Hand.UNKNOWN:
            raise InvalidRecord("Person.palm: expected the left or the right hand, got unknown.")
        if hand not in self._palms:
            self._palms[hand] = Palm(self, hand)
        return self._palms[hand]

    def __repr__(self) -> str:
        return f"Person({self.seed})"


class Palm:
    """One hand of one person: what stays the same however it is shown.

    All maps cover the hand in palm units as if it were a left hand (see
    :mod:`thenar.synthetic.anatomy`). They are built when first asked for, in less
    than half a second, and then kept: about 5 MB while the palm lives.

    Attributes:
        person: whose it is.
        hand: which one.
    """

    def __init__(self, person: Person, hand: Hand) -> None:
        self.person = person
        self.hand = hand
        self._levels: dict[int, Maps] = {}

    def __repr__(self) -> str:
        return f"{self.person}.palm({self.hand.value!r})"

    def has(self, part: Part) -> bool:
        """Whether this part was not switched off."""
        return part not in self.person.without

    def stream(self, purpose: Stream, *numbers: int) -> np.random.Generator:
        """A generator for one purpose of this palm."""
        return stream(self.person.seed, self.hand, purpose, *numbers)

    @property
    def line_type(self) -> lines.LineType:
        """How its principal lines run."""
        return lines.line_type(self.stream(Stream.LINES))

    @property
    def skeleton(self) -> Skeleton:
        """Where its parts are."""
        return self._shape[0]

    @cached_property
    def roundness(self) -> NDArray[np.float32]:
        """Height of the hand as its outline alone makes it, at reduced size."""
        return light.roundness(self._shape[1])

    @cached_property
    def folds(self) -> NDArray[np.float32]:
        """Where skin folds inwards along its deeper creases, 0..1, at reduced size."""
        return light.folds(self.maps().depth)

    def maps(self, level: int = 0) -> Maps:
        """What is seen of it; level 1 has half as many pixels as level 0, and so on."""
        if level not in self._levels:
            full = self._build() if level == 0 else self.maps(0)
            self._levels[level] = full.shrunk(0.5 ** (level / 2)) if level else full
        return self._levels[level]

    def _build(self) -> Maps:
        width, height = atlas_size()
        blank = np.zeros((height, width), np.float32)
        drawn: list[strokes.Stroke] = []
        if self.has(Part.LINES):
            drawn, owner = lines.principal_lines(self.stream(Stream.LINES))
            rng = self.stream(Stream.WRINKLES)
            folds = wrinkles.wrinkles(rng, owner)
            drawn = [*drawn, *folds, *wrinkles.finger_creases(rng, self.skeleton)]
        depth, owners = strokes.draw(drawn, SYNTHETIC.crease_sigmas)
        textured = self.has(Part.TEXTURE)
        return Maps.keep(
            depth=depth,
            owner=owners,
            ridges=texture.ridges(self.stream(Stream.TEXTURE)) if textured else blank,
            mottle=texture.mottle(self.stream(Stream.MOTTLE)) if textured else blank,
            veins=veins(self.stream(Stream.VEINS)) if self.has(Part.VEINS) else blank,
            distance=self._shape[1],
        )

    @cached_property
    def _shape(self) -> tuple[Skeleton, NDArray[np.float32]]:
        return grow(self.stream(Stream.SHAPE))
