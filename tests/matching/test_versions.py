"""Several algorithms side by side: everybody is found, by whichever they were enrolled with."""

from functools import cache

import attrs
import numpy as np
import pytest
from pyroaring import BitMap

from thenar.errors import SignatureVersion
from thenar.matching import NumpyMatcher
from thenar.matching.store import StoredGallery
from thenar.matching.versions import SeveralMakers, SeveralMatchers
from thenar.records import Band, Hand
from thenar.signature import BlockCode
from thenar.synthetic import Person, palm_crop
from thenar.testing.contracts import MatcherContract
from thenar.testing.contracts._palms import probes, references

PALMS = 8


class NextCode(BlockCode):
    """A later version, which sees every pattern as its negative."""

    version = 2

    def make(self, crops):
        made = super().make(crops)
        seen = np.unpackbits(made.mask.view(np.uint8), axis=1, bitorder="little")
        turned = (~made.bits).view(np.uint8) * seen
        return attrs.evolve(made, version=2, bits=turned.view(np.uint64))

    def probe(self, crops):
        made = super().probe(crops)
        return attrs.evolve(made, version=2, planes=~made.planes)


class NextMatcher:
    """Compares them, by what compares the version before."""

    def compare(self, probe, reference):
        return NumpyMatcher().compare(before(probe), before(reference))

    def gallery(self):
        return NextGallery(NumpyMatcher().gallery())


class NextGallery:
    def __init__(self, inner):
        self.inner = inner
        self.remove = inner.remove

    def __len__(self):
        return len(self.inner)

    def add(self, references):
        self.inner.add((number, before(one)) for number, one in references)

    def search(self, probe, **options):
        return self.inner.search(before(probe), **options)

    def score(self, probe, **options):
        return self.inner.score(before(probe), **options)


def before(one):
    if one.version != 2:
        raise SignatureVersion("Expected version 2.")
    return attrs.evolve(one, version=1)


OLD, NEW = BlockCode(), NextCode()
MAKER = SeveralMakers([NEW, OLD])
MATCHER = SeveralMatchers({("blocks", 2): NextMatcher(), ("blocks", 1): NumpyMatcher()})


def crop(seed, sample):
    return palm_crop(Person(seed).palm(Hand.LEFT), sample, bands=(Band.GREY,))


class TestContract(MatcherContract):
    """What every matcher promises holds of several together."""

    @pytest.fixture
    def matcher(self):
        return MATCHER

    @pytest.fixture
    def maker(self):
        return MAKER

    @pytest.fixture
    def stored(self):
        return stored()

    @pytest.fixture
    def shown(self):
        return shown()


@cache
def stored():
    return references(MAKER)


@cache
def shown():
    return probes(MAKER)


@pytest.fixture
def enrolled():
    """Even people with the version before, odd ones with the newest."""
    return {n: (NEW if n % 2 else OLD).make([crop(n, 0)]) for n in range(PALMS)}


@pytest.fixture
def gallery(enrolled):
    made = MATCHER.gallery()
    made.add(enrolled.items())
    return made


def test_everybody_is_found_whichever_version_they_were_enrolled_with(gallery, enrolled):
    for seed in range(4):
        probe = MAKER.probe([crop(seed, 1)])
        found = gallery.search(probe, limit=3)
        assert found[0].reference == seed
        assert found[0].fmr < 1e-6
        alone = MATCHER.compare(probe, enrolled[seed])
        assert found[0].fmr == pytest.approx(2 * alone), "two kinds were searched"
        numbers, rates = gallery.score(probe)
        assert list(numbers) == list(range(PALMS))
        assert rates[seed] == found[0].fmr
        assert rates.max() <= 1
        assert [one.reference for one in gallery.search(probe, among=BitMap([2, 5]))] in (
            [2, 5],
            [5, 2],
        )


def test_re_enrolling_moves_a_number_to_the_newest_version(gallery):
    probe = MAKER.probe([crop(0, 1)])
    gallery.add([(0, NEW.make([crop(0, 0)]))])
    assert len(gallery) == PALMS
    assert gallery.search(probe)[0].reference == 0
    gallery.add((n, NEW.make([crop(n, 0)])) for n in range(0, PALMS, 2))
    assert gallery.search(NEW.probe([crop(2, 1)]))[0].fmr < 1e-6
    rate = gallery.search(probe)[0].fmr
    assert rate == pytest.approx(MATCHER.compare(probe, NEW.make([crop(0, 0)])))
    gallery.remove([0])
    assert gallery.search(probe)[0].fmr > 1e-4


def test_a_probe_of_one_version_finds_those_of_that_version(gallery):
    assert gallery.search(OLD.probe([crop(2, 1)]))[0].reference == 2
    assert {one.reference % 2 for one in gallery.search(OLD.probe([crop(1, 1)]), limit=9)} == {0}
    other = attrs.evolve(OLD.probe([crop(0, 1)]), version=3)
    with pytest.raises(SignatureVersion, match="version 3"):
        gallery.search(other)
    with pytest.raises(SignatureVersion, match="version 3"):
        gallery.add([(9, attrs.evolve(OLD.make([crop(0, 0)]), version=3))])


def test_both_versions_are_kept_on_disk(tmp_path, enrolled):
    keys = {}

    class Keys:
        create = staticmethod(lambda name: keys.setdefault(name, b"k" * 32))
        get = staticmethod(keys.__getitem__)
        destroy = staticmethod(keys.pop)

    def opened():
        stored = StoredGallery(
            MATCHER.gallery(), tmp_path / "gallery", Keys, lambda some: dict.fromkeys(some, 7)
        )
        numbers = np.arange(PALMS, dtype=np.uint32)
        return stored, stored.start(numbers, np.full(PALMS, 7, np.uint64))

    stored, missing = opened()
    stored.add((number, enrolled[number]) for number in missing)
    again, missing = opened()
    assert (len(again), len(missing)) == (PALMS, 0)
    for seed in (0, 1):
        assert again.search(MAKER.probe([crop(seed, 1)]))[0].reference == seed
