"""Templates that only their tenant's key can compare (ISO/IEC 24745).

A key gives every block an order of its cells, all cells one order of their bits, and
every bit of an aspect a flip. Bits are moved and flipped, masks are moved. Two
codes treated alike differ in as many bits as before, in every block and at every pose,
so a comparison gives the same number to the last bit. A probe is shifted and turned
first and then treated, since what is treated cannot be moved any more.

Places are exchanged only with places that every search treats alike: the line bits of
every second cell with each other, in three groups, and all others of a block with each
other. A search glances at as many bits as it would without, of cells as far apart, though
not at the same ones; whom it compares in full gets the same number. There are 2¹³⁹² orders
a block and 2⁸¹⁹² flips an aspect.

What is not trusted is 0 before and after: a flip there would show itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from hashlib import shake_256
from itertools import pairwise

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.errors import MatchingError
from thenar.matching.layout import SEEN
from thenar.records import Signature

BLOCKS, CELLS, BITS = 4, 256, 8
_LINES = 4
_LOOKS = (0, 48, 128, 256)
"""Where groups begin in a sight's cells: part of the format, whatever a search is tuned to."""
_EVERY_BYTE = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little")


@attrs.frozen(eq=False)
class Protection:
    """What one key does to bits.

    Attributes:
        key: 32 bytes.
        order: intp (4 blocks, 256): which cell goes to each place.
        bits: intp (8,): which bit of a cell goes to each place; lines among lines
            (4..7), texture among texture (0..3).
    """

    key: bytes = attrs.field(repr=False)
    order: NDArray[np.intp] = attrs.field(repr=False)
    bits: NDArray[np.intp] = attrs.field(repr=False)
    _flips: dict[str, NDArray[np.uint8]] = attrs.field(factory=dict, repr=False)

    def flips(self, aspect: str) -> NDArray[np.uint8]:
        """What an aspect's cells are XORed with in the end: uint8 (4 blocks, 256)."""
        if aspect not in self._flips:
            noise = _noise(self.key, f"flips {aspect}", BLOCKS * CELLS)
            self._flips[aspect] = noise.reshape(BLOCKS, CELLS)
        return self._flips[aspect]

    @cached_property
    def table(self) -> NDArray[np.uint8]:
        """Every byte with its bits in their new places: uint8 (256,)."""
        return _table(self.bits)

    @cached_property
    def back(self) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
        """The order and the table that undo."""
        return np.argsort(self.order, axis=1), _table(np.argsort(self.bits))

    @cached_property
    def glimpse(self) -> NDArray[np.intp]:
        """Which of a sight's 1,024 bits goes to each place."""
        block, place = np.divmod(SEEN, CELLS)
        where = np.empty(BLOCKS * CELLS, np.intp)
        where[SEEN] = np.arange(len(SEEN))
        cell = where[CELLS * block + self.order[block, place]]
        line = self.bits[_LINES:] - _LINES
        return (_LINES * cell[:, None] + line).reshape(-1)

    def glimpse_flips(self, aspect: str) -> NDArray[np.bool_]:
        """Which of a sight's bits are flipped in the end: bool (1024,)."""
        cells = self.flips(aspect).reshape(-1)[SEEN]
        lines = (cells[:, None] >> np.arange(_LINES, BITS, dtype=np.uint8)) & np.uint8(1)
        return lines.astype(np.bool_).reshape(-1)


@lru_cache(maxsize=256)
def protection(key: bytes) -> Protection:
    """What a key does. Raises MatchingError: it is not 32 bytes."""
    if len(key) != 32:
        raise MatchingError(f"Expected a template key of 32 bytes, got {len(key)}.")
    orders = np.empty((BLOCKS, CELLS), np.intp)
    for block in range(BLOCKS):
        draws = _draws(key, f"cells {block}", CELLS)
        for places in _alike(block):
            orders[block, places] = places[np.argsort(draws[places], kind="stable")]
    bits = np.empty(BITS, np.intp)
    draws = _draws(key, "bits", BITS)
    for places in (np.arange(_LINES), np.arange(_LINES, BITS)):
        bits[places] = places[np.argsort(draws[places], kind="stable")]
    return Protection(key, orders, bits)


def _table(bits: NDArray[np.intp]) -> NDArray[np.uint8]:
    return np.packbits(_EVERY_BYTE[:, bits], axis=1, bitorder="little")[:, 0]


def _alike(block: int) -> Iterator[NDArray[np.intp]]:
    """Places of a block that every search treats alike, in groups."""
    of_block, place = np.divmod(SEEN, CELLS)
    for start, stop in pairwise(_LOOKS):
        yield place[start:stop][of_block[start:stop] == block]
    yield np.setdiff1d(np.arange(CELLS), place[of_block == block])


def _noise(key: bytes, what: str, count: int) -> NDArray[np.uint8]:
    """Bytes that follow from a key and a name: SHAKE256 as a keyed function (FIPS 202)."""
    label = f"thenar template protection 1 {what}".encode()
    return np.frombuffer(shake_256(key + label).digest(count), np.uint8)


def _draws(key: bytes, what: str, count: int) -> NDArray[np.uint64]:
    return _noise(key, what, 8 * count).view("<u8").astype(np.uint64)


def protect(signature: Signature, key: bytes) -> Signature:
    """A signature of block codes as a tenant's key makes it; see :func:`unprotect`."""
    by, aspects = protection(_checked(signature, key)), signature.aspects
    mask = _mask(signature.mask, by.order)
    bits = _moved(signature.bits, by.order, by.table)
    bits ^= _flipped(by, aspects)
    bits &= _trusted(mask)
    return attrs.evolve(signature, bits=_words(bits), mask=mask)


def unprotect(signature: Signature, key: bytes) -> Signature:
    """The signature that :func:`protect` was given; another key gives noise."""
    by, aspects = protection(_checked(signature, key)), signature.aspects
    order, table = by.back
    bits = _cells(signature.bits) ^ _flipped(by, aspects)
    mask = _mask(signature.mask, order)
    back = _moved(_words(bits), order, table) & _trusted(mask)
    return attrs.evolve(signature, bits=_words(back), mask=mask)


def protect_packed(
    bits: NDArray[np.uint64], masks: NDArray[np.uint64], aspects: tuple[str, ...], key: bytes
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Many signatures' words, (n, aspects, 128) and (n, aspects, 16), as a key makes them."""
    by = protection(key)
    moved = _mask(masks, by.order)
    cells = (_moved(bits, by.order, by.table) ^ _flipped(by, aspects)) & _trusted(moved)
    return _words(cells), moved


def protected_sight(
    signs: NDArray[np.bool_], strength: NDArray[np.float32], key: bytes, aspects: Sequence[str]
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """A probe's views of sights, and how steady their bits are, as a key makes references.

    Args:
        signs: bool (aspects, views, 1024).
        strength: float32 (aspects, 1, 1024), moved and not flipped.
        key: 32 bytes; empty: they stay as they are.
        aspects: their names.
    """
    if not key:
        return signs, strength
    by = protection(key)
    flips = np.stack([by.glimpse_flips(aspect) for aspect in aspects])[:, None]
    return np.take(signs, by.glimpse, axis=-1) ^ flips, np.take(strength, by.glimpse, axis=-1)


def _checked(signature: Signature, key: bytes) -> bytes:
    if signature.algorithm != "blocks" or signature.bits.shape[1] * 8 != BLOCKS * CELLS:
        raise MatchingError(
            f"Expected block codes, got {signature.algorithm!r}: it has no protected form.",
            remedy="turn template protection off for this algorithm",
        )
    return key


def _cells(words: NDArray[np.uint64]) -> NDArray[np.uint8]:
    shape = (*words.shape[:-1], BLOCKS, CELLS)
    return np.ascontiguousarray(words).view(np.uint8).reshape(shape)


def _words(cells: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.ascontiguousarray(cells.reshape(*cells.shape[:-2], -1)).view(np.uint64)


def _flipped(by: Protection, aspects: tuple[str, ...]) -> NDArray[np.uint8]:
    return np.stack([by.flips(aspect) for aspect in aspects])


def _moved(
    words: NDArray[np.uint64], order: NDArray[np.intp], table: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Cells in their places: uint8 (…, 4 blocks, 256)."""
    cells = _cells(words)
    moved = [table[cells[..., block, order[block]]] for block in range(BLOCKS)]
    return np.stack(moved, axis=-2)


def _mask(masks: NDArray[np.uint64], order: NDArray[np.intp]) -> NDArray[np.uint64]:
    seen = np.unpackbits(np.ascontiguousarray(masks).view(np.uint8), axis=-1, bitorder="little")
    seen = seen.reshape(*masks.shape[:-1], BLOCKS, CELLS)
    seen = np.stack([seen[..., block, order[block]] for block in range(BLOCKS)], axis=-2)
    flat = seen.reshape(*masks.shape[:-1], -1)
    return np.packbits(flat, axis=-1, bitorder="little").view(np.uint64)


def _trusted(masks: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """255 for each trusted cell: uint8 (…, 4 blocks, 256)."""
    seen = np.unpackbits(np.ascontiguousarray(masks).view(np.uint8), axis=-1, bitorder="little")
    return (seen * np.uint8(255)).reshape(*masks.shape[:-1], BLOCKS, CELLS)
