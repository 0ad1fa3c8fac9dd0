"""The block code: what it keeps, what it ignores, how its cells are packed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thenar.errors import SignatureError
from thenar.matching import NumpyMatcher
from thenar.records import Band, Hand, PalmCrop
from thenar.signature import BlockCode
from thenar.signature.cells import pack, unpack
from thenar.signature.orientation import bank, code
from thenar.synthetic import Person, palm_crop


def crop_of(seed, sample, hand=Hand.LEFT, bands=(Band.RGB, Band.NIR)):
    return palm_crop(Person(seed).palm(hand), sample, bands=bands)


def grey_crop(pixels, mask=None):
    return PalmCrop(
        {Band.GREY: pixels}, np.ones((128, 128), bool) if mask is None else mask, Hand.LEFT
    )


@given(
    arrays(np.uint8, (128, 128), elements=st.integers(0, 255)),
    arrays(np.bool_, (128, 128)),
)
def test_cells_come_back_as_packed(plane, mask):
    cells, seen = unpack(*pack(plane, mask))
    assert np.array_equal(seen, mask[2::4, 2::4])
    assert np.array_equal(cells, np.where(mask, plane, 0)[2::4, 2::4])


def test_the_packing_is_the_documented_one():
    plane, mask = np.zeros((128, 128), np.uint8), np.zeros((128, 128), bool)
    y, x = 2 + 4 * 17, 2 + 4 * 3  # bottom left block, its second row, fourth cell
    plane[y, x], mask[y, x] = 0xAB, True
    bits, seen = pack(plane, mask)
    cell = 16 * 1 + 3
    assert int(bits[64 + cell // 8]) == 0xAB << 8 * (cell % 8)
    assert int(seen[8 + cell // 64]) == 1 << (cell % 64)
    assert np.count_nonzero(bits) == np.count_nonzero(seen) == 1


def test_filters_ignore_level_and_turn_with_the_line():
    assert len(bank()) == 8
    for kernel in bank():
        assert abs(kernel.sum()) < 1e-5
    columns = np.arange(128, dtype=np.float32)
    grating = np.tile(np.cos(0.45 * (columns - 64)), (128, 1)).astype(np.float32)
    upright, lying = code(grating)[64], code(grating.T)[:, 64]
    bright, dark = 64, 64 + round(np.pi / 0.45)
    assert upright[dark] & 0b0001_0001 == 0b0001_0001
    assert upright[bright] & 0b0001_0001 == 0
    assert lying[dark] & 0b0100_0100 == 0b0100_0100
    assert lying[bright] & 0b0100_0100 == 0


def test_brightness_and_contrast_leave_the_signature_alone():
    crop = crop_of(5, 0, bands=(Band.NIR,))
    grey = crop.bands[Band.NIR].astype(np.float64)
    dim = np.clip(grey * 0.7 + 20, 0, 253).astype(np.uint8)
    maker = BlockCode()
    one = maker.make([crop])
    other = maker.make([PalmCrop({Band.NIR: dim}, crop.mask, crop.hand)])
    differ = np.bitwise_count(one.bits ^ other.bits).sum() / (one.bits.size * 64)
    assert differ < 0.05


@pytest.mark.parametrize(
    ("bands", "aspects"),
    [
        ((Band.RGB,), ("print",)),
        ((Band.NIR,), ("vein",)),
        ((Band.RGB, Band.NIR), ("print", "vein")),
    ],
)
def test_aspects_follow_the_bands(bands, aspects):
    crop = crop_of(1, 0, bands=bands)
    assert BlockCode().make([crop]).aspects == aspects
    assert BlockCode().probe([crop]).aspects == aspects


def test_too_little_skin_is_an_error_that_says_how_much():
    mask = np.zeros((128, 128), bool)
    mask[:20] = True
    crop = grey_crop(np.full((128, 128), 100, np.uint8), mask)
    for make in (BlockCode().make, BlockCode().probe):
        with pytest.raises(SignatureError, match="16%"):
            make([crop])


def test_untrusted_pixels_do_not_change_the_trusted_ones():
    crop = crop_of(2, 0, bands=(Band.NIR,))
    mask = crop.mask.copy()
    mask[:, :48] = False
    pixels = crop.bands[Band.NIR].copy()
    spoilt = pixels.copy()
    spoilt[:, :48] = 255
    one, other = (
        BlockCode().make([PalmCrop({Band.NIR: p}, mask, crop.hand)]) for p in (pixels, spoilt)
    )
    assert np.array_equal(one.bits, other.bits)


def test_mates_are_nearer_than_strangers_on_other_captures():
    maker, matcher = BlockCode(), NumpyMatcher()
    people = range(12)
    references = [maker.make([crop_of(seed, 0)]) for seed in people]
    gallery = matcher.gallery()
    gallery.add(enumerate(references))
    for seed in people:
        probe = maker.probe([crop_of(seed, 1)])
        numbers, rates = gallery.score(probe)
        assert numbers[np.argmin(rates)] == seed
        assert rates[seed] < 1e-6
        assert np.delete(rates, seed).min() > 1e-4


def test_the_two_hands_of_a_person_are_strangers():
    maker, matcher = BlockCode(), NumpyMatcher()
    left = maker.make([crop_of(7, 0, Hand.LEFT)])
    right = maker.probe([crop_of(7, 1, Hand.RIGHT)])
    assert matcher.compare(right, left) > 1e-4
