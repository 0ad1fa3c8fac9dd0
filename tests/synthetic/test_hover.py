"""Visits: a hand that comes, hovers and goes, and one that only passes by."""

import numpy as np
import pytest

from thenar.records import Band
from thenar.synthetic import Person, hover, pass_by, printed

PALM = Person(3).palm("right")
SMALL = (120, 160)


def track(frames):
    """Time, area and centre of what is bright in each frame."""
    rows = []
    for frame_set in frames:
        shape = frame_set.primary.pixels > 60
        y, x = np.nonzero(shape)
        centre = (x.mean(), y.mean()) if len(x) > 20 else (np.nan, np.nan)
        rows.append((frame_set.time, shape.mean(), *centre))
    return np.array(rows)


def steady_seconds(path):
    """Longest time in which the hand moves less than 1.5 % of the frame's height a frame."""
    moves = np.hypot(*np.diff(path[:, 2:], axis=0).T) / SMALL[0]
    best = run = 0.0
    for step, move in zip(np.diff(path[:, 0]), moves, strict=True):
        run = run + step if move < 0.015 else 0.0
        best = max(best, run)
    return best


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_hand_approaches_hovers_about_a_second_and_leaves(seed):
    path = track(hover(PALM, seed, fps=20, size=SMALL))
    area = path[:, 1]
    assert area[:4].max() < 0.001
    assert area[-4:].max() < 0.001
    assert area.max() > 0.15
    assert 0.9 < steady_seconds(path) < 2.2
    first = int(np.argmax(area > 0.001))
    assert area[first] < 0.5 * area.max()


def test_a_hand_that_passes_by_never_hovers():
    path = track(pass_by(PALM, 0, fps=20, size=SMALL))
    assert path[:, 1].max() > 0.1
    assert steady_seconds(path) < 0.3
    seen = path[~np.isnan(path[:, 2])]
    assert abs(seen[-1, 2] - seen[0, 2]) > 0.4 * SMALL[1]


def test_approaching_frames_are_blurred():
    frames = list(hover(PALM, 1, fps=20, size=(240, 320)))
    area = np.array([(f.primary.pixels > 60).mean() for f in frames])
    still = len(frames) // 2
    coming = int(np.argmax(area > 0.3 * area.max()))

    def sharpness(pixels):
        return np.abs(np.diff(pixels.astype(float), axis=1)).max()

    assert sharpness(frames[coming].primary.pixels) < sharpness(frames[still].primary.pixels)


def test_times_and_numbers_count_up_from_where_they_are_told():
    frames = list(hover(PALM, 0, fps=10, size=SMALL, bands=[Band.NIR], start=5.0, number=40))
    assert [f.number for f in frames] == list(range(40, 40 + len(frames)))
    np.testing.assert_allclose(np.diff([f.time for f in frames]), 0.1)
    assert frames[0].time == 5.0
    assert all(f.band(Band.RGB) is None for f in frames)


def test_a_visit_can_show_an_attack_and_repeats_exactly():
    one, two = (
        [f.primary.pixels for f in hover(PALM, 4, fps=5, size=SMALL, show=printed)]
        for _ in range(2)
    )
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert max(p.mean() for p in one) > 20
