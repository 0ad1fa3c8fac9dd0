"""Finding the palm: on synthetic hands in any pose, and prompts where there is none."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
import pytest

from thenar.capture import acquire, look
from thenar.errors import AcquisitionFailure, ChannelOrderWarning
from thenar.records import Band, Frame, FrameSet, Hand, Prompt
from thenar.synthetic import NONE, Part, Person, Placement, render


def scene(seed=3, hand=Hand.RIGHT, sample=0, **placement):
    palm = Person(seed).palm(hand)
    return render(palm, sample, variation=NONE, placement=Placement(**placement))


def only(frames, band):
    frame = frames.band(band)
    return FrameSet((frame,))


def angle_between(one, other):
    return abs((one - other + 180) % 360 - 180)


@pytest.mark.parametrize("hand", [Hand.LEFT, Hand.RIGHT])
@pytest.mark.parametrize("seed", range(4))
def test_tells_the_hand_and_cuts_every_band(seed, hand):
    view = look(scene(seed, hand))
    assert view.crop is not None
    assert view.prompts == ()
    assert view.crop.hand is hand
    assert set(view.crop.bands) == {Band.RGB, Band.NIR}
    assert view.crop.mask.mean() > 0.9
    assert view.quality > 40


@pytest.mark.parametrize("turn", range(-180, 180, 40))
def test_any_roll(turn):
    frame = scene().band(Band.RGB)
    straight = look(FrameSet((frame,))).crop
    height, width = frame.pixels.shape[:2]
    side = 800
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -turn, 1.0)
    matrix[:, 2] += side / 2 - np.array([width, height]) / 2
    turned = cv2.warpAffine(frame.pixels, matrix, (side, side), borderValue=(14, 14, 14))
    crop = look(FrameSet((Frame(turned, Band.RGB),))).crop
    assert crop is not None
    assert crop.hand is straight.hand
    assert angle_between(crop.pose.roll, straight.pose.roll + turn) < 4
    moved = matrix @ (*straight.pose.centre, 1)
    assert np.hypot(*(np.array(crop.pose.centre) - moved)) < 0.08 * straight.pose.side


@pytest.mark.parametrize("scale", [0.6, 1.0, 3.0])
def test_any_size(scale):
    frame = scene().band(Band.RGB)
    before = look(FrameSet((frame,))).crop
    resized = cv2.resize(frame.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    after = look(FrameSet((Frame(resized, Band.RGB),))).crop
    assert after is not None
    assert after.pose.side == pytest.approx(before.pose.side * scale, rel=0.06)
    assert angle_between(after.pose.roll, before.pose.roll) < 3


def test_a_mirrored_right_hand_is_a_left_hand():
    frame = scene(hand=Hand.RIGHT).band(Band.RGB)
    mirrored = np.ascontiguousarray(frame.pixels[:, ::-1])
    assert look(FrameSet((Frame(mirrored, Band.RGB),))).crop.hand is Hand.LEFT


def test_channels_in_the_wrong_order_still_give_the_same_palm():
    frame = scene().band(Band.RGB)
    swapped = np.ascontiguousarray(frame.pixels[..., ::-1])
    right = look(FrameSet((frame,))).crop
    with pytest.warns(ChannelOrderWarning):
        wrong = look(FrameSet((Frame(swapped, Band.RGB),))).crop
    assert wrong is not None
    assert np.hypot(*np.subtract(right.pose.centre, wrong.pose.centre)) < 0.05 * right.pose.side


@pytest.mark.parametrize("band", [Band.GREY, Band.NIR])
def test_one_band_is_enough(band):
    frame = scene().band(Band.NIR)
    view = look(FrameSet((Frame(frame.pixels, band),)))
    assert view.crop is not None
    assert set(view.crop.bands) == {band}


def test_a_bright_background():
    frame = scene().band(Band.RGB)
    outline = look(FrameSet((frame,))).outline
    inside = np.zeros(frame.pixels.shape[:2], np.uint8)
    cv2.fillPoly(inside, [outline], 255)
    light = np.where(inside[..., None] > 0, frame.pixels, np.uint8(230))
    crop = look(FrameSet((Frame(light, Band.RGB),))).crop
    assert crop is not None
    assert crop.hand is Hand.RIGHT


@pytest.mark.parametrize("level", [0, 12, 128, 255])
def test_an_empty_picture_asks_for_a_palm(level):
    pixels = np.full((480, 640), level, np.uint8)
    view = look(FrameSet((Frame(pixels, Band.NIR),)))
    assert view.crop is None
    assert view.prompts == (Prompt.SHOW_PALM,)
    assert view.outline.shape == (0, 2)


def test_a_fist_is_asked_to_spread_its_fingers():
    pixels = np.full((480, 640), 10, np.uint8)
    cv2.ellipse(pixels, (320, 240), (90, 110), 0, 0, 360, 180, -1)
    view = look(FrameSet((Frame(pixels, Band.NIR),)))
    assert view.crop is None
    assert view.prompts == (Prompt.SPREAD_FINGERS,)


def test_closed_fingers_are_asked_to_spread():
    frame = scene().band(Band.NIR)
    outline = look(FrameSet((frame,))).outline
    mitten = np.full(frame.pixels.shape, 12, np.uint8)
    cv2.fillPoly(mitten, [cv2.convexHull(outline)], 170)
    view = look(FrameSet((Frame(mitten, Band.NIR),)))
    assert view.crop is None
    assert view.prompts == (Prompt.SPREAD_FINGERS,)


def test_a_far_hand_is_asked_closer():
    view = look(scene(size=0.06))
    assert Prompt.CLOSER in view.prompts


def test_a_dark_picture_is_asked_brighter_and_a_blurred_one_to_hold_still():
    frame = only(scene(), Band.NIR).primary
    dark = (frame.pixels * 0.12).astype(np.uint8)
    assert Prompt.BRIGHTER in look(FrameSet((Frame(dark, Band.NIR),))).prompts
    blurred = cv2.GaussianBlur(frame.pixels, (0, 0), 6)
    assert Prompt.HOLD_STILL in look(FrameSet((Frame(blurred, Band.NIR),))).prompts


def test_quality_falls_with_blur():
    frame = only(scene(), Band.NIR).primary
    qualities = [
        look(FrameSet((Frame(cv2.GaussianBlur(frame.pixels, (0, 0), s), Band.NIR),))).quality
        for s in (0.3, 2.0, 5.0)
    ]
    assert qualities[0] > qualities[1] > qualities[2]


def test_acquire_says_why_there_is_no_palm():
    with pytest.raises(AcquisitionFailure) as caught:
        acquire(FrameSet((Frame(np.zeros((240, 320), np.uint8), Band.NIR),)))
    assert caught.value.reasons == (Prompt.SHOW_PALM,)
    assert "show palm" in str(caught.value)


def test_the_same_frame_gives_the_same_crop():
    frames = scene()
    one, other = look(frames).crop, look(frames).crop
    for band in one.bands:
        assert np.array_equal(one.bands[band], other.bands[band])
    assert attrs.asdict(one.pose) == attrs.asdict(other.pose)


def test_skin_without_lines_is_asked_to_turn_over():
    palm = Person(4, without=[Part.LINES]).palm(Hand.LEFT)
    assert Prompt.TURN_OVER in look(render(palm, 0, variation=NONE)).prompts


@pytest.mark.parametrize("squeeze", [0.66, 0.72])
def test_a_strongly_tilted_palm_is_straightened(squeeze):
    frame = only(scene(), Band.RGB).primary
    flat = look(FrameSet((frame,))).crop
    height, width = frame.pixels.shape[:2]
    short = cv2.resize(frame.pixels, (width, round(height * squeeze)), interpolation=cv2.INTER_AREA)
    crop = look(FrameSet((Frame(short, Band.RGB),))).crop
    assert crop is not None
    assert flat.pose.tilt < crop.pose.tilt
    assert crop.pose.tilt == pytest.approx(np.degrees(np.arccos(squeeze)), abs=15)


def test_the_hand_is_found_although_one_finger_is_hidden():
    frame = only(scene(), Band.RGB).primary
    whole = look(FrameSet((frame,)))
    tip = whole.outline[np.argmin(whole.outline[:, 1])]
    covered = frame.pixels.copy()
    reach = round(1.2 * whole.crop.pose.palm_width)
    covered[: tip[1] + reach, tip[0] - 25 : tip[0] + 25] = covered[0, 0]
    crop = look(FrameSet((Frame(covered, Band.RGB),))).crop
    assert crop is not None
    away = np.hypot(*(np.array(crop.pose.centre) - whole.crop.pose.centre))
    assert away < 0.15 * whole.crop.pose.side
