"""A probe as a search sees it: blurred views, and which bits of a palm to ask about.

A view stands for a neighbourhood of poses: each bit is averaged over them. Not all
bits are asked. Words of a sight lie between each other, so bits at the same place of
several words are of neighbouring cells; of them the one is asked that is steadiest in a
group of views. A reference's words are so made into few, once for all views of a group,
and what is compared is little and all of it steady.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import TypeVar, cast

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.matching.layout import SEEN, SIGHT_WORDS
from thenar.matching.protection import protected_sight
from thenar.parameters import MATCHING, SIGNATURE
from thenar.records import CROP_SIDE, Probe

_STEP = CROP_SIDE // SIGNATURE.cells
_LINES = 4
_CELLS = SIGNATURE.cells // 2
_CHUNK = 4096
_UNTURNED = (0.0, 1.0)

T = TypeVar("T", bound=np.generic)
_Planes = NDArray[np.float32]
_Shifts = NDArray[np.intp]
_Pose = tuple[float, float]


@attrs.frozen(eq=False)
class Group:
    """Views of a probe that ask about the same bits.

    Word *k* that is compared is made of every words-made-th word that is read, from the *k*-th.

    Attributes:
        words: which of a sight are read.
        chosen: uint64 (aspects, words made, words read for each): the bits that count, each
            place in one of the words read.
        signs: uint64 (aspects, words made, views).
    """

    words: slice
    chosen: NDArray[np.uint64]
    signs: NDArray[np.uint64]


Glimpse = Sequence[Group]


class Glimpses:
    """What the looks of a search compare with, each made when it is first asked for.

    Args:
        probe: of algorithm ``blocks``.
        aspects: indices of the aspects that will be compared.
    """

    def __init__(self, probe: Probe, aspects: NDArray[np.intp]) -> None:
        count = len(probe.planes)
        trusted = np.where(probe.mask, np.int8(-1), np.int8(0))[:, None]
        bits = np.empty((len(aspects), _LINES, CROP_SIDE**2 // _CHUNK, count, _CHUNK), np.float32)
        for line in range(_LINES):
            bit = (probe.planes[:, aspects] >> np.uint8(_LINES + line - 1)) & np.uint8(2)
            sign = (bit.view(np.int8) - np.int8(1)) & trusted
            bits[:, line] = sign.reshape(count, len(aspects), -1, _CHUNK).transpose(1, 2, 0, 3)
        self._bits = bits
        self._key, self._names = probe.key, [probe.aspects[aspect] for aspect in aspects]
        self._poses = np.resize(np.array(probe.poses or SIGNATURE.probe_poses), (count, 2))

    def near(self, words: slice, made: int) -> Glimpse:
        """Where most mates are, from few places."""
        return self._asking([self._near], words, made)

    def closer(self, words: slice, made: int) -> Glimpse:
        """The same from more places."""
        return self._asking([self._closer], words, made)

    def far(self, words: slice, made: int) -> Glimpse:
        """Where the few others are: farther aside, turned or scaled more."""
        return self._asking(self._far, words, made)

    def wide(self, words: slice, made: int) -> Glimpse:
        """Near and far."""
        return self._asking([self._near, *self._far], words, made)

    def last(self, words: slice, made: int) -> Glimpse:
        """Besides, turned or scaled, and as far aside as a registration reaches."""
        turns, scales = MATCHING.last_turns, MATCHING.last_scales
        poses = [*((turn, 1.0) for turn in turns), *((0.0, scale) for scale in scales)]
        shifts = [
            *(_square(MATCHING.last_shifts) + _aside(turn) for turn in turns),
            *(_square(MATCHING.last_scaled_shifts) for _ in scales),
        ]
        views = [
            _look(one, some, MATCHING.last_blur)
            for one, some in zip(self._about(poses, MATCHING.last_spread), shifts, strict=True)
        ]
        return self._asking([self._closer, *views], words, made)

    @cached_property
    def _unturned(self) -> _Planes:
        planes: _Planes = self._about([_UNTURNED], MATCHING.glimpse_poses)[0]
        return planes

    @cached_property
    def _near(self) -> _Planes:
        return _look(self._unturned, _square(MATCHING.glimpse_shifts), MATCHING.glimpse_blur)

    @cached_property
    def _closer(self) -> _Planes:
        return _look(self._unturned, _square(MATCHING.look_shifts), MATCHING.look_blur)

    @cached_property
    def _far(self) -> list[_Planes]:
        turns, scales = MATCHING.wide_turns, MATCHING.wide_scales
        poses = [_UNTURNED, *((turn, 1.0) for turn in turns), *((0.0, scale) for scale in scales)]
        middle = np.zeros((1, 2), np.intp)
        about = np.concatenate([middle, _ring(*MATCHING.wide_turned)])
        shifts = [
            _ring(*MATCHING.wide_ring),
            *(about + _aside(turn) for turn in turns),
            *(middle for _ in scales),
        ]
        ring, *turned, smaller, larger = (
            _look(one, some, MATCHING.glimpse_blur)
            for one, some in zip(self._about(poses, MATCHING.glimpse_poses), shifts, strict=True)
        )
        return [ring, *turned, np.concatenate([smaller, larger], axis=1)]

    def _about(self, poses: Sequence[_Pose], spread: _Pose) -> _Planes:
        """Each line bit's mean about some poses: (poses, aspects, 4, 128, 128), −1..1."""
        away = (self._poses - np.array(poses)[:, None]) / np.array(spread)
        weight = np.exp(-0.5 * (away**2).sum(axis=2))
        weight /= weight.sum(axis=1, keepdims=True)
        weight[weight < MATCHING.glimpse_least] = 0
        mean = np.moveaxis(weight.astype(np.float32) @ self._bits, -2, 0)
        return cast("_Planes", mean.reshape(*mean.shape[:3], CROP_SIDE, CROP_SIDE))

    def _asking(self, groups: list[_Planes], words: slice, made: int) -> Glimpse:
        """The signs of each group's views, where they are steadiest."""
        found = []
        for bits in groups:
            steady = np.abs(bits).mean(axis=1, keepdims=True)
            signs, steady = protected_sight(bits > 0, steady, self._key, self._names)
            of_each = _by_word(steady, words, made)
            here = of_each == of_each.max(axis=2, keepdims=True)
            chosen = _packed(here & (np.cumsum(here, axis=2) == 1))
            asked = np.bitwise_or.reduce(_packed(_by_word(signs, words, made)) & chosen, axis=2)
            found.append(
                Group(
                    words,
                    np.ascontiguousarray(chosen[:, 0].swapaxes(1, 2)),
                    np.ascontiguousarray(asked.swapaxes(1, 2)),
                )
            )
        return found


def _by_word(bits: NDArray[T], words: slice, made: int) -> NDArray[T]:
    """Some words' bits: (aspects, views, 1024) to (aspects, views, read for each, made, 64)."""
    some = bits.reshape(*bits.shape[:2], SIGHT_WORDS, 64)[:, :, words]
    return some.reshape(*bits.shape[:2], -1, made, 64)


def _aside(angle: float) -> _Shifts:
    """A palm turns about a place above the middle of a crop, and so moves aside."""
    return np.array([0, round(MATCHING.aside * angle)])


def _ring(radius: float, count: int) -> _Shifts:
    angle = 2 * np.pi * np.arange(count) / count
    return np.rint(radius * np.stack([np.sin(angle), np.cos(angle)], axis=1)).astype(np.intp)


def _square(shifts: tuple[int, ...]) -> _Shifts:
    return np.array([(down, right) for down in shifts for right in shifts])


_BLOCK, _PLACE = np.divmod(SEEN, 256)
_ORDER = (8 * (_BLOCK // 2) + _PLACE // 32) * _CELLS + 8 * (_BLOCK % 2) + _PLACE % 16 // 2
"""Where the cells of a sight are among the 16 × 16 that it sees."""


def _look(planes: _Planes, shifts: _Shifts, blur: float) -> _Planes:
    """Blurred bits at the cells of a sight, from each shift in pixels: (aspects, views, 1024).

    Blurring and sampling are a product with a matrix on either side, each product so
    small that BLAS starts no threads of its own.
    """
    down, place_down = np.unique(shifts[:, 0], return_inverse=True)
    right, place_right = np.unique(shifts[:, 1], return_inverse=True)
    across = _sampling(tuple(right.tolist()), blur).reshape(-1, CROP_SIDE).T
    rows = _sampling(tuple(down.tolist()), blur)[:, None, None] @ planes
    both = (rows @ across).reshape(*rows.shape[:-1], len(right), _CELLS)
    chosen = both[place_down, :, :, :, place_right]  # views, aspects, 4, 16, 16
    cells = chosen.reshape(*chosen.shape[:3], -1)[..., _ORDER]
    return cast("_Planes", cells.transpose(1, 0, 3, 2).reshape(len(planes), len(shifts), -1))


@cache
def _sampling(shifts: tuple[int, ...], blur: float) -> _Planes:
    """Takes every second cell's pixel, shifted, of a Gaussian blur: (shifts, 16, 128)."""
    middle = _STEP // 2 + 2 * _STEP * np.arange(_CELLS) + np.array(shifts)[:, None]
    away = np.abs(np.arange(CROP_SIDE) - middle[..., None])
    taps = np.exp(-0.5 * (away / blur) ** 2)
    return np.where(away <= round(2 * blur), taps, 0).astype(np.float32)


def _packed(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    return np.packbits(bits, axis=-1, bitorder="little").view(np.uint64)[..., 0]
