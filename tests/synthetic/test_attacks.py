"""Attacks: what a print and a screen give away, and that the picture never changes."""

import cv2
import numpy as np
import pytest

from thenar.records import Band
from thenar.synthetic import NONE, Ink, Person, Placement, on_screen, printed, render, truth

PALM = Person(9).palm("left")
BARE = Person(9, without=["veins"]).palm("left")


def centre(frames, band, half=40):
    x, y = (round(c) for c in truth(PALM, 0, variation=NONE).pose.centre)
    return frames.band(band).pixels[y - half : y + half, x - half : x + half].astype(float)


def alike(a, b):
    return float(np.corrcoef(np.ravel(a), np.ravel(b))[0, 1])


def smooth(pixels):
    return cv2.GaussianBlur(pixels, (0, 0), 2.5)


def detail(pixels):
    grey = pixels.mean(axis=2) if pixels.ndim == 3 else pixels
    return smooth(grey) - cv2.GaussianBlur(grey, (0, 0), 12)


def test_a_print_shows_the_hand_in_colour_with_less_contrast_and_a_paper_border():
    genuine, paper = (
        show(PALM, 0, variation=NONE, placement=Placement(size=0.17)) for show in (render, printed)
    )
    rgb = [f.band(Band.RGB).pixels.astype(float) for f in (genuine, paper)]
    assert alike(detail(centre(render(PALM, 0, variation=NONE), Band.RGB)),
                 detail(centre(printed(PALM, 0, variation=NONE), Band.RGB))) > 0.6  # fmt: skip
    colourful = [np.ptp(p[200:280, 280:360], axis=2).mean() for p in rgb]
    assert colourful[1] < 0.85 * colourful[0]
    background = [np.median(p[:, 60:100]) for p in rgb]
    assert background[1] > background[0] + 15
    assert (rgb[1].min(axis=2) > 180).mean() > 0.03
    assert (rgb[0].min(axis=2) > 180).mean() < 0.01


@pytest.mark.parametrize("ink", list(Ink))
def test_a_colour_print_has_no_veins_in_near_infrared(ink):
    """Veins on or off changes the hand's near-infrared image and not the print's."""
    hand = [detail(centre(render(p, 0, variation=NONE), Band.NIR)) for p in (PALM, BARE)]
    paper = [detail(centre(printed(p, 0, variation=NONE, ink=ink), Band.NIR)) for p in (PALM, BARE)]
    assert np.abs(hand[0] - hand[1]).max() > 10
    assert np.abs(paper[0] - paper[1]).max() < 2


def test_dye_leaves_bare_paper_in_near_infrared_and_toner_a_hand():
    dye, toner = (
        printed(PALM, 0, variation=NONE, ink=ink).band(Band.NIR).pixels
        for ink in (Ink.DYE, Ink.TONER)
    )
    x, y = (round(c) for c in truth(PALM, 0, variation=NONE).pose.centre)
    beside = np.s_[y - 20 : y + 20, 60:100]
    on_palm = np.s_[y - 20 : y + 20, x - 20 : x + 20]
    assert abs(float(dye[beside].mean()) - float(dye[on_palm].mean())) < 30
    assert toner[on_palm].mean() > toner[beside].mean() + 60


def test_a_near_infrared_print_carries_the_veins():
    paper = printed(PALM, 0, variation=NONE, of=Band.NIR)
    hand = render(PALM, 0, variation=NONE)
    assert alike(detail(centre(paper, Band.NIR)), detail(centre(hand, Band.NIR))) > 0.6


def test_a_screen_emits_moire_and_reflects_and_is_dark_in_near_infrared():
    screen = on_screen(PALM, 0, variation=NONE)
    hand = render(PALM, 0, variation=NONE)
    rgb, nir = (screen.band(band).pixels for band in (Band.RGB, Band.NIR))
    assert np.median(nir) < 50 < np.median(hand.band(Band.NIR).pixels[200:280, 280:360])
    assert (nir > 250).sum() > 20
    assert (rgb.min(axis=2) > 250).sum() > 20

    def periodic(pixels):
        spectrum = np.abs(np.fft.fft2(pixels - pixels.mean()))[5:40, 5:40]
        return spectrum.max() / np.median(spectrum)

    assert alike(detail(centre(screen, Band.RGB)), detail(centre(hand, Band.RGB))) > 0.3
    colour = [np.diff(centre(f, Band.RGB), axis=2)[..., 0] for f in (screen, hand)]
    assert np.std(colour[0]) > 2 * np.std(colour[1])


@pytest.mark.parametrize("show", [printed, on_screen])
def test_a_flat_picture_moves_as_one_homography(show):
    """Tilting an attack moves everything on it by one homography."""
    still, tilted = (
        show(PALM, 0, variation=NONE, placement=Placement(roll=roll, tilt=tilt, size=0.19))
        .band(Band.RGB)
        .pixels
        for roll, tilt in ((0, (0, 0)), (8, (4, -3)))
    )
    finder = cv2.SIFT_create(800)
    (points, features), (others, theirs) = (
        finder.detectAndCompute(
            cv2.GaussianBlur(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), (0, 0), 1.2), None
        )
        for p in (still, tilted)
    )
    pairs = [
        m
        for m, n in cv2.BFMatcher().knnMatch(features, theirs, k=2)
        if m.distance < 0.75 * n.distance
    ]
    here = np.float32([points[m.queryIdx].pt for m in pairs])
    there = np.float32([others[m.trainIdx].pt for m in pairs])
    _, agree = cv2.findHomography(here, there, cv2.RANSAC, 2.0)
    assert len(pairs) > 15
    assert agree.mean() > 0.6
