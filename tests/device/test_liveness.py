"""The checks on synthetic palms and artefacts that they were not tuned on.

How often they err is measured by ``python -m bench.liveness``; here each must do what
it is there for, and fail closed.
"""

from functools import cache, partial

import attrs
import numpy as np
import pytest

from thenar.capture import look
from thenar.device.identify import take_living
from thenar.device.liveness import BandsCheck, ColourCheck, PatternCheck, only_visible
from thenar.errors import AcquisitionFailure, AttackDetected
from thenar.records import Band, Frame, FrameSet, Hand, PalmCrop
from thenar.synthetic import Ink, Person, hover, on_screen, printed, render

BOTH = (Band.RGB, Band.NIR)
SHOWS = {
    "hand": render,
    "toner": printed,
    "dye": partial(printed, ink=Ink.DYE),
    "veins": partial(printed, of=Band.NIR),
    "screen": on_screen,
}
SEEDS = (900, 901, 902)


@cache
def shown(what, seed, bands):
    """Frames that a camera with these bands sees, and the crops cut from them."""
    palm = Person(seed).palm(Hand.RIGHT if seed % 2 else Hand.LEFT)
    taken = [SHOWS[what](palm, 0, number=number) for number in range(2)]
    frames = [FrameSet(tuple(f for f in one.frames if f.band in bands)) for one in taken]
    return frames, [view.crop for view in map(look, frames) if view.crop is not None]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("bands", [BOTH, (Band.RGB,), (Band.NIR,)], ids="+".join)
@pytest.mark.parametrize("make", [PatternCheck, ColourCheck, BandsCheck])
def test_a_hand_passes_every_check_before_every_camera(seed, bands, make):
    frames, crops = shown("hand", seed, bands)
    said = make().check(frames, crops)
    assert said.passed, said
    assert said.score < 0.5


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("what", ["toner", "screen"])
def test_a_colour_camera_alone_sees_the_pattern_of_prints_and_screens(what, seed):
    frames, crops = shown(what, seed, (Band.RGB,))
    said = PatternCheck().check(frames, crops)
    assert not said.passed
    assert said.score > 0.5
    assert "pattern" in said.reason


@pytest.mark.parametrize("seed", SEEDS)
def test_a_grey_picture_is_not_of_the_colour_of_skin(seed):
    frames, crops = shown("hand", seed, (Band.RGB,))
    grey = [
        attrs.evolve(crop, bands={Band.RGB: crop.bands[Band.RGB][..., [1, 1, 1]]}) for crop in crops
    ]
    said = ColourCheck().check(frames, grey)
    assert not said.passed
    assert "colour of skin" in said.reason


def test_a_picture_that_both_lights_show_alike_is_refused():
    """The hand's own NIR band is replaced by its green one, as toner would show it."""
    frames, crops = shown("hand", SEEDS[0], BOTH)
    alike = [
        attrs.evolve(crop, bands={**crop.bands, Band.NIR: crop.bands[Band.RGB][..., 1].copy()})
        for crop in crops
    ]
    said = BandsCheck().check(frames, alike)
    assert not said.passed
    assert "same picture" in said.reason


def test_a_sheet_as_bright_beside_the_hand_as_on_it_is_refused():
    frames, crops = shown("hand", SEEDS[0], BOTH)
    lit = [
        FrameSet(
            tuple(
                attrs.evolve(f, pixels=np.maximum(f.pixels, 140)) if f.band is Band.NIR else f
                for f in one.frames
            )
        )
        for one in frames
    ]
    said = BandsCheck().check(lit, crops)
    assert not said.passed
    assert "sheet" in said.reason


@pytest.mark.parametrize("what", ["toner", "dye", "veins", "screen"])
def test_an_artefact_that_is_hovered_is_refused_before_anything_is_sent(
    terminal, service, camera, what
):
    palm = Person(903).palm(Hand.RIGHT)
    camera.show(hover(palm, 1, fps=8, still=1.5, show=SHOWS[what]))
    with pytest.raises((AttackDetected, AcquisitionFailure)):
        take_living(terminal, "Pay")
    assert service.requests == []


def test_a_palm_too_near_the_border_to_be_judged_is_refused():
    black = np.zeros((40, 40), np.uint8)
    crop = PalmCrop({Band.GREY: np.zeros((128, 128), np.uint8)}, np.ones((128, 128), bool))
    said = PatternCheck().check([FrameSet((Frame(black, Band.GREY),))], [crop])
    assert not said.passed
    assert "not judged" in said.reason


def test_a_hand_that_near_infrared_sees_too_is_never_only_visible():
    """Also where it cannot be found there: whoever holds it awkwardly is no attacker."""
    frames, _ = shown("hand", SEEDS[0], BOTH)
    assert not only_visible(frames[0])
    screen, _ = shown("screen", SEEDS[0], BOTH)
    assert only_visible(screen[0])
    paper, _ = shown("dye", SEEDS[0], BOTH)
    assert only_visible(paper[0])
    colour, _ = shown("screen", SEEDS[0], (Band.RGB,))
    assert not only_visible(colour[0])
