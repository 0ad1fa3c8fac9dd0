"""A probe as a search sees it: few blurred views, each bit's sign and whether to ask it.

A view stands for a neighbourhood of poses: each bit is averaged over them, and
only the bits that stay themselves are asked, always equally many, so that counts
of views compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.matching.layout import SEEN, SIGHT_WORDS
from thenar.matching.protection import protected_sight
from thenar.parameters import MATCHING, SIGNATURE
from thenar.records import CROP_SIDE, Probe

_STEP = CROP_SIDE // SIGNATURE.cells
_LINES = 4
FIRST, SECOND = 3, 8
"""Before which word of a sight the first and the second look end."""

_Shifts = NDArray[np.intp]


@attrs.frozen(eq=False)
class Glimpse:
    """Some views of a probe.

    Attributes:
        signs: uint64 (aspects, 16 words, views).
        asked: uint64 (aspects, 16 words, views): the bits that count.
    """

    signs: NDArray[np.uint64]
    asked: NDArray[np.uint64]


def near(probe: Probe, aspects: NDArray[np.intp]) -> tuple[Glimpse, Glimpse]:
    """Where most mates are: from few places for the first two looks, more for the third."""
    steady = _steady(probe, aspects, 0.0)
    few = _look(_blurred(steady, MATCHING.glimpse_blur), _square(MATCHING.glimpse_shifts))
    many = _look(_blurred(steady, MATCHING.look_blur), _square(MATCHING.look_shifts))
    under = probe.key, [probe.aspects[aspect] for aspect in aspects]
    return _asking([few], (FIRST, SECOND), under), _asking([many], (SIGHT_WORDS,), under)


def wide(probe: Probe, aspects: NDArray[np.intp]) -> tuple[Glimpse, Glimpse]:
    """Where the few others are: farther aside, or turned more."""
    under = probe.key, [probe.aspects[aspect] for aspect in aspects]
    views = list(_wide(probe, aspects))
    return _asking(views, (FIRST, SECOND), under), _asking(views, (SIGHT_WORDS,), under)


def _wide(probe: Probe, aspects: NDArray[np.intp]) -> Iterator[NDArray[np.float32]]:
    far, inner = _square(MATCHING.wide_shifts), _square(MATCHING.glimpse_shifts)
    ring = np.array([one for one in far if not (one == inner).all(axis=1).any()])
    for angle in (0.0, *MATCHING.wide_angles):
        steady = _blurred(_steady(probe, aspects, angle), MATCHING.glimpse_blur)
        aside = np.array([0, round(MATCHING.aside * angle)])
        yield _look(steady, inner + aside if angle else ring)


def _square(shifts: tuple[int, ...]) -> _Shifts:
    return np.array([(down, right) for down in shifts for right in shifts])


def _steady(probe: Probe, aspects: NDArray[np.intp], angle: float) -> NDArray[np.float32]:
    """Each line bit's mean over the poses about an angle: (aspects, 4, 128, 128), −1..1."""
    pose = np.array(SIGNATURE.probe_poses) - (angle, 1.0)
    weight = np.exp(-0.5 * ((pose / MATCHING.glimpse_poses) ** 2).sum(axis=1))
    weight = np.resize(weight, len(probe.planes))
    weight /= weight.sum()
    steady = np.zeros((len(aspects), _LINES, CROP_SIDE, CROP_SIDE), np.float32)
    for planes, mask, share in zip(probe.planes, probe.mask, weight, strict=True):
        if share < MATCHING.glimpse_least:
            continue
        counted = np.float32(2 * share) * mask
        for line in range(_LINES):
            bit = (planes[aspects] >> np.uint8(_LINES + line)) & np.uint8(1)
            steady[:, line] += (bit - np.float32(0.5)) * counted
    return steady


def _blurred(planes: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Gaussian blur, two deviations wide, of the last two axes."""
    reach = round(2 * sigma)
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2).astype(np.float32)
    for axis in (-2, -1):
        width = [(0, 0)] * planes.ndim
        width[axis] = (reach, reach)
        padded = np.moveaxis(np.pad(planes, width), axis, 0)
        blurred = np.zeros_like(padded[:CROP_SIDE])
        for place, tap in enumerate(taps):
            blurred += tap * padded[place : place + CROP_SIDE]
        planes = np.moveaxis(blurred, 0, axis)
    return planes


def _look(planes: NDArray[np.float32], shifts: _Shifts) -> NDArray[np.float32]:
    """Bits at the cells of a sight, from each shift in pixels: (aspects, views, 1024)."""
    pad = int(np.abs(shifts).max())
    padded = np.pad(planes, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    block, place = np.divmod(SEEN, 256)
    first = pad + _STEP // 2
    down = first + _STEP * (16 * (block // 2) + place // 16) + shifts[:, :1]
    right = first + _STEP * (16 * (block % 2) + place % 16) + shifts[:, 1:]
    looked = padded[:, :, down, right].transpose(0, 2, 3, 1)
    return looked.reshape(len(planes), len(shifts), -1)


def _asking(
    views: Iterable[NDArray[np.float32]], ends: tuple[int, ...], under: tuple[bytes, list[str]]
) -> Glimpse:
    """Signs, and the steadiest bits of each group of words; groups end before ``ends``."""
    bits = np.concatenate(list(views), axis=1)
    asked = np.zeros(bits.shape, np.bool_)
    start = 0
    for end in ends:
        strength = np.abs(bits[..., 64 * start : 64 * end])
        leave = strength.shape[-1] - round(MATCHING.glimpse_asked * strength.shape[-1])
        order = np.argpartition(strength, leave, axis=-1)[..., leave:]
        np.put_along_axis(asked[..., 64 * start : 64 * end], order, True, axis=-1)
        start = end
    signs, asked = protected_sight(bits > 0, asked, *under)
    return Glimpse(_words(signs), _words(asked))


def _words(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    packed = np.packbits(bits, axis=-1, bitorder="little").view(np.uint64)
    return np.ascontiguousarray(packed.swapaxes(1, 2))
