"""Palms without pictures: many references quickly, and mates that are presented.

Strangers are drawn at the cells. A mate is drawn as pixels, goes through the
product's own filters, and is presented again: shifted, turned, stretched, and
with what two captures do not share replaced.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import cast

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.benchmark import fields
from thenar.matching.gallery import ALGORITHM, VERSION
from thenar.parameters import BENCH, SIGNATURE
from thenar.records import CROP_SIDE, Hand, Probe, Signature
from thenar.signature.cells import pack
from thenar.signature.orientation import code

ASPECTS = ("print",)
BATCH = 256
_MIDDLE = (CROP_SIDE - 1) / 2
_Map = tuple[NDArray[np.float32], NDArray[np.float32]]


@attrs.frozen(eq=False)
class Mates:
    """Two captures of one palm."""

    reference: Signature
    probe: Probe


def strangers(count: int, seed: int, *, workers: int = 2) -> Iterator[NDArray[np.uint64]]:
    """The cells of palms that nobody presents, left and right hands by turns.

    Yields:
        uint64 (some, 128), until ``count`` came.
    """
    sizes = [min(BATCH, count - start) for start in range(0, count, BATCH)]
    seeds = np.random.SeedSequence([seed, 0]).spawn(len(sizes))
    waiting: deque[Future[NDArray[np.uint64]]] = deque()  # few, as all would not fit in memory
    with ThreadPoolExecutor(workers) as pool:
        for one, size in zip(seeds, sizes, strict=True):
            waiting.append(pool.submit(_strangers, one, size))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _strangers(seed: np.random.SeedSequence, count: int) -> NDArray[np.uint64]:
    random = np.random.Generator(np.random.SFC64(seed))
    cells = fields.cells()
    side, filters = cells.waves.side, cells.mixing.shape[-1]
    left = np.arange(count) % 2 == 0
    raw = random.bytes(2 * len(cells.mixing) * filters * count)
    noise = np.frombuffer(raw, np.int8).astype(np.float32)
    noise += np.float32(0.5)  # of −128..127
    noise *= np.float32(1 / np.sqrt((256**2 - 1) / 12))
    mixed = np.matmul(cells.mixing, noise.reshape(len(cells.mixing), filters, 2 * count))
    waves = np.ascontiguousarray(mixed.view(np.complex64).transpose(2, 1, 0))
    waves = waves.reshape(count, filters, side, -1)
    waves *= cells.waves.grain(fields.directions(random, left))[:, None]
    responses = np.fft.irfft2(waves, (side, side))
    responses *= side
    typical = fields.moved(cells, left, fields.wander(random, count))
    codes = np.zeros((count, side, side), np.uint8)
    for bit in range(filters):
        responses[:, bit] += typical[bit].reshape(count, side, side)
        codes |= (responses[:, bit] < 0).view(np.uint8) << np.uint8(bit)
    half = side // 2
    blocks = codes.reshape(count, 2, half, 2, half).swapaxes(2, 3)
    return np.ascontiguousarray(blocks).reshape(count, -1).view(np.uint64)


def mates(number: int, seed: int) -> Mates:
    """Two captures of palm ``number``; even numbers are left hands."""
    random = np.random.default_rng([seed, 1, number])
    left = number % 2 == 0
    waves = fields.pixels()
    grain = waves.grain(fields.directions(random, np.array([left])))[0]
    level = fields.power(waves.frequency)
    alike, shared = (f(waves.frequency) for f in (fields.captured_alike, fields.palms_alike))
    lasting = np.sqrt(level * np.maximum(alike - shared, 0)) * grain
    passing = np.sqrt(level * (1 - alike)) * grain
    typical = np.roll(fields.typical(left), -fields.wander(random, 1)[0], (0, 1))
    palm = waves.field(random, lasting) + typical
    passing *= np.exp(BENCH.loudness * random.uniform(-1, 1))
    first = _capture(random, palm, _still(), waves.field(random, passing))
    second = _capture(random, palm, _moved(random), waves.field(random, passing))
    bits, mask = pack(code(first), np.ones((CROP_SIDE, CROP_SIDE), np.bool_))
    hand = Hand.LEFT if left else Hand.RIGHT
    reference = Signature(ALGORITHM, VERSION, ASPECTS, bits[None], mask[None], hand)
    return Mates(reference, _presented(second, hand))


def _capture(
    random: np.random.Generator, palm: NDArray[np.float32], place: _Map, noise: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What a camera sees of a palm: moved, and with what belongs to this capture alone."""
    few = random.standard_normal((3, 3)).astype(np.float32) * np.float32(BENCH.patchiness)
    patches = np.exp(cv2.resize(few, (CROP_SIDE, CROP_SIDE), interpolation=cv2.INTER_CUBIC))
    middle = slice(fields.MARGIN, fields.MARGIN + CROP_SIDE)
    moved = cv2.remap(palm, *place, cv2.INTER_CUBIC)
    return cast("NDArray[np.float32]", moved + patches * noise[middle, middle])


def _still() -> _Map:
    down, right = np.mgrid[0:CROP_SIDE, 0:CROP_SIDE].astype(np.float32) + fields.MARGIN
    return right, down


def _moved(random: np.random.Generator) -> _Map:
    """Where each pixel of a second capture stood in the first."""
    cell = CROP_SIDE / SIGNATURE.cells
    shift = cell * _drawn(random, BENCH.shift, BENCH.shift_freedom, BENCH.farthest[0], 2)
    angle = _drawn(random, BENCH.turn, BENCH.turn_freedom, BENCH.farthest[1], 1)[0]
    angle = np.deg2rad(angle)
    zoom = np.exp(BENCH.zoom[0] + BENCH.zoom[1] * random.standard_normal())
    stretch = np.eye(2) + BENCH.stretch * random.standard_normal((2, 2))
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    hinge = np.array([_MIDDLE, _MIDDLE - BENCH.hinge * cell])[:, None]
    away = np.stack(_still()).reshape(2, -1) - fields.MARGIN - hinge
    place = stretch @ turn @ away + hinge + shift[:, None] + fields.MARGIN
    right, down = place.reshape(2, CROP_SIDE, CROP_SIDE).astype(np.float32)
    return right, down


def _drawn(
    random: np.random.Generator, scale: float, freedom: float, farthest: float, count: int
) -> NDArray[np.float64]:
    """Student's t, drawn again where it is too far."""
    drawn = scale * random.standard_t(freedom, count)
    while (np.abs(drawn) > farthest).any():
        drawn = scale * random.standard_t(freedom, count)
    return drawn


def _presented(relief: NDArray[np.float32], hand: Hand) -> Probe:
    side = (CROP_SIDE, CROP_SIDE)
    whole = np.ones(side, np.float32)
    planes, masks = [], []
    for angle, zoom in SIGNATURE.probe_poses:
        turn = cv2.getRotationMatrix2D((_MIDDLE, _MIDDLE), angle, zoom)
        turned = cv2.warpAffine(relief, turn, side, flags=cv2.INTER_LINEAR)
        planes.append(code(cast("NDArray[np.float32]", turned)))
        masks.append(cv2.warpAffine(whole, turn, side, flags=cv2.INTER_LINEAR) > 0.99)
    return Probe(ALGORITHM, VERSION, ASPECTS, np.stack(planes)[:, None], np.stack(masks), hand)
