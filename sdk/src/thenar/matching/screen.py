"""Which references are worth a registration: looks at them, each closer and at fewer.

A look makes a few words of the references' sights, those bits that a group of views asks
about, counts for each view how many differ, and keeps the best view of each reference.
What it costs is little more than reading, comparing and counting words; the work is cut
into steps that a cache holds, and no smaller, since between steps threads wait for the
interpreter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thenar.matching.buffers import Buffers, unbuffered
from thenar.matching.glimpse import Glimpse, Group
from thenar.matching.threads import threads

_BUFFERS = Buffers()
_REFERENCES, _AT_ONCE = 1 << 16, 1 << 19
"""At a step, and words that one call of numpy writes: 4 MB. With an eighth of it, which the cache
of a core would hold, two threads wait for the interpreter at every call, and gain nothing."""
_REFERENCES_ALONE, _AT_ONCE_ALONE = 1 << 13, 1 << 16
"""The same for one thread, which nobody interrupts: a tenth less time."""
_IN_A_BYTE = 3
Sights = Sequence[NDArray[np.uint64]]
Counts = NDArray[np.uint8] | NDArray[np.uint16]


def look(sights: Sights | NDArray[np.uint64], glimpse: Glimpse) -> NDArray[np.uint16]:
    """How unlike references are at a glance: bits asked that differ in the best view.

    Args:
        sights: of each aspect, uint64 (words, n): those that the glimpse reads.
        glimpse: of the probe.

    Returns:
        uint16 (n,).
    """
    count = sights[0].shape[1]
    fewest = np.empty(count, np.uint16)
    alone = threads() == 1
    step = _REFERENCES_ALONE if alone else _REFERENCES
    at_once = _AT_ONCE_ALONE if alone else _AT_ONCE
    with _BUFFERS.used(), unbuffered():
        for start in range(0, count, step):
            some = slice(start, start + step)
            fewest[some] = _fewest([sight[:, some] for sight in sights], glimpse, at_once)
    return fewest


def _fewest(sights: Sights, glimpse: Glimpse, at_once: int) -> Counts:
    """The same of so many that what is computed on the way stays in a core's cache."""
    count = sights[0].shape[1]
    views = sum(group.signs.shape[2] for group in glimpse)
    words = len(sights) * glimpse[0].signs.shape[1]
    unlike = _counts("unlike", (views, count), words)
    most = max(1, at_once // (count * min(words, _IN_A_BYTE)))
    done = 0
    for group in glimpse:
        asked = _asked(sights, group)
        signs = group.signs.reshape(words, -1, 1)
        for first in range(0, signs.shape[1], most):
            some = signs[:, first : first + most]
            _count(asked, some, unlike[done : done + some.shape[1]])
            done += some.shape[1]
    fewest: Counts = np.minimum.reduce(unlike, axis=0)
    return fewest


def _counts(name: str, shape: tuple[int, int], words: int) -> Counts:
    """A buffer for counts of bits in so many words."""
    if words <= _IN_A_BYTE:
        return _BUFFERS.of(name, shape, np.uint8)
    return _BUFFERS.of(name, shape, np.uint16)


def _asked(sights: Sights, group: Group) -> NDArray[np.uint64]:
    """The bits that a group asks about, of every aspect: uint64 (words, n)."""
    aspects, made, each = group.chosen.shape
    if aspects == each == 1:  # every bit counts
        return sights[0]
    count = sights[0].shape[1]
    words = _BUFFERS.of("words", (aspects, made, count), np.uint64)
    some = _BUFFERS.of("some", (made, count), np.uint64)
    for sight, chosen, into in zip(sights, group.chosen, words, strict=True):
        first, *others = zip(sight.reshape(each, made, count), chosen.T[..., None], strict=True)
        np.bitwise_and(*first, out=into)
        for other in others:
            np.bitwise_and(*other, out=some)
            np.bitwise_or(into, some, out=into)
    return words.reshape(-1, count)


def _count(words: NDArray[np.uint64], signs: NDArray[np.uint64], out: Counts) -> None:
    """Count bits that differ, over all words, into ``out`` (views, n).

    A byte holds the count of three words.
    """
    for first in range(0, len(words), _IN_A_BYTE):
        part = slice(first, first + _IN_A_BYTE)
        shape = (len(words[part]), *out.shape)
        differ = _BUFFERS.of("differ", shape, np.uint64)
        counts = _BUFFERS.of("counts", shape, np.uint8)
        np.bitwise_xor(words[part, None], signs[part], out=differ)
        np.bitwise_count(differ, out=counts)
        if len(words) <= _IN_A_BYTE:
            np.add.reduce(counts, axis=0, dtype=np.uint8, out=out)
            return
        few = np.add.reduce(counts, axis=0, dtype=np.uint8).astype(np.uint16)
        np.add(few, out if first else np.uint16(0), out=out)
