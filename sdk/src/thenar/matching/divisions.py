"""Divisions of a gallery: how many are kept, of those who look alike at a glance.

Each reference belongs to one of twelve divisions, by its number, and each look keeps a
share of every division. Who is looked at more closely so depends on who is enrolled with
a number of the same division, and on nothing else: neither on the order in which people
came, nor on how many machines hold them, as long as each holds whole divisions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

DIVISIONS = 12
"""Divided evenly by 2, 3, 4, 6 and 12 machines."""

_GOLDEN = np.uint32(2654435769)
"""2³² by the golden ratio (Knuth, The Art of Computer Programming 3, 6.4)."""

_SAMPLE = 1 << 13
_MOST = np.uint16(2**16 - 1)

Quota = tuple[float, int]
"""A share of the references, and how many at least."""


def division(numbers: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Of each reference, 0..11: as if by chance, since even numbers may be left hands."""
    mixed = (numbers * _GOLDEN) >> np.uint32(16)
    return (mixed % np.uint32(DIVISIONS)).astype(np.uint8)


def sizes(divisions: NDArray[np.uint8]) -> NDArray[np.intp]:
    """How many of these are of each division: intp (12,)."""
    return np.bincount(divisions, minlength=DIVISIONS)


def enough(quota: Quota, there: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many to keep of each division, where so many are there."""
    share, least = quota
    most: NDArray[np.intp] = np.maximum(np.rint(share * there), -(-least // DIVISIONS)).astype(
        np.intp
    )
    return most


def nearest(
    divisions: Sequence[NDArray[np.uint8]],
    unlike: Sequence[NDArray[np.uint16]],
    meant: Sequence[NDArray[np.bool_] | None],
    most: NDArray[np.intp],
) -> list[NDArray[np.intp]]:
    """The least unlike of each division, and all that are as unlike as the last of them.

    Counting is done among those who are not very unlike, and among all where these were
    too few.

    Args:
        divisions: of the references of each part, uint8 (n,).
        unlike: how unlike they are, uint16 (n,).
        meant: which of them count, bool (n,); None: all.
        most: how many of each division, intp (12,).

    Returns:
        Which of each part, intp (m,).
    """
    for limit in (_about(unlike, most.sum()), _MOST):
        found = []
        for some, here in zip(unlike, meant, strict=True):
            near = some <= limit
            found.append(np.flatnonzero(near if here is None else near & here))
        of = [own[at] for own, at in zip(divisions, found, strict=True)]
        by = [some[at] for some, at in zip(unlike, found, strict=True)]
        if limit == _MOST or (sizes(np.concatenate(of)) >= most).all():
            break
    span = 1 + max((int(some.max(initial=0)) for some in by), default=0)
    counts = np.zeros((DIVISIONS, span), np.intp)
    for own, some in zip(of, by, strict=True):
        key = own * np.uint32(span) + some
        counts += np.bincount(key, minlength=counts.size).reshape(counts.shape)
    before = np.cumsum(counts, axis=1) - counts
    limits = (before < most[:, None]).sum(axis=1).astype(np.uint16)  # the first that are too many
    return [at[some < limits[own]] for own, some, at in zip(of, by, found, strict=True)]


def _about(unlike: Sequence[NDArray[np.uint16]], count: np.intp) -> np.uint16:
    """At most this are half as many again, judged by a sample."""
    total = sum(map(len, unlike))
    if 1.5 * count >= total:
        return _MOST
    sample = np.concatenate([some[:: -(-total // _SAMPLE)] for some in unlike])
    last = min(len(sample) - 1, int(1.5 * count / total * len(sample)))
    limit: np.uint16 = np.partition(sample, last)[last]
    return limit


def first(
    divisions: NDArray[np.uint8],
    unlike: NDArray[np.uint16],
    numbers: NDArray[np.uint32],
    most: NDArray[np.intp],
) -> NDArray[np.bool_]:
    """The least unlike of each division, of equals those with lower numbers.

    Args:
        divisions: of the references, uint8 (n,).
        unlike: uint16 (n,).
        numbers: uint32 (n,).
        most: how many of each division, intp (12,).

    Returns:
        Which, bool (n,).
    """
    order = np.lexsort((numbers, unlike, divisions))
    there = sizes(divisions)
    place = np.arange(len(order)) - np.repeat(np.cumsum(there) - there, there)
    chosen = np.zeros(len(order), np.bool_)
    chosen[order[place < np.repeat(most, there)]] = True
    return chosen
