"""References of one kind, one after the other, in memory and as bytes.

=======  ======  ====================================================
offset   bytes   meaning
=======  ======  ====================================================
0        4       ``b"TNGB"``
4        2       format, 1
6        2       length of the kind, k
8        4       number of references, n
12       k       the kind: JSON of algorithm, version, aspects, words, mask words, hand
…                padding to a multiple of 8
…        8 n     stamps
…                n × aspects × words × 8 bytes of bits
…                n × aspects × mask words × 8 bytes of masks
…        4 n     numbers
=======  ======  ====================================================

All numbers are little-endian.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.errors import MatchingError
from thenar.records import Hand, Signature

_MAGIC, _FORMAT = b"TNGB", 1
_HEAD = struct.Struct("<4sHHI")


@attrs.frozen
class Kind:
    """What references must share to lie in one block."""

    algorithm: str
    version: int
    aspects: tuple[str, ...]
    words: int
    mask_words: int
    hand: Hand = Hand.UNKNOWN

    @classmethod
    def of(cls, signature: Signature) -> Kind:
        """The kind of a signature."""
        shape = signature.bits.shape[1], signature.mask.shape[1]
        return cls(
            signature.algorithm, signature.version, signature.aspects, *shape, signature.hand
        )


@attrs.frozen(eq=False)
class Rows:
    """Some references of one kind.

    Attributes:
        kind: of all of them.
        numbers: uint32 (n,), distinct.
        stamps: uint64 (n,): the caller's mark of which version of a reference this is.
        bits: uint64 (n, aspects, words).
        masks: uint64 (n, aspects, mask words).
    """

    kind: Kind
    numbers: NDArray[np.uint32]
    stamps: NDArray[np.uint64]
    bits: NDArray[np.uint64] = attrs.field(repr=False)
    masks: NDArray[np.uint64] = attrs.field(repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    @classmethod
    def of(cls, references: Sequence[tuple[int, int, Signature]]) -> Rows:
        """Signatures of one kind, each with its number and its stamp, at least one."""
        return cls(
            Kind.of(references[0][2]),
            np.array([number for number, _, _ in references], np.uint32),
            np.array([stamp for _, stamp, _ in references], np.uint64),
            np.stack([signature.bits for _, _, signature in references]),
            np.stack([signature.mask for _, _, signature in references]),
        )

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """Several of one kind as one."""
        return cls(
            parts[0].kind,
            np.concatenate([part.numbers for part in parts]),
            np.concatenate([part.stamps for part in parts]),
            np.concatenate([part.bits for part in parts]),
            np.concatenate([part.masks for part in parts]),
        )

    def take(self, which: NDArray[np.bool_] | slice) -> Rows:
        """Some of them."""
        return Rows(
            self.kind, self.numbers[which], self.stamps[which], self.bits[which], self.masks[which]
        )

    def without(self, numbers: BitMap) -> Rows:
        """Those with other numbers."""
        return self.take(~np.isin(self.numbers, np.array(numbers.to_array(), np.uint32)))

    def signatures(self) -> Iterable[tuple[int, Signature]]:
        """Each as a signature, with its number."""
        kind = self.kind
        for number, bits, mask in zip(self.numbers, self.bits, self.masks, strict=True):
            yield (
                int(number),
                Signature(kind.algorithm, kind.version, kind.aspects, bits, mask, kind.hand),
            )

    def wipe(self) -> None:
        """Overwrite them."""
        self.bits.fill(0)
        self.masks.fill(0)

    def to_bytes(self) -> bytearray:
        """As laid out above; the caller overwrites it."""
        kind = json.dumps(attrs.astuple(self.kind)).encode("utf-8")
        head = _HEAD.pack(_MAGIC, _FORMAT, len(kind), len(self)) + kind
        head += bytes(-len(head) % 8)
        parts = (self.stamps, self.bits, self.masks, self.numbers)
        out = bytearray(len(head) + sum(part.nbytes for part in parts))
        out[: len(head)] = head
        at = len(head)
        for part in parts:
            into = np.frombuffer(out, part.dtype.newbyteorder("<"), part.size, at)
            into.reshape(part.shape)[...] = part
            at += part.nbytes
        return out

    @classmethod
    def from_buffer(cls, data: bytearray | memoryview) -> Rows:
        """Views of the bytes that :meth:`to_bytes` made. Raises MatchingError."""
        try:
            magic, layout, length, count = _HEAD.unpack_from(data)
            if (magic, layout) != (_MAGIC, _FORMAT):
                raise MatchingError(f"Expected a block of format {_FORMAT}, got {layout}.")
            at = _HEAD.size + length
            algorithm, version, aspects, words, mask_words, *hand = json.loads(
                bytes(data[_HEAD.size : at])
            )
            kind = Kind(algorithm, version, tuple(aspects), words, mask_words, *map(Hand, hand))
            at += -at % 8
            parts = []
            for each in (1, len(aspects) * words, len(aspects) * mask_words):
                parts.append(np.frombuffer(data, "<u8", count * each, at))
                at += 8 * count * each
            stamps, bits, masks = parts
            return cls(
                kind,
                np.frombuffer(data, "<u4", count, at),
                stamps,
                bits.reshape(count, len(aspects), words),
                masks.reshape(count, len(aspects), mask_words),
            )
        except (ValueError, TypeError, struct.error) as error:
            raise MatchingError("A block of references is damaged.") from error
