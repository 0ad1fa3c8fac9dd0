"""A signature as bytes, and back; format 1.

=======  ======  ====================================================
offset   bytes   meaning
=======  ======  ====================================================
0        4       ``b"TNSG"``
4        1       format, 1
5        1       hand: 0 unknown, 1 left, 2 right
6        2       version of the algorithm
8        2       quality, hundredths, 0..10000
10       2       words of bits in a row
12       2       words of mask in a row
14       1       number of aspects, n
15       1       length of the algorithm's name, a
16       a       the algorithm's name, ASCII
…                n times: length (1 byte) and name of an aspect, ASCII
…                n rows of bits, then n rows of mask, 8 bytes a word
last 4           CRC-32 of all before it
=======  ======  ====================================================

All numbers are little-endian. A reader refuses a format that it does not know;
new fields make a new format.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from thenar.errors import SignatureFormat
from thenar.records import Hand, Signature

_MAGIC = b"TNSG"
_FORMAT = 1
_HEAD = struct.Struct("<4sBBHHHHBB")
_HANDS = (Hand.UNKNOWN, Hand.LEFT, Hand.RIGHT)


def to_bytes(signature: Signature) -> bytes:
    """The signature in format 1."""
    name = signature.algorithm.encode("ascii")
    head = _HEAD.pack(
        _MAGIC,
        _FORMAT,
        _HANDS.index(signature.hand),
        signature.version,
        round(signature.quality * 100),
        signature.bits.shape[1],
        signature.mask.shape[1],
        len(signature.aspects),
        len(name),
    )
    aspects = [aspect.encode("ascii") for aspect in signature.aspects]
    body = b"".join(
        [
            head,
            name,
            *(bytes([len(aspect)]) + aspect for aspect in aspects),
            signature.bits.astype("<u8").tobytes(),
            signature.mask.astype("<u8").tobytes(),
        ]
    )
    return body + struct.pack("<I", zlib.crc32(body))


def from_bytes(data: bytes) -> Signature:
    """The signature that :func:`to_bytes` wrote.

    Raises:
        SignatureFormat: truncated, altered, of another format, or not a signature.
    """
    if len(data) < _HEAD.size + 4 or data[:4] != _MAGIC:
        raise SignatureFormat(f"Expected a signature, got {len(data)} other bytes.")
    if data[4] != _FORMAT:
        raise SignatureFormat(
            f"Expected signature format {_FORMAT}, got {data[4]}.",
            remedy="upgrade Thenar, or make the signature again",
        )
    body, (check,) = data[:-4], struct.unpack("<I", data[-4:])
    if zlib.crc32(body) != check:
        raise SignatureFormat("Expected a whole signature, got one truncated or altered.")
    _, _, hand, version, quality, words, mask_words, count, length = _HEAD.unpack_from(body)
    try:
        return _read(body, hand, version, quality, (words, mask_words), count, length)
    except (ValueError, IndexError) as error:
        raise SignatureFormat("Expected fields that fit each other, got others.") from error


def _read(
    body: bytes,
    hand: int,
    version: int,
    quality: int,
    words: tuple[int, int],
    count: int,
    length: int,
) -> Signature:
    at = _HEAD.size
    algorithm = body[at : at + length].decode("ascii")
    at += length
    aspects = []
    for _ in range(count):
        size = body[at]
        aspects.append(body[at + 1 : at + 1 + size].decode("ascii"))
        at += 1 + size
    flat = np.frombuffer(body, "<u8", offset=at).astype(np.uint64)
    bits, mask = np.split(flat, [count * words[0]])
    return Signature(
        algorithm,
        version,
        tuple(aspects),
        bits.reshape(count, words[0]),
        mask.reshape(count, words[1]),
        _HANDS[hand],
        quality / 100,
    )
