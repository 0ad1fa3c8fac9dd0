"""Images that already are palm crops, of any size and aspect."""

from __future__ import annotations

import numpy as np
import pytest

from thenar.capture import crop_roi
from thenar.errors import ChannelOrderWarning, InvalidRecord
from thenar.records import CROP_SIDE, Band, Hand
from thenar.synthetic import Person, palm_crop


@pytest.mark.parametrize("shape", [(150, 150), (128, 128), (140, 180), (64, 64), (500, 300)])
def test_any_size_becomes_a_square_crop(shape):
    pixels = np.random.default_rng(0).integers(40, 200, shape, np.uint8)
    crop = crop_roi(pixels, Band.GREY, Hand.LEFT)
    assert crop.bands[Band.GREY].shape == (CROP_SIDE, CROP_SIDE)
    assert crop.hand is Hand.LEFT
    assert crop.pose.side == min(shape)


def test_colour_stays_colour():
    pixels = np.random.default_rng(0).integers(40, 200, (150, 150, 3), np.uint8)
    assert crop_roi(pixels, Band.RGB).bands[Band.RGB].shape == (CROP_SIDE, CROP_SIDE, 3)


def test_a_crop_of_the_right_size_is_not_resampled():
    pixels = np.random.default_rng(0).integers(40, 200, (128, 128), np.uint8)
    assert np.array_equal(crop_roi(pixels, Band.NIR).bands[Band.NIR], pixels)


def test_clipped_pixels_are_not_trusted():
    pixels = np.full((128, 128), 120, np.uint8)
    pixels[:40] = 255
    mask = crop_roi(pixels, Band.GREY).mask
    assert not mask[:40].any()
    assert mask[40:].all()


def test_pixels_must_fit_the_band():
    with pytest.raises(InvalidRecord, match="rgb"):
        crop_roi(np.zeros((128, 128), np.uint8), Band.RGB)


def test_black_corners_of_a_turned_crop_are_not_trusted():
    pixels = np.random.default_rng(1).integers(90, 160, (150, 150)).astype(np.uint8)
    pixels[np.add.outer(np.arange(150), np.arange(150)) < 60] = 0
    mask = crop_roi(pixels, Band.GREY).mask
    assert not mask[:20, :20].any()
    assert mask[64:].all()


def test_a_dark_spot_inside_is_still_skin():
    pixels = np.random.default_rng(1).integers(90, 160, (128, 128)).astype(np.uint8)
    pixels[40:60, 40:60] = 0
    assert crop_roi(pixels, Band.GREY).mask.all()


def test_swapped_channels_are_noticed_and_put_right():
    crop = palm_crop(Person(2).palm(Hand.LEFT), 0, bands=(Band.RGB,)).bands[Band.RGB]
    straight = crop_roi(crop, Band.RGB)
    with pytest.warns(ChannelOrderWarning, match="COLOR_BGR2RGB"):
        turned = crop_roi(np.ascontiguousarray(crop[..., ::-1]), Band.RGB)
    assert np.array_equal(turned.bands[Band.RGB], straight.bands[Band.RGB])


def test_quality_falls_with_the_contrast_of_the_lines():
    palm = palm_crop(Person(2).palm(Hand.LEFT), 0, bands=(Band.NIR,)).bands[Band.NIR]
    faint = (110 + (palm.astype(np.float64) - 110) * 0.4).astype(np.uint8)
    assert crop_roi(faint, Band.NIR).quality < 0.7 * crop_roi(palm, Band.NIR).quality
