"""Frames: orientation, registration of the bands, what varies and what must not."""

import attrs
import cv2
import numpy as np
import pytest

from thenar.records import CROP_SIDE, Band, Hand
from thenar.synthetic import (
    NONE,
    USUAL,
    Person,
    Placement,
    empty,
    palm_crop,
    render,
    truth,
)

LEFT = Person(5).palm("left")
RIGHT = Person(5).palm("right")


def silhouette(frames, band=Band.NIR):
    pixels = frames.band(band).pixels
    grey = pixels if pixels.ndim == 2 else pixels.max(axis=2)
    return grey > 60


def grey_of(pixels):
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(float)


def alike(a, b):
    return float(np.corrcoef(np.ravel(a), np.ravel(b))[0, 1])


@pytest.mark.parametrize(("palm", "thumb"), [(LEFT, "left"), (RIGHT, "right")])
def test_a_right_hand_shows_its_thumb_on_the_images_right(palm, thumb):
    shape = silhouette(render(palm, 0, variation=NONE))
    where = truth(palm, 0, variation=NONE)
    x = np.nonzero(shape.any(axis=0))[0]
    middle = where.pose.centre[0]
    reach = {"left": middle - x.min(), "right": x.max() - middle}
    other = "right" if thumb == "left" else "left"
    assert reach[thumb] > 1.3 * reach[other]
    webs = where.valleys[:, 0]
    assert list(webs) == sorted(webs, reverse=thumb == "right")


def test_fingers_point_up_at_roll_zero():
    shape = silhouette(render(LEFT, 0, variation=NONE))
    where = truth(LEFT, 0, variation=NONE)
    top = int(where.valleys[1:, 1].max())
    # Above the webs there are gaps between fingers; below them the palm is in one piece.
    pieces = [np.diff(np.flatnonzero(row)).max() for row in (shape[top - 40], shape[top + 40])]
    assert pieces[0] > 1 == pieces[1]
    assert where.pose.roll == pytest.approx(0, abs=6)


@pytest.mark.parametrize("palm", [LEFT, RIGHT])
def test_roll_is_positive_clockwise(palm):
    turned = truth(palm, 0, variation=NONE, placement=Placement(roll=20))
    upright = truth(palm, 0, variation=NONE)
    assert turned.pose.roll - upright.pose.roll == pytest.approx(20, abs=0.5)
    # Clockwise: what was above the centre moves to the right.
    above = turned.valleys[2] - np.array(turned.pose.centre)
    assert above[0] > 20
    assert above[1] < 0


def test_bands_show_one_hand_at_one_place():
    frames = render(LEFT, 4)
    rgb, nir = silhouette(frames, Band.RGB), silhouette(frames, Band.NIR)
    assert (rgb & nir).sum() / (rgb | nir).sum() > 0.97
    assert frames.band(Band.RGB).pixels.shape == (480, 640, 3)
    assert frames.band(Band.NIR).pixels.shape == (480, 640)


def test_the_background_is_dark_and_bare():
    frames = render(LEFT, 1, variation=attrs.evolve(USUAL, sleeves=0.0))
    shape = cv2.dilate(silhouette(frames).astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
    for frame in frames.frames:
        assert frame.pixels[~shape].mean() < 30
    for frame in empty(1).frames:
        assert frame.pixels.max() < 40


def test_veins_show_in_near_infrared_and_hardly_in_colour():
    bare = Person(5, without=["veins"]).palm("left")
    with_veins, without = (palm_crop(p, 0, variation=NONE).bands for p in (LEFT, bare))
    darker = without[Band.NIR].astype(int) - with_veins[Band.NIR]
    assert darker.max() > 25
    assert darker.min() >= -1
    change = np.abs(without[Band.RGB].astype(int) - with_veins[Band.RGB])
    assert change.max() <= 1


def test_lines_show_in_colour_and_weakly_in_near_infrared():
    bare = Person(5, without=["lines"]).palm("left")
    with_lines, without = (palm_crop(p, 0, variation=NONE).bands for p in (LEFT, bare))
    colour = (grey_of(without[Band.RGB]) - grey_of(with_lines[Band.RGB])) / without[Band.RGB].mean()
    infrared = (without[Band.NIR].astype(float) - with_lines[Band.NIR]) / without[Band.NIR].mean()
    assert np.quantile(colour, 0.99) > 0.10
    assert np.quantile(infrared, 0.99) < 0.75 * np.quantile(colour, 0.99)


@pytest.mark.parametrize("palm", [LEFT, RIGHT])
@pytest.mark.parametrize("sample", [0, 1, 2])
def test_a_crop_shows_the_skin_that_a_frame_shows(palm, sample):
    """Cut the true square from a frame: it is the direct crop of the same sample."""
    clean = attrs.evolve(USUAL, blur=0.0, noise=0.0, registration=0.0, rings=0.0, plasters=0.0)
    size = (960, 1280)
    frame = render(palm, sample, size=size, variation=clean).band(Band.RGB).pixels
    square = truth(palm, sample, size=size, variation=clean).square.astype(np.float32)
    corners = np.float32([[0, 0], [1, 0], [1, 1], [0, 1]]) * CROP_SIDE - np.float32(0.5)
    cut = cv2.warpPerspective(
        cv2.GaussianBlur(frame, (0, 0), 0.6),
        cv2.getPerspectiveTransform(square, corners),
        (CROP_SIDE, CROP_SIDE),
    )
    direct = palm_crop(palm, sample, variation=clean).bands[Band.RGB]
    detail = [grey_of(p) - cv2.GaussianBlur(grey_of(p), (0, 0), 8) for p in (cut, direct)]
    inner = np.s_[8:-8, 8:-8]
    assert alike(detail[0][inner], detail[1][inner]) > 0.85


def test_a_presentation_changes_light_and_place_but_one_sample_is_always_the_same():
    first, again, other = (render(LEFT, k).primary.pixels for k in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    poses = [truth(LEFT, k).pose for k in range(6)]
    assert np.std([pose.roll for pose in poses]) > 1
    assert np.std([pose.palm_width for pose in poses]) > 1
    assert not np.array_equal(first, other)


def test_noise_follows_the_frame_number_and_nothing_else_does():
    one, two = (render(LEFT, 0, number=k).primary.pixels.astype(int) for k in (0, 1))
    assert 0 < np.abs(one - two).mean() < 4


def test_wrinkles_drop_out_with_dryness():
    wet, dry = (
        palm_crop(LEFT, 0, variation=attrs.evolve(NONE, dryness=(share, share))).bands[Band.RGB]
        for share in (0.0, 0.9)
    )
    assert dry.mean() > wet.mean()


@pytest.mark.parametrize("hand", [Hand.LEFT, Hand.RIGHT])
def test_what_hands_wear_covers_skin(hand):
    palm = Person(5).palm(hand)
    high = Placement(y=0.5)

    def seen(palm, variation):
        return render(palm, 1, variation=variation, placement=high).band(Band.RGB).pixels

    for worn in ("rings", "plasters", "sleeves"):
        bare, covered = (seen(palm, attrs.evolve(NONE, **{worn: share})) for share in (0.0, 1.0))
        assert (np.abs(bare.astype(int) - covered).max(axis=2) > 20).sum() > 60, worn


def test_a_hand_out_of_the_frame_leaves_the_background():
    frames = render(LEFT, 0, placement=Placement(x=4.0))
    assert frames.primary.pixels.max() < 40


def test_small_and_large_hands_keep_their_skin():
    """Maps are kept at several sizes; the joints between them must not show."""
    crops = []
    for size in (0.12, 0.2, 0.4):
        place = Placement(size=size)
        frame = render(LEFT, 0, size=(960, 1280), variation=NONE, placement=place)
        square = truth(LEFT, 0, size=(960, 1280), variation=NONE, placement=place).square
        corners = np.float32([[0, 0], [64, 0], [64, 64], [0, 64]]) - np.float32(0.5)
        shrink = 64 / np.linalg.norm(square[1] - square[0])
        soft = cv2.GaussianBlur(frame.primary.pixels, (0, 0), 0.5 / shrink)
        turn = cv2.getPerspectiveTransform(square.astype(np.float32), corners)
        crops.append(cv2.warpPerspective(soft, turn, (64, 64)).astype(float))
    detail = [crop - cv2.GaussianBlur(crop, (0, 0), 6) for crop in crops]
    assert alike(detail[0], detail[1]) > 0.9
    assert alike(detail[1], detail[2]) > 0.9
