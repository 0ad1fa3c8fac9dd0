"""What recognition makes of a palm, and what it says about whose it is."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from thenar.records._checks import array, between, fail, text, whole
from thenar.records.images import Hand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def _names(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


class Prompt(StrEnum):
    """Everything a reader may ask of the customer: a closed vocabulary."""

    SHOW_PALM = "show palm"
    CLOSER = "closer"
    FARTHER = "farther"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    FLATTEN = "flatten"
    SPREAD_FINGERS = "spread fingers"
    TURN_OVER = "turn over"
    HOLD_STILL = "hold still"
    BRIGHTER = "brighter"
    DARKER = "darker"
    CLEAN_LENS = "clean lens"
    REMOVE_COVER = "remove cover"
    OTHER_HAND = "other hand"
    ONE_HAND = "one hand"
    TAKE_AWAY = "take hand away"


@attrs.frozen(eq=False)
class Signature:
    """A palm as bits that can be compared: a biometric template (ISO/IEC 2382-37).

    Attributes:
        algorithm: name of the maker, e.g. ``"blocks"``.
        version: of the algorithm; only equal algorithm and version compare.
        aspects: what each row describes, e.g. ``("print", "vein")``.
        bits: uint64, one row an aspect; the layout belongs to the algorithm.
        mask: uint64, one row an aspect; a set bit is one to be trusted.
        hand: which hand.
        quality: 0..100, of the capture it was made from.
    """

    algorithm: str = attrs.field(validator=text)
    version: int = attrs.field(validator=whole(1))
    aspects: tuple[str, ...] = attrs.field(converter=_names)
    bits: NDArray[np.uint64] = attrs.field(repr=False, validator=array("uint64", (None, None)))
    mask: NDArray[np.uint64] = attrs.field(repr=False, validator=array("uint64", (None, None)))
    hand: Hand = attrs.field(default=Hand.UNKNOWN, converter=Hand)
    quality: float = attrs.field(default=100.0, validator=between(0, 100))

    @aspects.validator
    def _names_are_distinct(
        self, attribute: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]
    ) -> None:
        if not value or len(set(value)) != len(value) or not all(value):
            raise fail(self, attribute, "distinct, non-empty names", value)

    @mask.validator
    def _a_row_an_aspect(
        self, attribute: attrs.Attribute[NDArray[np.uint64]], value: NDArray[np.uint64]
    ) -> None:
        if not len(self.bits) == len(value) == len(self.aspects):
            rows = f"{len(self.bits)} rows of bits and {len(value)} of mask"
            raise fail(self, attribute, f"a row for each of {len(self.aspects)} aspects", rows)


@attrs.frozen(eq=False)
class Probe:
    """A presented palm, prepared to be laid over references in many positions.

    Unlike a :class:`Signature` it is dense, held for one comparison or search,
    and never stored.

    Attributes:
        algorithm: name of the maker.
        version: of the algorithm; only equal algorithm and version compare.
        aspects: what each plane describes.
        planes: uint8, poses × aspects × H × W; the layout belongs to the algorithm.
        mask: bool, poses × H × W; True where a pixel can be trusted.
        hand: which hand.
        quality: 0..100, of the capture it was made from.
        key: 32 bytes, the template key under which the references that it is to be
            compared with are protected; empty: they are not. A matcher that cannot
            compare protected references refuses a probe that has one.
        poses: (degrees, ratio) by which the palm was turned and scaled for each of the
            planes; empty where the maker does not say.
        earlier: the same palm as other makers prepare it, for references of theirs.
    """

    algorithm: str = attrs.field(validator=text)
    version: int = attrs.field(validator=whole(1))
    aspects: tuple[str, ...] = attrs.field(converter=_names)
    planes: NDArray[np.uint8] = attrs.field(
        repr=False, validator=array("uint8", (None, None, None, None))
    )
    mask: NDArray[np.bool_] = attrs.field(repr=False, validator=array("bool", (None, None, None)))
    hand: Hand = attrs.field(default=Hand.UNKNOWN, converter=Hand)
    quality: float = attrs.field(default=100.0, validator=between(0, 100))
    key: bytes = attrs.field(default=b"", repr=False)
    poses: tuple[tuple[float, float], ...] = attrs.field(default=(), repr=False)
    earlier: tuple[Probe, ...] = attrs.field(default=(), repr=False)


@attrs.frozen
class Candidate:
    """One reference that a search found.

    Attributes:
        reference: number of the reference in the gallery.
        fmr: false-match rate at which this comparison would just be accepted, 0..1;
            smaller is more alike.
    """

    reference: int = attrs.field(validator=whole())
    fmr: float = attrs.field(validator=between(0, 1))


@attrs.frozen
class Identification:
    """The answer to "whose palm is this?".

    Attributes:
        person: identifier of the person, or None when nobody was recognised.
        fmr: false-match rate of the best candidate, 0..1; 1 where there was none.
        margin: decades (log10) between the best person and the second best;
            infinite where there is no second.
        reasons: why nobody was recognised, empty otherwise.
        request_id: the request that asked.
    """

    person: str | None
    fmr: float = attrs.field(default=1.0, validator=between(0, 1))
    margin: float = attrs.field(default=0.0, validator=between(0, float("inf")))
    reasons: tuple[str, ...] = ()
    request_id: str = ""


@attrs.frozen
class AttackCheck:
    """What one liveness check says of a presentation (ISO/IEC 30107-3).

    Attributes:
        check: name of the check.
        passed: True for a bona fide presentation.
        score: 0..1, how attack-like; compared with the check's own threshold.
        reason: why it failed, empty otherwise.
    """

    check: str = attrs.field(validator=text)
    passed: bool
    score: float = attrs.field(validator=between(0, 1))
    reason: str = ""
