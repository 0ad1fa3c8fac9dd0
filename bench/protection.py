"""What template protection keeps and hides: ``python -m bench.protection [PALMS] [QUERIES]``.

Synthetic palms. Unlinkability after Gomez-Barrero et al., "General framework to
evaluate unlinkability in biometric template protection systems" (2018): D_sys is 0
where templates of two tenants cannot be linked at all and 1 where they always can;
both hypotheses are taken as equally likely.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.benchmark.population import ASPECTS, Mates, mates, strangers
from thenar.matching.gallery import NumpyGallery
from thenar.matching.protection import (
    BLOCKS,
    CELLS,
    protect,
    protect_packed,
    protection,
    unprotect,
)
from thenar.parameters import SIGNATURE
from thenar.records import Signature
from thenar.signature.cells import pack

PEOPLE = 300
PAIRS_OF_KEYS = 10
BINS = 20
Words = NDArray[np.uint64]
Scores = NDArray[np.float64]


def main(palms: int = 20_000, queries: int = 200) -> None:
    """Print the figures."""
    bits = np.concatenate(list(strangers(palms, 1)))[:, None]
    people = [mates(number, 2) for number in range(max(queries, PEOPLE))]
    accuracy(people[:20], bits[:1000])
    recall(people[:queries], bits)
    unlinkability(bits)
    pairs_of_people(people[:PEOPLE])
    a_stolen_key(people[0].reference)
    chosen_enrolments()


def whole(count: int) -> Words:
    return np.full((count, 1, 16), 2**64 - 1, np.uint64)


def galleries(people: list[Mates], bits: Words, key: bytes) -> tuple[NumpyGallery, NumpyGallery]:
    """People and strangers, as they are and protected."""
    plain, hidden = NumpyGallery(), NumpyGallery()
    numbers = np.arange(len(people), len(people) + len(bits), dtype=np.uint32)
    plain.add_packed(ASPECTS, numbers, bits, whole(len(bits)))
    hidden.add_packed(ASPECTS, numbers, *protect_packed(bits, whole(len(bits)), ASPECTS, key))
    plain.add((number, pair.reference) for number, pair in enumerate(people))
    hidden.add((number, protect(pair.reference, key)) for number, pair in enumerate(people))
    return plain, hidden


def accuracy(people: list[Mates], bits: Words) -> None:
    key = secrets.token_bytes(32)
    plain, hidden = galleries(people, bits, key)
    change, count = 0.0, 0
    for pair in people:
        before = plain.score(pair.probe)[1]
        after = hidden.score(attrs.evolve(pair.probe, key=key))[1]
        change, count = max(change, float(np.abs(before - after).max())), count + len(after)
    print(f"protection largest change of a score in {count:,} comparisons: {change:g}")


def recall(people: list[Mates], bits: Words) -> None:
    key = secrets.token_bytes(32)
    plain, hidden = galleries(people, bits, key)
    found, alike = [0, 0], 0
    for number, pair in enumerate(people):
        before = plain.search(pair.probe)
        after = hidden.search(attrs.evolve(pair.probe, key=key))
        found[0] += before[0].reference == number
        found[1] += after[0].reference == number
        alike += before == after
    print(
        f"protection found at rank 1 of {len(bits) + len(people):,}: {found[0]} of {len(people)} "
        f"without, {found[1]} with; answers alike: {alike}"
    )


def unlinkability(bits: Words) -> None:
    """The same templates, bit for bit, under the keys of two tenants: the attacker's best case."""
    attacks: dict[str, Callable[[Words, Words], Scores]] = {
        "bits that differ": lambda a, b: -np.bitwise_count(a ^ b).sum(axis=(1, 2)).astype(float),
        "ones in each block": lambda a, b: -np.abs(ones(a) - ones(b)).sum(axis=1),
        "bytes in each block": lambda a, b: -np.abs(levels(a) - levels(b)).sum(axis=1),
    }
    mated: dict[str, list[Scores]] = {name: [] for name in attacks}
    others: dict[str, list[Scores]] = {name: [] for name in attacks}
    for _ in range(PAIRS_OF_KEYS):
        a, b = (
            protect_packed(bits, whole(len(bits)), ASPECTS, secrets.token_bytes(32))[0]
            for _ in range(2)
        )
        for name, attack in attacks.items():
            mated[name].append(attack(a, b))
            others[name].append(attack(a, np.roll(b, 1, axis=0)))
    for name in attacks:
        same, different = np.concatenate(mated[name]), np.concatenate(others[name])
        floor = d_sys(different[::2], different[1::2])
        print(
            f"protection D_sys between tenants by {name}: {d_sys(same, different):.4f} "
            f"({len(same):,} mated, {len(different):,} non-mated; of chance {floor:.4f})"
        )


def ones(words: Words) -> Scores:
    blocks = np.bitwise_count(words).reshape(len(words), BLOCKS, -1)
    return blocks.sum(axis=2).astype(float)


def levels(words: Words) -> Scores:
    """How often each number of ones is among the bytes of each block."""
    counts = np.bitwise_count(words.view(np.uint8)).reshape(len(words), BLOCKS, CELLS)
    return (
        np.stack([(counts == n).sum(axis=2) for n in range(9)], axis=2)
        .reshape(len(words), -1)
        .astype(float)
    )


def pairs_of_people(people: list[Mates]) -> None:
    """What is kept on purpose: who is how far from whom, once two people are with both tenants."""
    first = np.stack([pair.reference.bits for pair in people])
    second = np.stack([captured_again(pair) for pair in people])
    keys = [secrets.token_bytes(32) for _ in range(2)]
    full = whole(len(people))
    a, b = (
        protect_packed(words, full, ASPECTS, key)[0]
        for words, key in zip((first, second), keys, strict=True)
    )
    here = protect_packed(second, full, ASPECTS, keys[0])[0]
    one, other = np.triu_indices(len(people), 1)
    near, far = unlike(a[one], a[other]), unlike(b[one], b[other])
    shuffled = np.random.default_rng(1).permutation(len(far))
    linked = d_sys(-np.abs(near - far), -np.abs(near - far[shuffled]))
    print(
        f"protection D_sys between tenants of two people at once, other captures: {linked:.4f} "
        f"({len(one):,} pairs of {len(people)} people)"
    )
    inside = d_sys(-unlike(a, here), -unlike(a, np.roll(here, 1, axis=0)), 10)
    print(
        f"protection D_sys inside one tenant, other captures, not registered: {inside:.4f} "
        f"({len(people)} mated, {len(people)} non-mated)"
    )


def captured_again(pair: Mates) -> Words:
    """The cells of the second capture, as it was presented."""
    pose = SIGNATURE.probe_poses.index((0.0, 1.0))
    return pack(pair.probe.planes[pose, 0], pair.probe.mask[pose])[0][None]


def unlike(one: Words, other: Words) -> Scores:
    return np.bitwise_count(one ^ other).sum(axis=(1, 2)).astype(float)


def d_sys(mated: Scores, others: Scores, bins: int = BINS) -> float:
    """Gomez-Barrero et al., eq. 5 and 6, ω = 1, over bins of equal weight."""
    edges = np.unique(np.quantile(np.concatenate([mated, others]), np.linspace(0, 1, bins + 1)))
    edges[0], edges[-1] = -np.inf, np.inf
    p, q = (np.histogram(scores, edges)[0] / len(scores) for scores in (mated, others))
    local = np.where(p > q, (p - q) / np.maximum(p + q, 1e-12), 0.0)
    return float((local * p).sum())


def a_stolen_key(reference: Signature) -> None:
    key = secrets.token_bytes(32)
    back = unprotect(protect(reference, key), key)
    alike = 1 - np.bitwise_count(back.bits ^ reference.bits).sum() / (64 * reference.bits.size)
    print(f"protection bits of a template that a stolen tenant key gives back: {alike:.0%}")


def chosen_enrolments() -> None:
    """Templates that show a key, to whoever may enrol codes of their own and read the database."""
    key, seen = secrets.token_bytes(32), 0

    def enrolled(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
        nonlocal seen
        seen += 1
        words = np.ascontiguousarray(np.broadcast_to(cells, (BLOCKS, CELLS))).reshape(1, -1)
        given = Signature("blocks", 1, ASPECTS, words.view(np.uint64), whole(1)[0])
        return protect(given, key).bits.view(np.uint8).reshape(BLOCKS, CELLS)

    flips = enrolled(np.zeros((BLOCKS, CELLS), np.uint8))
    order = np.zeros((BLOCKS, CELLS), np.intp)
    for bit in range(8):
        code = np.where(np.arange(CELLS) >> bit & 1, np.uint8(255), np.uint8(0))
        order |= ((enrolled(code) ^ flips) != 0).astype(np.intp) << bit
    bits = np.zeros(8, np.intp)
    for bit in range(3):
        byte = np.packbits(np.arange(8) >> bit & 1, bitorder="little")[0]
        shown = enrolled(np.full(CELLS, byte))[0, 0] ^ flips[0, 0]
        bits |= np.unpackbits(np.array([shown]), bitorder="little").astype(np.intp) << bit
    by = protection(key)
    whole_key = (
        np.array_equal(order, by.order)
        and np.array_equal(bits, by.bits)
        and np.array_equal(flips, by.flips(ASPECTS[0]))
    )
    print(f"protection chosen enrolments that show a tenant's key whole: {seen} ({whole_key})")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
