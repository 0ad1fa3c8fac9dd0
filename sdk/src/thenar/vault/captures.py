"""Palm crops as bytes: what is inside a sealed envelope.

A fixed layout, big-endian, whose length depends on nothing but the bands, so
that the length of an envelope tells nothing of the picture::

    offset  bytes   what
    0       1       number of captures, 1..16
            then, for each capture:
    0       1       hand: 0 unknown, 1 left, 2 right
    1       1       bands, one bit each: 1 RGB, 2 grey, 4 NIR
    2       56      seven IEEE 754 doubles: quality 0..100, roll and tilt in degrees,
                    side, centre x, centre y and palm width in pixels
    58      2048    mask, 128×128 bits, row by row, most significant bit first
    2106    49152   RGB, 128×128×3, if present
            16384   grey, 128×128, if present
            16384   NIR, 128×128, if present
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from math import isfinite

import numpy as np

from thenar.errors import EnvelopeMalformed, InvalidRecord
from thenar.parameters import SERVICE
from thenar.records import CROP_SIDE, Band, Hand, PalmCrop, Pose

_HEAD = struct.Struct(">BB7d")
_HANDS = (Hand.UNKNOWN, Hand.LEFT, Hand.RIGHT)
_SHAPES: dict[Band, tuple[int, ...]] = {
    Band.RGB: (CROP_SIDE, CROP_SIDE, 3),
    Band.GREY: (CROP_SIDE, CROP_SIDE),
    Band.NIR: (CROP_SIDE, CROP_SIDE),
}
_BITS = {Band.RGB: 1, Band.GREY: 2, Band.NIR: 4}
_MASK_BYTES = CROP_SIDE * CROP_SIDE // 8

LONGEST = 1 + SERVICE.envelope_captures * (_HEAD.size + _MASK_BYTES + CROP_SIDE * CROP_SIDE * 5)
"""Bytes of the most that may be sent at once."""


def to_bytes(crops: Sequence[PalmCrop]) -> bytes:
    """Lay out captures in the order given.

    Raises:
        InvalidRecord: none, or more than an envelope holds.
    """
    if not 1 <= len(crops) <= SERVICE.envelope_captures:
        raise InvalidRecord(
            f"Captures: expected 1 to {SERVICE.envelope_captures}, got {len(crops)}."
        )
    return bytes([len(crops)]) + b"".join(_one_to_bytes(crop) for crop in crops)


def from_bytes(data: bytes) -> tuple[PalmCrop, ...]:
    """Read captures back.

    Raises:
        EnvelopeMalformed: the bytes are not exactly of the layout.
    """
    if not data or not 1 <= data[0] <= SERVICE.envelope_captures:
        raise EnvelopeMalformed(
            f"Captures: expected 1 to {SERVICE.envelope_captures}, got {data[0] if data else 0}."
        )
    crops, offset = [], 1
    for _ in range(data[0]):
        crop, offset = _one_from_bytes(data, offset)
        crops.append(crop)
    if offset != len(data):
        raise EnvelopeMalformed(f"Captures: {len(data) - offset} bytes too many.")
    return tuple(crops)


def _one_to_bytes(crop: PalmCrop) -> bytes:
    pose = crop.pose
    present = [band for band in _SHAPES if band in crop.bands]
    head = _HEAD.pack(
        _HANDS.index(crop.hand),
        sum(_BITS[band] for band in present),
        crop.quality,
        pose.roll,
        pose.tilt,
        pose.side,
        *pose.centre,
        pose.palm_width,
    )
    pixels = b"".join(crop.bands[band].tobytes() for band in present)
    return head + np.packbits(crop.mask).tobytes() + pixels


def _one_from_bytes(data: bytes, offset: int) -> tuple[PalmCrop, int]:
    head, offset = _take(data, offset, _HEAD.size)
    hand, bits, quality, roll, tilt, side, x, y, width = _HEAD.unpack(head)
    if hand >= len(_HANDS) or not 1 <= bits <= 7:
        raise EnvelopeMalformed(f"Captures: hand {hand} or bands {bits} is not in the layout.")
    if not isfinite(x) or not isfinite(y):
        raise EnvelopeMalformed("Captures: the centre is not a place in a picture.")
    packed, offset = _take(data, offset, _MASK_BYTES)
    mask = np.unpackbits(np.frombuffer(packed, np.uint8)).astype(bool)
    bands = {}
    for band, shape in _SHAPES.items():
        if bits & _BITS[band]:
            pixels, offset = _take(data, offset, int(np.prod(shape)))
            bands[band] = np.frombuffer(pixels, np.uint8).reshape(shape)
    try:
        pose = Pose(roll=roll, tilt=tilt, side=side, centre=(x, y), palm_width=width)
        crop = PalmCrop(
            bands=bands,
            mask=mask.reshape(CROP_SIDE, CROP_SIDE),
            hand=_HANDS[hand],
            quality=quality,
            pose=pose,
        )
    except InvalidRecord as error:
        raise EnvelopeMalformed(f"Captures: {error.message}") from None
    return crop, offset


def _take(data: bytes, offset: int, length: int) -> tuple[bytes, int]:
    end = offset + length
    if end > len(data):
        raise EnvelopeMalformed(f"Captures: {end - len(data)} bytes are missing.")
    return data[offset:end], end
