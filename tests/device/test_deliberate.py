"""Simulated hands before the reader: who hovers is read, who passes by is not."""

import itertools

import attrs
import cv2
import pytest

from thenar.device.display import Display
from thenar.device.gesture import Standing
from thenar.device.hover import Hover
from thenar.errors import CameraUnavailable
from thenar.parameters import DEVICE
from thenar.records import Band, Frame, FrameSet, Hand
from thenar.synthetic import Person, Placement, empty, hover, pass_by, render

RGB = (Band.RGB,)


class Film:
    """A camera that plays frames to their end."""

    def __init__(self, frames):
        self.frames = list(frames)
        self.given = []

    def read(self, timeout):
        if not self.frames:
            raise CameraUnavailable("The film is over.")
        shown = self.frames.pop(0)
        own = FrameSet(attrs.evolve(f, pixels=f.pixels.copy()) for f in shown.frames)
        self.given.append(own)
        return own

    def close(self):
        pass


def crossing(palm, seconds, fps):
    """A hand that goes from one side to the other at an even speed."""
    count = round(seconds * fps)
    for k in range(count):
        place = Placement(x=-0.2 + 1.4 * k / count)
        yield render(palm, 1, bands=RGB, placement=place, time=k / fps, number=k)


@pytest.mark.parametrize("seed", range(4))
def test_a_hand_that_passes_by_is_not_read(seed):
    palm = Person(40 + seed).palm(Hand.RIGHT)
    film = Film(pass_by(palm, seed, fps=15, bands=RGB))
    display, standings = Display(), set()
    display.subscribe(lambda shown: standings.add(shown.standing))
    with pytest.raises(CameraUnavailable):
        Hover(film, display).present("Pay")
    assert Standing.CAPTURED not in standings


def test_neither_is_one_that_crosses_the_view_slowly():
    palm = Person(44).palm(Hand.LEFT)
    film = Film(crossing(palm, 2.5, fps=12))
    display, standings = Display(), set()
    display.subscribe(lambda shown: standings.add(shown.standing))
    with pytest.raises(CameraUnavailable):
        Hover(film, display).present("Pay")
    assert Standing.POSITIONED in standings, "it was seen, and usable"
    assert Standing.CAPTURED not in standings


def test_a_hand_that_hovers_after_others_passed_is_read():
    palm = Person(45).palm(Hand.RIGHT)
    passing = pass_by(palm, 1, fps=12, bands=RGB, pause=0.1)
    film = Film(itertools.chain(passing, hover(palm, 1, fps=12, bands=RGB, start=2, pause=0.1)))
    with Hover(film, Display()).present("Pay") as taken:
        assert len(taken.crops) == DEVICE.steady_frames
        assert taken.frames[0].time > 2


def test_the_best_frames_of_the_hold_are_taken():
    """Of a hold at 30 frames a second the smeared ones are left out."""
    palm = Person(46).palm(Hand.RIGHT)
    one = render(palm, 1, bands=RGB)

    def frame(k):
        pixels = one.primary.pixels.copy()
        if k % 2:
            pixels = cv2.GaussianBlur(pixels, (0, 0), 0.9)  # a worse frame, though usable
        return FrameSet((Frame(pixels, Band.RGB, time=k / 30, number=k),))

    film = Film(frame(k) for k in range(12))
    with Hover(film, Display()).present("Pay") as taken:
        numbers = [frames.number for frames in taken.frames]
        assert len(numbers) == DEVICE.steady_frames
        assert numbers == sorted(numbers)
        best = taken.best(3)
        assert [crop.quality for crop in best] == sorted(
            (crop.quality for crop in taken.crops), reverse=True
        )[:3]
        assert sum(number % 2 == 0 for number in numbers) >= 4


def test_an_empty_view_is_searched_once(monkeypatch):
    from thenar.device import looking

    searched = []

    def noting(frames):
        searched.append(frames.number)
        return real(frames)

    real = looking.look
    monkeypatch.setattr(looking, "look", noting)
    nothing = [empty(0, bands=RGB, time=k / 30, number=k) for k in range(20)]
    palm = Person(45).palm(Hand.RIGHT)
    film = Film([*nothing, render(palm, 1, bands=RGB, time=1.0, number=20)])
    with pytest.raises(CameraUnavailable):
        Hover(film, Display()).present("Pay")
    assert len(searched) == 2
    assert searched[-1] == 20, "a hand is noticed at once"
