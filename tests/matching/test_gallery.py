"""Galleries: what is added is found, what is removed is not, in whatever order."""

from __future__ import annotations

import threading

import attrs
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from pyroaring import BitMap

from thenar.errors import SignatureVersion
from thenar.matching import NumpyMatcher
from thenar.records import Band, Hand, Signature
from thenar.signature import BlockCode
from thenar.synthetic import Person, palm_crop

PALMS = 24
MAKER = BlockCode()


def crops(seed, sample):
    return [palm_crop(Person(seed).palm(Hand.LEFT), sample, bands=(Band.NIR,))]


REFERENCES = [MAKER.make(crops(seed, 0)) for seed in range(PALMS)]
PROBES = [MAKER.probe(crops(seed, 1)) for seed in range(6)]


@pytest.fixture
def gallery():
    gallery = NumpyMatcher().gallery()
    gallery.add(enumerate(REFERENCES))
    return gallery


def strangers(count, seed=0):
    random = np.random.default_rng(seed)
    whole = np.full((1, 16), 2**64 - 1, np.uint64)
    for _ in range(count):
        bits = random.integers(0, 2**64, (1, 128), np.uint64)
        yield Signature("blocks", 1, ("vein",), bits, whole, Hand.LEFT)


@pytest.mark.parametrize("extra", [0, 3000])
def test_search_finds_what_the_full_comparison_finds(gallery, extra):
    gallery.add(zip(range(1000, 1000 + extra), strangers(extra), strict=True))
    assert len(gallery) == PALMS + extra
    for seed, probe in enumerate(PROBES):
        numbers, rates = gallery.score(probe)
        found = gallery.search(probe, limit=2)
        assert found[0].reference == numbers[np.argmin(rates)] == seed
        assert found[0].fmr == pytest.approx(rates.min())
        assert found[0].fmr <= found[1].fmr


def test_compare_is_score_of_one(gallery):
    numbers, rates = gallery.score(PROBES[0])
    assert list(numbers) == list(range(PALMS))
    for number in (0, 7):
        alone = NumpyMatcher().compare(PROBES[0], REFERENCES[number])
        assert alone == pytest.approx(rates[number], rel=1e-6)


def test_among_restricts(gallery):
    probe = PROBES[2]
    allowed = BitMap([1, 5, 9, 4_000_000_000])
    assert {c.reference for c in gallery.search(probe, among=allowed, limit=10)} == {1, 5, 9}
    assert list(gallery.score(probe, among=allowed)[0]) == [1, 5, 9]
    assert gallery.search(probe, among=BitMap()) == []


def test_a_run_of_which_some_may_be_found_is_searched_as_those_alone(gallery):
    gallery.add(zip(range(1000, 4000), strangers(3000), strict=True))
    some = BitMap(range(4000)) - BitMap(range(1, 4000, 7)) | BitMap([4])
    few = NumpyMatcher().gallery()
    few.add((n, REFERENCES[n]) for n in some if n < PALMS)
    for seed, probe in enumerate(PROBES):
        found = gallery.search(probe, among=some, limit=10)
        assert {c.reference for c in found} <= set(some)
        if seed in some:
            assert found[0] == few.search(probe, limit=1)[0]


def of_hand(signature, hand):
    return attrs.evolve(signature, hand=hand)


def test_palms_of_the_other_hand_are_left_out(gallery):
    mirrored = of_hand(REFERENCES[0], Hand.RIGHT)
    gallery.add([(100, mirrored), (101, of_hand(REFERENCES[0], Hand.UNKNOWN))])
    left = attrs.evolve(PROBES[0], hand=Hand.LEFT)

    def found(probe):
        return {c.reference for c in gallery.search(probe, limit=40)}

    assert found(left) == {*range(PALMS), 101}
    assert found(attrs.evolve(left, hand=Hand.RIGHT)) == {100, 101}
    assert found(attrs.evolve(left, hand=Hand.UNKNOWN)) == {*range(PALMS), 100, 101}
    assert list(gallery.score(left)[0]) == [*range(PALMS), 100, 101]


def test_a_number_may_come_to_be_of_the_other_hand(gallery):
    right = attrs.evolve(PROBES[0], hand=Hand.RIGHT)
    gallery.add([(0, of_hand(REFERENCES[0], Hand.RIGHT))])
    assert len(gallery) == PALMS
    assert [c.reference for c in gallery.search(right)] == [0]
    gallery.remove([0])
    assert gallery.search(right) == []


def test_replacing_moves_a_number_to_another_palm(gallery):
    gallery.add([(0, REFERENCES[20])])
    assert len(gallery) == PALMS
    assert gallery.search(PROBES[0], limit=1)[0].fmr > 1e-4


def test_a_removed_palm_is_not_found_and_its_bits_are_gone(gallery):
    gallery.remove([0, 12345])
    assert len(gallery) == PALMS - 1
    assert 0 not in {c.reference for c in gallery.search(PROBES[0], limit=PALMS)}
    assert 0 not in gallery.score(PROBES[0])[0]


def test_another_version_is_refused(gallery):
    newer = attrs.evolve(REFERENCES[0], version=2)
    with pytest.raises(SignatureVersion, match="version 2"):
        gallery.add([(99, newer)])
    with pytest.raises(SignatureVersion):
        gallery.search(attrs.evolve(PROBES[0], version=2))


def test_an_empty_gallery_answers():
    empty = NumpyMatcher().gallery()
    assert empty.search(PROBES[0]) == []
    assert len(empty.score(PROBES[0])[0]) == 0


def test_searches_go_on_while_palms_come_and_go(gallery):
    stop, wrong = threading.Event(), []

    def look():
        while not stop.is_set():
            found = gallery.search(PROBES[1], limit=1)
            if found[0].reference != 1 or found[0].fmr > 1e-6:
                wrong.append(found)

    searching = threading.Thread(target=look)
    searching.start()
    for turn in range(20):
        numbers = range(2000, 2040)
        gallery.add(zip(numbers, strangers(40, turn), strict=True))
        gallery.remove(numbers)
    stop.set()
    searching.join()
    assert wrong == []
    assert len(gallery) == PALMS


class Living(RuleBasedStateMachine):
    """Any order of adding, replacing and removing leaves what a dict would hold."""

    def __init__(self):
        super().__init__()
        self.gallery = NumpyMatcher().gallery()
        self.model = {}

    @rule(numbers=st.lists(st.integers(0, 12), max_size=6, unique=True), first=st.integers(0, 17))
    def add(self, numbers, first):
        added = {number: first + k for k, number in enumerate(numbers)}
        self.gallery.add((number, REFERENCES[palm]) for number, palm in added.items())
        self.model |= added

    @rule(numbers=st.lists(st.integers(0, 12), max_size=6))
    def remove(self, numbers):
        self.gallery.remove(numbers)
        for number in numbers:
            self.model.pop(number, None)

    @invariant()
    def holds_what_the_model_holds(self):
        assert len(self.gallery) == len(self.model)
        numbers, rates = self.gallery.score(PROBES[0])
        assert list(numbers) == sorted(self.model)
        for number, rate in zip(numbers, rates, strict=True):
            assert (rate < 1e-6) == (self.model[int(number)] == 0)


TestLiving = Living.TestCase
TestLiving.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)
