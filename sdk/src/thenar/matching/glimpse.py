"""A probe as a search sees it: few blurred views, each bit's sign and whether to ask it.

A view stands for a neighbourhood of poses: each bit is averaged over them, and
only the bits that stay themselves are asked, always equally many, so that counts
of views compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import cast

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
FIRST, SECOND = 3, 8
"""Before which word of a sight the first and the second look end."""

_Planes = NDArray[np.float32]
_Shifts = NDArray[np.intp]
_Pose = tuple[float, float]


@attrs.frozen(eq=False)
class Glimpse:
    """Some views of a probe.

    Attributes:
        signs: uint64 (aspects, 16 words, views).
        asked: uint64 (aspects, 16 words, views): the bits that count.
    """

    signs: NDArray[np.uint64]
    asked: NDArray[np.uint64]


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

    @cached_property
    def near(self) -> Glimpse:
        """Where most mates are, from few places, for the first and the second look."""
        (planes,) = self._about([_UNTURNED], MATCHING.glimpse_poses)
        view = _look(planes, _square(MATCHING.glimpse_shifts), MATCHING.glimpse_blur)
        return self._asking([view], (FIRST, SECOND))

    @cached_property
    def closer(self) -> Glimpse:
        """The same from more places, for the third look."""
        (planes,) = self._about([_UNTURNED], MATCHING.glimpse_poses)
        view = _look(planes, _square(MATCHING.look_shifts), MATCHING.look_blur)
        return self._asking([view], (SIGHT_WORDS,))

    @cached_property
    def last(self) -> Glimpse:
        """Turned, and as far aside as a registration reaches, for the last look."""
        turns, shifts = MATCHING.last_turns, _square(MATCHING.last_shifts)
        planes = self._about([(turn, 1.0) for turn in turns], MATCHING.last_spread)
        views = [
            _look(one, shifts + _aside(turn), MATCHING.last_blur)
            for one, turn in zip(planes, turns, strict=True)
        ]
        return self._asking(views, (SIGHT_WORDS,))

    @cached_property
    def wide(self) -> Glimpse:
        """Where the few others are, farther aside, turned or scaled more: three looks."""
        turns, scales = MATCHING.wide_turns, MATCHING.wide_scales
        poses = [_UNTURNED, *((turn, 1.0) for turn in turns), *((0.0, scale) for scale in scales)]
        cross = np.array(MATCHING.wide_cross)
        shifts = [
            np.concatenate([_ring(*ring) for ring in MATCHING.wide_rings]),
            *(cross + _aside(turn) for turn in turns),
            *(cross[:1] for _ in scales),
        ]
        views = [
            _look(one, some, MATCHING.glimpse_blur)
            for one, some in zip(self._about(poses, MATCHING.glimpse_poses), shifts, strict=True)
        ]
        return self._asking(views, (FIRST, SECOND, SIGHT_WORDS))

    def _about(self, poses: Sequence[_Pose], spread: _Pose) -> _Planes:
        """Each line bit's mean about some poses: (poses, aspects, 4, 128, 128), −1..1."""
        away = (self._poses - np.array(poses)[:, None]) / np.array(spread)
        weight = np.exp(-0.5 * (away**2).sum(axis=2))
        weight /= weight.sum(axis=1, keepdims=True)
        weight[weight < MATCHING.glimpse_least] = 0
        mean = np.moveaxis(weight.astype(np.float32) @ self._bits, -2, 0)
        return cast("_Planes", mean.reshape(*mean.shape[:3], CROP_SIDE, CROP_SIDE))

    def _asking(self, views: list[_Planes], ends: tuple[int, ...]) -> Glimpse:
        """Signs, and the steadiest bits of each group of words; groups end before ``ends``."""
        bits = np.concatenate(views, axis=1)
        strength = np.abs(bits)
        strength += _TIES  # untrusted bits are all 0, and as many are asked of every view
        asked = np.empty(bits.shape, np.bool_)
        start = 0
        for end in ends:
            group = (..., slice(64 * start, 64 * end))
            leave = round((1 - MATCHING.glimpse_asked) * 64 * (end - start))
            least = np.partition(strength[group], leave, axis=-1)[..., leave : leave + 1]
            np.greater_equal(strength[group], least, out=asked[group])
            start = end
        asked[..., 64 * start :] = False
        signs, asked = protected_sight(bits > 0, asked, self._key, self._names)
        return Glimpse(_words(signs), _words(asked))


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


_TIES = np.linspace(0, 1e-5, 64 * SIGHT_WORDS, dtype=np.float32)


def _words(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    packed = np.packbits(bits, axis=-1, bitorder="little").view(np.uint64)
    return np.ascontiguousarray(packed.swapaxes(1, 2))
