"""Which finger is which: every way to name what sticks out of a palm, likeliest first.

Thumb, index, middle, ring and little finger leave the palm at places whose
proportions vary little between people (:mod:`thenar.capture.atlas`). Each way to
give the names to the parts found, in their order round the palm, for a left or a
right hand, is laid over the atlas by the similarity of least squares; all at once.
One finger and the thumb may be missing, and parts may be left over: a sleeve's
corner, or something behind the hand that took its colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.capture.atlas import BASES, CENTRE, LENGTHS, THUMB
from thenar.capture.hand import Finger, Outline
from thenar.parameters import CAPTURE
from thenar.records import Hand

_SLOTS = 5
_ABSENT = -1


@attrs.frozen(eq=False)
class Named:
    """One way to name the parts.

    Attributes:
        fingers: index to little; None where missing, of one at most.
        thumb: None where tucked in.
        side: for a palm that faces the camera.
        unlike: how far from the atlas, in deviations.
    """

    fingers: tuple[Finger | None, ...]
    thumb: Finger | None
    side: Hand
    unlike: float


def names(hand: Outline) -> list[Named]:
    """The likeliest ways to name the parts of a hand, best first; none without three fingers."""
    parts = _slender(hand)
    if len(parts) < _SLOTS - 2:
        return []
    clockwise = _ways(len(parts))
    found = []
    for side, ways in ((Hand.LEFT, clockwise), (Hand.RIGHT, len(parts) - 1 - clockwise)):
        ways = np.where(clockwise == _ABSENT, _ABSENT, ways)
        unlike = _unlike(hand, parts, ways, side)
        for row in np.argsort(unlike, kind="stable")[: CAPTURE.namings]:
            thumb, *fingers = (None if i == _ABSENT else parts[i] for i in ways[row])
            found.append(Named(tuple(fingers), thumb, side, float(unlike[row])))
    return sorted(found, key=lambda named: named.unlike)[: CAPTURE.namings]


def _slender(hand: Outline) -> tuple[Finger, ...]:
    """Parts no wider than a finger, the longest few: two closed fingers are not one."""
    widest = CAPTURE.widest_finger * hand.radius
    slender = [finger for finger in hand.fingers if finger.width <= widest]
    longest = sorted(slender, key=lambda finger: finger.length, reverse=True)[: CAPTURE.most_parts]
    return tuple(finger for finger in slender if finger in longest)


@cache
def _ways(parts: int) -> NDArray[np.intp]:
    """Every way, ways × (thumb, index … little), each the number of a part or −1."""
    return np.array(list(_each_way(parts)), np.intp)


def _each_way(parts: int) -> Iterator[tuple[int, ...]]:
    """In their order round the palm, starting anywhere."""
    for absent in ((), *combinations(range(_SLOTS), 1), *((0, slot) for slot in range(1, _SLOTS))):
        present = [slot for slot in range(_SLOTS) if slot not in absent]
        for chosen in combinations(range(parts), len(present)):
            for start in range(len(chosen)):
                way = [_ABSENT] * _SLOTS
                for slot, part in zip(present, chosen[start:] + chosen[:start], strict=True):
                    way[slot] = part
                yield tuple(way)


def _unlike(
    hand: Outline, parts: tuple[Finger, ...], ways: NDArray[np.intp], side: Hand
) -> NDArray[np.float64]:
    """How far each way is from the atlas: of bases, lengths, and what is missing."""
    turn = 1.0 if side is Hand.LEFT else -1.0
    atlas = np.concatenate([THUMB, BASES, CENTRE]) @ (1, turn * 1j)
    bases = np.array([finger.base for finger in parts]) @ (1, 1j)
    here = np.append(ways != _ABSENT, np.ones((len(ways), 1), np.bool_), axis=1)
    places = np.append(bases[ways], np.full((len(ways), 1), hand.centre @ (1, 1j)), axis=1)
    weights = here / np.square(CAPTURE.place_spread)
    scale, off = _similarity(atlas, places, weights)
    lengths = np.array([finger.length for finger in parts])[ways] / np.maximum(scale, 1e-9)[:, None]
    wrong = np.where(here[:, :-1], np.abs(np.log(lengths / LENGTHS)), 0.0)
    wrong = np.maximum(0.0, wrong - CAPTURE.length_freedom).mean(axis=1)
    missing = (~here[:, 1:-1]).sum(axis=1)
    left_over = len(parts) - here[:, :-1].sum(axis=1)
    unlike: NDArray[np.float64] = (
        off
        + CAPTURE.length_weight * wrong
        + CAPTURE.missing_finger * missing
        + CAPTURE.left_over * left_over
    )
    return unlike


def _similarity(
    atlas: NDArray[np.complex128], places: NDArray[np.complex128], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scale of the weighted fit of each row of places, and root mean square in spreads."""
    share = weights / weights.sum(axis=1, keepdims=True)
    middle = (share * atlas).sum(axis=1, keepdims=True)
    target = (share * places).sum(axis=1, keepdims=True)
    source, off = atlas - middle, places - target
    turn = (share * source.conj() * off).sum(axis=1, keepdims=True)
    turn /= np.maximum((share * np.abs(source) ** 2).sum(axis=1, keepdims=True), 1e-9)
    rest = (share * np.abs(off - turn * source) ** 2).sum(axis=1)
    scale = np.abs(turn[:, 0])
    each = weights.sum(axis=1) / np.count_nonzero(weights, axis=1)
    return scale, np.sqrt(rest * each) / np.maximum(scale, 1e-9)
