"""Several captures of one palm become one signature; profiles differ in what a probe tries."""

from __future__ import annotations

import numpy as np
import pytest

from thenar.errors import SignatureError
from thenar.matching import NumpyMatcher
from thenar.records import Band, Hand, PalmCrop
from thenar.signature import BlockCode
from thenar.synthetic import Person, palm_crop


def crops_of(seed, samples, bands=(Band.RGB,)):
    palm = Person(seed).palm(Hand.LEFT)
    return [palm_crop(palm, sample, bands=bands) for sample in samples]


def part_of(crop, columns):
    mask = np.zeros_like(crop.mask)
    mask[:, columns] = crop.mask[:, columns]
    return PalmCrop(crop.bands, mask, crop.hand, crop.quality)


def log_rate(maker, enrolled, presented):
    return np.log10(NumpyMatcher().compare(maker.probe(presented), maker.make(enrolled)))


def test_a_signature_of_several_captures_is_nearer_to_a_new_one():
    maker = BlockCode()
    one, several = [], []
    for seed in range(5):
        enrolled, presented = crops_of(seed, range(4)), crops_of(seed, [9])
        one.append(log_rate(maker, enrolled[:1], presented))
        several.append(log_rate(maker, enrolled, presented))
    assert np.mean(several) < np.mean(one) - 1


def test_a_probe_of_several_captures_is_nearer_too():
    maker = BlockCode()
    gains = [
        log_rate(maker, crops_of(seed, [0]), crops_of(seed, [7]))
        - log_rate(maker, crops_of(seed, [0]), crops_of(seed, [7, 8, 9]))
        for seed in range(5)
    ]
    assert np.mean(gains) > 0.5


def test_cells_that_waver_are_left_out():
    signature = BlockCode().make(crops_of(3, range(5)))
    alone = BlockCode().make(crops_of(3, [0]))
    trusted, before = (np.bitwise_count(each.mask).sum() for each in (signature, alone))
    assert 0.8 * before < trusted < before


def test_what_one_capture_hides_another_shows():
    left, right = crops_of(5, [0, 1])
    hidden = [part_of(left, slice(0, 90)), part_of(right, slice(38, 128))]
    seen = np.bitwise_count(BlockCode().make(hidden).mask).sum() / 1024
    assert seen > 0.9


def test_a_capture_of_another_palm_is_left_out():
    own, strange = crops_of(6, [0]), crops_of(7, [0])
    best = [PalmCrop(own[0].bands, own[0].mask, own[0].hand, 100.0), *strange]
    maker = BlockCode()
    assert np.array_equal(maker.make(best).bits, maker.make(best[:1]).bits)


def test_bands_keep_their_own_aspects():
    signature = BlockCode().make(crops_of(2, range(3), bands=(Band.RGB, Band.NIR)))
    assert signature.aspects == ("print", "vein")


@pytest.mark.parametrize("profile", ["fast", "balanced", "strict"])
def test_profiles_compare_with_the_same_references(profile):
    reference = BlockCode().make(crops_of(1, [0]))
    probe = BlockCode(profile).probe(crops_of(1, [5]))
    assert len(probe.poses) == len(probe.planes)
    assert NumpyMatcher().compare(probe, reference) < 1e-4


def test_the_strict_profile_wants_more_skin():
    crop = part_of(crops_of(1, [0])[0], slice(0, 64))
    assert BlockCode().probe([crop]).quality > 0
    with pytest.raises(SignatureError, match="60%"):
        BlockCode("strict").probe([crop])


def test_an_unknown_profile_is_named():
    with pytest.raises(SignatureError, match="fast, balanced, strict"):
        BlockCode("quick")
