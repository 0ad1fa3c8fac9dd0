"""A plain icon: a coloured square with a lighter disc, without a library for pictures."""

from __future__ import annotations

import struct
import zlib

_DISC = 0.34
"""Radius, in sides."""


def png(side: int, colour: tuple[int, int, int]) -> bytes:
    """A PNG (ISO/IEC 15948) of 8-bit RGB.

    Args:
        side: pixels, ≥ 1.
        colour: red, green and blue, 0..255.
    """
    light = tuple(255 - (255 - value) // 4 for value in colour)
    middle = (side - 1) / 2
    rows = bytearray()
    for y in range(side):
        rows.append(0)  # no filter
        for x in range(side):
            inside = (x - middle) ** 2 + (y - middle) ** 2 < (_DISC * side) ** 2
            rows += bytes(light if inside else colour)
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
