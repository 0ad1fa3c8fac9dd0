"""Protected templates: the same answers under one key, noise under any other."""

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thenar.errors import MatchingError
from thenar.matching import NumpyMatcher
from thenar.matching.protection import protect, protect_packed, protection, unprotect
from thenar.records import Band, Hand, Signature
from thenar.signature import BlockCode
from thenar.synthetic import Person, palm_crop

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
MAKER = BlockCode()
PALMS = 8


def crop(seed, sample):
    return palm_crop(Person(seed).palm(Hand.LEFT), sample, bands=(Band.GREY, Band.NIR))


REFERENCES = [MAKER.make([crop(seed, 0)]) for seed in range(PALMS)]
PROBES = [MAKER.probe([crop(seed, 1)]) for seed in range(4)]

WORDS = st.integers(0, 2**64 - 1)
SIGNATURES = st.builds(
    Signature,
    st.just("blocks"),
    st.just(1),
    st.just(("print", "vein")),
    arrays(np.uint64, (2, 128), elements=WORDS),
    arrays(np.uint64, (2, 16), elements=WORDS),
)
KEYS = st.binary(min_size=32, max_size=32)


def trusted(signature):
    """Bits of untrusted cells are 0, as makers leave them."""
    seen = np.unpackbits(signature.mask.view(np.uint8), axis=1, bitorder="little")
    cells = signature.bits.view(np.uint8) * seen
    return attrs.evolve(signature, bits=cells.view(np.uint64))


def unlike(one, other):
    """Bits that differ where both are trusted, and how many are, block by block."""
    both = one.mask & other.mask
    cells = np.repeat(np.unpackbits(both.view(np.uint8), axis=1, bitorder="little"), 8, axis=1)
    differ = np.unpackbits((one.bits ^ other.bits).view(np.uint8), axis=1) * cells
    return differ.reshape(2, 4, -1).sum(axis=2), cells.reshape(2, 4, -1).sum(axis=2)


@given(SIGNATURES.map(trusted), SIGNATURES.map(trusted), KEYS)
def test_distances_are_kept_exactly_and_the_key_undoes(one, other, key):
    a, b = protect(one, key), protect(other, key)
    for before, after in zip(unlike(one, other), unlike(a, b), strict=True):
        assert np.array_equal(before, after)
    back = unprotect(a, key)
    assert np.array_equal(back.bits, one.bits)
    assert np.array_equal(back.mask, one.mask)
    assert np.array_equal(trusted(a).bits, a.bits), "what is not trusted shows no flip"
    packed = protect_packed(one.bits[None], one.mask[None], one.aspects, key)
    assert np.array_equal(packed[0][0], a.bits)
    assert np.array_equal(packed[1][0], a.mask)


@given(KEYS)
def test_a_key_gives_orders_and_no_two_alike(key):
    by = protection(key)
    assert all(sorted(order) == list(range(256)) for order in by.order)
    assert sorted(by.bits) == list(range(8))
    assert sorted(by.glimpse) == list(range(1024))
    assert not np.array_equal(by.order[0], by.order[1])
    assert not np.array_equal(by.flips("print"), by.flips("vein"))


def galleries(extra=0):
    plain, hidden = NumpyMatcher().gallery(), NumpyMatcher().gallery()
    references = dict(enumerate(REFERENCES))
    random = np.random.default_rng(1)
    whole = np.full((2, 16), 2**64 - 1, np.uint64)
    for number in range(100, 100 + extra):
        bits = random.integers(0, 2**64, (2, 128), np.uint64)
        references[number] = Signature("blocks", 1, REFERENCES[0].aspects, bits, whole)
    plain.add(references.items())
    hidden.add((number, protect(one, KEY)) for number, one in references.items())
    return plain, hidden


def test_full_comparisons_give_the_same_numbers_to_the_last_bit():
    plain, hidden = galleries()
    for probe in PROBES:
        before, after = plain.score(probe), hidden.score(attrs.evolve(probe, key=KEY))
        assert np.array_equal(before[0], after[0])
        assert np.array_equal(before[1], after[1])
        assert after[1].min() < 1e-6


def test_searches_find_the_same_palms():
    """Strangers may differ: other bits of a probe lie at the same place, and so are asked."""
    plain, hidden = galleries(extra=3000)
    for probe in PROBES:
        found = hidden.search(attrs.evolve(probe, key=KEY), limit=20)
        before = {one.reference: one.fmr for one in plain.search(probe, limit=20)}
        assert found[0].reference == min(before, key=before.__getitem__)
        both = [one for one in found if one.reference in before]
        assert all(one.fmr == before[one.reference] for one in both)
        assert found[0].fmr < 1e-6


@pytest.mark.parametrize("key", [b"", OTHER])
def test_without_the_key_everybody_is_a_stranger(key):
    _, hidden = galleries()
    for probe in PROBES:
        assert hidden.score(attrs.evolve(probe, key=key))[1].min() > 1e-4


def test_two_tenants_hold_nothing_alike():
    for one in REFERENCES:
        differ, seen = unlike(protect(one, KEY), protect(one, OTHER))
        assert abs(differ.sum() / seen.sum() - 0.5) < 0.02


def test_a_key_is_renewed_with_the_old_one():
    renewed = protect(unprotect(protect(REFERENCES[0], KEY), KEY), OTHER)
    assert np.array_equal(renewed.bits, protect(REFERENCES[0], OTHER).bits)


def test_what_has_no_protected_form_is_refused():
    other = attrs.evolve(REFERENCES[0], algorithm="other")
    with pytest.raises(MatchingError, match="no protected form"):
        protect(other, KEY)
    with pytest.raises(MatchingError, match="32 bytes"):
        protect(REFERENCES[0], b"short")
    assert KEY.hex() not in repr(attrs.evolve(PROBES[0], key=KEY))
