"""The order of a search loses nobody: among thousands, wherever a palm is put."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from pyroaring import BitMap

from thenar.benchmark import population
from thenar.matching import NumpyMatcher
from thenar.records import Hand, Signature

STRANGERS, SEED, FIRST = 5000, 3, 100
PIXELS_A_CELL = 4
MATES = [population.mates(number, SEED) for number in range(6)]


@pytest.fixture(scope="module")
def gallery():
    whole = np.full((1, 16), 2**64 - 1, np.uint64)
    gallery = NumpyMatcher().gallery()
    gallery.add((number, pair.reference) for number, pair in enumerate(MATES))
    for codes in population.strangers(STRANGERS, SEED):
        first = FIRST + len(gallery) - len(MATES)
        gallery.add(
            (first + number, Signature("blocks", 1, ("print",), bits[None], whole, Hand.LEFT))
            for number, bits in enumerate(codes)
        )
    assert len(gallery) == STRANGERS + len(MATES)
    return gallery


def aside(probe, cells):
    """The probe, so many cells farther down and right; what comes in is not trusted."""
    down, right = (PIXELS_A_CELL * shift for shift in cells)
    planes = np.roll(probe.planes, (down, right), (2, 3))
    mask = np.zeros_like(probe.mask)
    inside = tuple(slice(max(0, by), 128 + min(0, by)) for by in (down, right))
    mask[:, inside[0], inside[1]] = np.roll(probe.mask, (down, right), (1, 2))[
        :, inside[0], inside[1]
    ]
    return attrs.evolve(probe, planes=planes, mask=mask)


@pytest.mark.parametrize("cells", [(0, 0), (1, -1), (2, 0), (0, -3), (-3, 0), (2, 2)])
def test_a_palm_is_found_where_it_is(gallery, cells):
    for number, pair in enumerate(MATES):
        probe = aside(pair.probe, cells)
        found = gallery.search(probe)
        _, rates = gallery.score(probe, among=BitMap([number]))
        assert found[0].reference == number
        assert found[0].fmr == rates[0]
        assert found[0].fmr < found[1].fmr


def test_the_first_is_the_best_of_all(gallery):
    numbers, rates = gallery.score(MATES[0].probe)
    found = gallery.search(MATES[0].probe, limit=1)
    assert (found[0].reference, found[0].fmr) == (numbers[rates.argmin()], rates.min())


def test_only_the_allowed_are_found_among_many(gallery):
    allowed = BitMap(range(1, FIRST + STRANGERS, 2))
    assert len(allowed) > 2000
    for number, pair in enumerate(MATES):
        found = gallery.search(pair.probe, among=allowed, limit=50)
        assert all(candidate.reference in allowed for candidate in found)
        assert (found[0].reference == number) == (number % 2 == 1)


def test_a_stranger_is_nobody(gallery):
    stranger = population.mates(77, SEED).probe
    found = gallery.search(stranger, limit=5)
    _, rates = gallery.score(stranger)
    assert found[0].fmr >= rates.min() > 1e-6
    assert [candidate.fmr for candidate in found] == sorted(candidate.fmr for candidate in found)


def test_who_left_is_not_found_among_many(gallery):
    gallery.remove([2])
    assert all(one.reference != 2 for one in gallery.search(MATES[2].probe, limit=20))
    gallery.add([(2, MATES[2].reference)])
    assert gallery.search(MATES[2].probe)[0].reference == 2
