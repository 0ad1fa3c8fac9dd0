"""Each cue of liveness by itself: what it is there for it refuses, and a hand it lets pass."""

from functools import partial

import attrs
import cv2
import numpy as np
import pytest

from thenar.capture import View, look
from thenar.device.display import Display
from thenar.device.gesture import Gesture
from thenar.device.hover import Hover
from thenar.device.judging import require_living
from thenar.device.kept import Kept
from thenar.device.liveness import (
    BorderCheck,
    FlashCheck,
    HighlightsCheck,
    fused,
    planarity,
)
from thenar.device.liveness.verdict import hint
from thenar.device.presentation import Moving, Presentation
from thenar.errors import AttackDetected
from thenar.parameters import LIVENESS
from thenar.records import AttackCheck, Band, Frame, FrameSet, Hand, PalmCrop, Pose
from thenar.synthetic import Ink, Person, Placement, on_screen, printed, render, switched

BOTH = (Band.RGB, Band.NIR)
SHOWS = {"hand": render, "toner": printed, "dye": partial(printed, ink=Ink.DYE)}
SEEDS = (900, 901)


def shown(show, seed, bands=BOTH, **more):
    """Two frames of one presentation, and what was cut from them."""
    palm = Person(seed).palm(Hand.RIGHT)
    frames = [show(palm, 0, bands=bands, number=number, **more) for number in range(2)]
    views = [look(FrameSet(f for f in one.frames if f.band is bands[0])) for one in frames]
    return frames, [view.crop for view in views]


def spot(frames, at, radius, level=255):
    """The frames with a lamp mirrored in them."""

    def mirrored(frame):
        pixels = frame.pixels.copy()
        cv2.circle(pixels, tuple(map(round, at)), radius, (level,) * 3, -1)
        return attrs.evolve(frame, pixels=pixels)

    return [FrameSet(mirrored(frame) for frame in one.frames) for one in frames]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("check", [HighlightsCheck(), BorderCheck(), FlashCheck()])
@pytest.mark.parametrize("bands", [BOTH, (Band.RGB,)], ids="+".join)
def test_a_hand_passes(check, seed, bands):
    said = check.check(*shown(switched(render), seed, bands))
    assert said.passed, said
    assert said.score < 0.1


def test_a_lamp_mirrored_on_the_palm_is_refused():
    frames, crops = shown(render, 900)
    said = HighlightsCheck().check(spot(frames, crops[0].pose.centre, 8), crops)
    assert not said.passed
    assert "mirrored" in said.reason


def test_a_lamp_beside_the_palm_is_a_hint_alone():
    frames, crops = shown(render, 900)
    x, y = crops[0].pose.centre
    said = HighlightsCheck().check(spot(frames, (x + crops[0].pose.side, y), 14), crops)
    assert said.passed
    assert 0.3 < said.score <= LIVENESS.hint


def test_soft_shine_on_skin_is_no_mirror():
    frames, crops = shown(render, 900)
    assert HighlightsCheck().check(spot(frames, crops[0].pose.centre, 12, 225), crops).passed


@pytest.mark.parametrize("seed", SEEDS)
def test_an_edge_of_paper_in_near_infrared_is_refused_and_in_colour_alone_a_hint(seed):
    """The sheet lies a little aside, so that its edge is in view."""
    aside = {"placement": Placement(x=0.42, size=Placement().size * 0.85)}
    frames, crops = shown(printed, seed, **aside)
    assert crops[0] is not None
    said = BorderCheck().check(frames, crops)
    assert not said.passed
    assert "straight edge" in said.reason
    colour = [FrameSet(f for f in one.frames if f.band is Band.RGB) for one in frames]
    said = BorderCheck().check(colour, crops)
    assert said.passed
    assert said.score > 0.3


def test_an_edge_within_the_hand_s_reach_or_at_the_forearm_is_none():
    frames, crops = shown(render, 900, (Band.RGB,))
    x, y = map(round, crops[0].pose.centre)
    side = round(crops[0].pose.side)
    pixels = frames[0].primary.pixels.copy()
    cv2.line(pixels, (x - 20, y + side), (x - 20, y + 3 * side), (255, 255, 255), 2)
    marked = FrameSet((attrs.evolve(frames[0].primary, pixels=pixels),))
    assert BorderCheck().check([marked], crops[:1]).score < 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_screen_does_not_answer_to_the_lamp(seed):
    frames, crops = shown(switched(on_screen), seed, (Band.RGB,))
    said = FlashCheck().check(frames, crops)
    assert not said.passed
    assert "does not light it" in said.reason


@pytest.mark.parametrize("what", ["toner", "dye"])
def test_a_sheet_answers_all_over(what):
    frames, crops = shown(switched(SHOWS[what]), 900)
    said = FlashCheck().check(frames, crops)
    assert not said.passed
    assert "sheet" in said.reason


def test_a_camera_that_does_not_switch_its_lamp_is_not_judged():
    said = FlashCheck().check(*shown(render, 900))
    assert said.passed
    assert "not judged" in said.reason


def test_frames_without_their_unlit_band_are_no_answer():
    frames, crops = shown(switched(render), 900, (Band.RGB,))
    other = [
        attrs.evolve(one, unlit=[Frame(np.zeros((4, 4), np.uint8), Band.NIR)]) for one in frames
    ]
    assert not FlashCheck().check(other, crops).passed


def moved(deform):
    """A textured hand, and the same after a movement."""
    rng = np.random.default_rng(5)
    texture = cv2.GaussianBlur(rng.uniform(0, 255, (480, 640)).astype(np.float32), (0, 0), 4.0)
    texture = cv2.normalize(texture, None, 0, 255, cv2.NORM_MINMAX)
    y, x = np.mgrid[0:480, 0:640].astype(np.float32)
    before = texture.astype(np.uint8)
    now = cv2.remap(texture, *deform(x, y), cv2.INTER_LINEAR).astype(np.uint8)
    outline = np.array([[180, 120], [460, 120], [460, 400], [180, 400]], np.int32)
    sets = [FrameSet((Frame(one, Band.GREY),)) for one in (before, now)]
    return sets[0], outline, sets[1]


def plane(x, y):
    """A shift, a turn and a lean of a sheet."""
    return x - 26 + 0.005 * y, y - 6 - 0.005 * x


def articulated(x, y):
    """The same, and the upper part turns by itself, as fingers do."""
    fingers = (y < 250) * (250 - y)
    return x - 26 + 0.005 * y + 0.08 * fingers * np.sign(x - 320), y - 6 - 0.005 * x


def test_what_moves_as_one_plane_is_hinted_at():
    said = planarity(*moved(plane))
    assert said.passed
    assert said.score > 0.3
    assert "one plane" in said.reason


def test_fingers_that_move_by_themselves_are_no_plane():
    assert planarity(*moved(articulated)).score < 0.1


@pytest.mark.parametrize("far", [2, 200])
def test_too_little_and_too_much_movement_is_not_judged(far):
    said = planarity(*moved(lambda x, y: (x - far, y)))
    assert "not judged" in said.reason


@pytest.mark.parametrize("deform", [plane, articulated])
def test_a_finer_camera_sees_the_same_movement(deform):
    usual = moved(deform)
    finer = [
        FrameSet((Frame(np.repeat(np.repeat(one.primary.pixels, 2, 0), 2, 1), Band.GREY),))
        for one in (usual[0], usual[2])
    ]
    said = planarity(finer[0], 2 * usual[1], finer[1])
    assert said.score == pytest.approx(planarity(*usual).score, abs=0.1)


MASK = np.ones((128, 128), bool)


def approaching(*xs):
    """What a hover kept of a palm that was seen at these places, in pixels across."""
    kept, taken = Kept(), []
    for x in xs:
        pixels = np.full((480, 640), 9, np.uint8)
        pose = Pose(roll=0.0, tilt=0.0, side=120.0, centre=(float(x), 240.0), palm_width=100.0)
        crop = PalmCrop({Band.GREY: pixels[:128, :128].copy()}, MASK, pose=pose)
        frames = FrameSet((Frame(pixels, Band.GREY),))
        kept.approach(frames, View(crop, (), np.empty((0, 2), np.int32)), crop)
        taken = [*taken, *(one for one in kept.moving if one not in taken)]
    return kept, taken


def test_the_approach_is_kept_by_the_way_and_not_by_the_time():
    kept, _ = approaching(0, *range(1, 100))
    assert [one.centre[0] for one in kept.moving] == [45, 60, 75, 90]
    kept, _ = approaching(0, 70, 110, 130, 140, 145, 147)
    assert [one.centre[0] for one in kept.moving] == [70, 110, 130, 145]


def test_what_is_kept_of_an_approach_is_overwritten_when_it_is_let_go():
    kept, taken = approaching(0, 20, 40, 60, 80, 100)
    assert [one.frames.primary.pixels.any() for one in taken] == [False] * 2 + [True] * 4
    nobody = FrameSet((Frame(np.zeros((480, 640), np.uint8), Band.GREY),))
    kept.take(nobody, View(None, (), np.empty((0, 2), np.int32)), Gesture())
    assert kept.moving == []
    assert not any(one.frames.primary.pixels.any() for one in taken)


def test_an_edge_beside_what_moved_as_one_plane_is_a_picture(monkeypatch):
    """All that a camera for colour alone has against a photograph."""
    frames, crops = shown(render, 900, (Band.RGB,))
    approach = Moving.of(frames[0], np.empty((0, 2), np.int32), crops[0])
    taken = Presentation(tuple(frames), tuple(crops), (approach,))
    edge = hint("border", 2.0, LIVENESS.border_limit, LIVENESS.border_spread, "an edge")
    require_living(taken, [Saying(edge)])
    flat = planarity(*moved(plane))
    monkeypatch.setattr("thenar.device.judging.planarity", lambda *_: flat)
    require_living(taken, [Saying(AttackCheck("a", True, 0.0))])
    with pytest.raises(AttackDetected, match=r"together: .*one plane.*; an edge"):
        require_living(taken, [Saying(edge)])


def test_hints_refuse_nobody_alone_and_together_they_do():
    suspicious = [hint(name, 10.0, 0.5, 0.1, f"because of {name}") for name in "abc"]
    assert all(one.passed and one.score <= LIVENESS.hint for one in suspicious)
    assert fused(suspicious[:2]) < LIVENESS.fused_limit < fused(suspicious)
    assert fused([]) == 0


class Saying:
    def __init__(self, said):
        self.said = said

    def check(self, frames, crops):
        return self.said


def test_faint_signs_add_up_to_a_refusal_that_names_them():
    frames, crops = shown(render, 900, (Band.RGB,))
    taken = Presentation(tuple(frames), tuple(crops))
    faint = [Saying(AttackCheck(name, True, 0.36, f"{name} is odd")) for name in "abc"]
    require_living(taken, faint[:2])
    with pytest.raises(AttackDetected, match="together: a is odd; b is odd; c is odd"):
        require_living(taken, faint)


def test_planarity_is_judged_at_every_terminal_that_saw_the_approach(monkeypatch):
    asked = []

    def noting(before, outline, now):
        asked.append((before.time, now.time))
        return AttackCheck("planarity", True, 0.0)

    monkeypatch.setattr("thenar.device.judging.planarity", noting)
    palm = Person(901).palm(Hand.RIGHT)
    places = [Placement(x=0.5 + offset) for offset in (0.12, 0.06, 0.02, *[0.0] * 8)]
    film = [
        render(palm, 1, bands=(Band.RGB,), placement=place, time=k / 15, number=k)
        for k, place in enumerate(places)
    ]

    class Film:
        def read(self, timeout):
            return film.pop(0)

    with Hover(Film(), Display()).present("Pay") as taken:
        assert taken.moving
        require_living(taken, [Saying(AttackCheck("a", True, 0.0))])
    (before, now), *_ = asked
    assert before < now
    assert not any(one.frames.primary.pixels.any() for one in taken.moving), "overwritten too"
