"""The contract of matchers, and what is FAISS's own."""

import attrs
import numpy as np
import pytest

from faiss_matcher import FaissMatcher, FaissSettings
from thenar.errors import MatchingError
from thenar.matching import NumpyMatcher
from thenar.records import Band, Hand, Signature
from thenar.registry import Registry
from thenar.settings import Settings
from thenar.signature import BlockCode
from thenar.synthetic import Person, palm_crop
from thenar.testing.contracts import MatcherContract

MAKER = BlockCode()


class TestContract(MatcherContract):
    """What every matcher promises."""

    @pytest.fixture
    def matcher(self):
        return FaissMatcher(FaissSettings())


def crop(seed, sample):
    return palm_crop(Person(seed).palm(Hand.LEFT), sample, bands=(Band.GREY,))


@pytest.fixture(scope="module")
def gallery():
    random = np.random.default_rng(1)
    whole = np.full((1, 16), 2**64 - 1, np.uint64)
    made = FaissMatcher(FaissSettings()).gallery()
    made.add((seed, MAKER.make([crop(seed, 0)])) for seed in range(6))
    made.add(
        (n, Signature("blocks", 1, ("print",), random.integers(0, 2**64, (1, 128), "u8"), whole))
        for n in range(100, 400)
    )
    return made


def test_it_finds_whom_the_exact_matcher_finds(gallery):
    for seed in range(4):
        probe = MAKER.probe([crop(seed, 1)])
        found, second = gallery.search(probe)
        assert found.reference == seed
        assert found.fmr < 1e-4 < second.fmr
        assert NumpyMatcher().compare(probe, MAKER.make([crop(seed, 0)])) < 1e-6


def test_a_protected_probe_is_refused_and_not_compared(gallery):
    probe = attrs.evolve(MAKER.probe([crop(0, 1)]), key=b"k" * 32)
    with pytest.raises(MatchingError, match="template_key = 0"):
        gallery.search(probe)


def test_what_is_removed_is_overwritten():
    gallery = FaissMatcher(FaissSettings()).gallery()
    gallery.add((n, MAKER.make([crop(n, 0)])) for n in range(2))
    held = gallery._shelves[("print",)]
    gallery.remove([0])
    assert not held.codes[0].any()
    assert held.codes[1].any()


def test_the_settings_choose_it():
    text = '[plugins]\nenabled = ["faiss-matcher"]\n[drivers]\nmatcher = "faiss"\n'
    with Registry.load(Settings.parse(text)) as registry:
        made = registry.driver("matcher").gallery()
        made.add([(7, MAKER.make([crop(0, 0)]))])
        assert made.search(MAKER.probe([crop(0, 1)]))[0].reference == 7
