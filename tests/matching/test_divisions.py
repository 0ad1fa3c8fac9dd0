"""Divisions: who is kept depends on who is there, not on order or place."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyroaring import BitMap

from thenar.benchmark.population import ASPECTS, mates, strangers
from thenar.matching import NumpyMatcher
from thenar.matching.divisions import DIVISIONS, division, enough, first, nearest, sizes
from thenar.records import Hand

PALMS, SHOWN = 6000, 8
WHOLE = np.full((1, 16), 2**64 - 1, np.uint64)
somebody = st.lists(
    st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 300)), unique_by=lambda p: p[0]
)
quotas = arrays(np.intp, DIVISIONS, elements=st.integers(0, 12))


@given(somebody, quotas)
def test_the_least_unlike_of_each_division_are_kept(people, most):
    numbers = np.array([number for number, _ in people], np.uint32)
    unlike = np.array([one for _, one in people], np.uint16)
    of = division(numbers)
    (near,) = nearest([of], [unlike], [None], most)
    chosen = first(of, unlike, numbers, most)
    for here in range(DIVISIONS):
        own = sorted(zip(unlike[of == here].tolist(), numbers[of == here].tolist(), strict=True))
        least = own[: most[here]]
        assert (
            sorted(zip(unlike[chosen & (of == here)], numbers[chosen & (of == here)], strict=True))
            == least
        )
        last = least[-1][0] if least else -1
        assert sorted(unlike[near][of[near] == here]) == [u for u, _ in own if u <= last]


@given(somebody, quotas, st.integers(0, 10), st.data())
def test_parts_and_who_is_not_meant_change_nothing(people, most, cut, data):
    numbers = np.array([number for number, _ in people], np.uint32)
    unlike = np.array([one for _, one in people], np.uint16)
    meant = data.draw(arrays(np.bool_, len(people)))
    of = division(numbers)
    (alone,) = nearest([of[meant]], [unlike[meant]], [None], most)
    halves = [slice(0, cut), slice(cut, None)]
    parts = nearest(
        [of[h] for h in halves], [unlike[h] for h in halves], [meant[h] for h in halves], most
    )
    together = np.concatenate([numbers[h][at] for h, at in zip(halves, parts, strict=True)])
    assert np.array_equal(together, numbers[meant][alone])


@pytest.mark.parametrize("every", [1, 2, 3, 4, 6, 12, 4096, 65536])
def test_divisions_are_alike_whatever_numbers_are_given(every):
    there = sizes(division(np.arange(24_000, dtype=np.uint32) * np.uint32(every)))
    assert there.min() > 1500
    assert there.max() < 2500


def test_what_is_enough_is_counted_in_each_division():
    there = np.array([3] * 6 + [2] * 6)
    assert list(enough((0.5, 0), there)) == [2] * 6 + [1] * 6
    assert list(enough((0.5, 13), there)) == [2] * 12


@pytest.fixture(scope="module")
def people():
    codes = np.concatenate(list(strangers(PALMS, 5)))
    return codes, [mates(number, 5) for number in range(SHOWN)]


def gallery_of(numbers, codes, shown):
    gallery = NumpyMatcher().gallery()
    for some in np.array_split(numbers, 3):
        whole = np.repeat(WHOLE[None], len(some), 0)
        gallery.add_packed(ASPECTS, some.astype(np.uint32), codes[some][:, None], whole, Hand.LEFT)
    gallery.add(
        (PALMS + number, attrs.evolve(pair.reference, hand=Hand.LEFT))
        for number, pair in enumerate(shown)
        if number % 2
    )
    return gallery


def test_answers_depend_on_who_is_enrolled_and_not_on_how_they_came(people):
    codes, shown = people
    there = np.arange(PALMS)
    one = gallery_of(there, codes, shown)
    other = gallery_of(np.random.default_rng(0).permutation(there), codes, shown)
    other.add_packed(ASPECTS, np.array([PALMS + 100], np.uint32), codes[:1, None], WHOLE[None])
    other.remove([PALMS + 100])
    third = BitMap(range(0, PALMS + SHOWN, 3))
    for number, pair in enumerate(shown):
        probe = attrs.evolve(pair.probe, hand=Hand.LEFT)
        found = one.search(probe, limit=5)
        assert found == other.search(probe, limit=5)
        assert (found[0].reference == PALMS + number) is bool(number % 2)
        assert one.search(probe, among=third) == other.search(probe, among=third)


def test_whole_divisions_elsewhere_give_the_same_answer(people):
    codes, shown = people
    there = np.arange(PALMS)
    alone = gallery_of(there, codes, shown)
    apart = []
    for shard in range(3):
        gallery = gallery_of(there, codes, shown)
        numbers = np.arange(PALMS + SHOWN, dtype=np.uint32)
        gallery.remove(numbers[division(numbers) % 3 != shard])
        apart.append(gallery)
    for pair in shown:
        probe = attrs.evolve(pair.probe, hand=Hand.LEFT)
        *_, whole = alone.rounds(probe, among=None, limit=5)
        every = [
            one for gallery in apart for one in list(gallery.rounds(probe, among=None, limit=5))[-1]
        ]
        assert sorted(every, key=lambda one: (one.fmr, one.reference))[:5] == whole
