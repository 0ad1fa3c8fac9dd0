"""The deliberate gesture: which movements of a hand are read, by places and times alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thenar.device.gesture import Gesture, Seen, Standing
from thenar.parameters import DEVICE
from thenar.records import Hand, Pose

SIDE = 100.0


def seen(at, x=0.0, y=0.0, **more):
    return Seen(at, present=True, pose=Pose(side=SIDE, centre=(x, y)), hand=Hand.RIGHT, **more)


def walked(frames):
    gesture = Gesture()
    return gesture, [gesture.step(frame) for frame in frames]


def test_a_hover_goes_through_its_states_in_order():
    away = [Seen(k / 30) for k in range(3)]
    far = [Seen((3 + k) / 30, present=True) for k in range(3)]
    nearing = [seen((6 + k) / 30, x=200 - 40 * k) for k in range(5)]
    held = [seen((11 + k) / 30) for k in range(9)]
    _, states = walked([*away, *far, *nearing, *held])
    order = list(dict.fromkeys(states))
    assert order == [
        Standing.ABSENT,
        Standing.APPROACHING,
        Standing.POSITIONED,
        Standing.STILL,
        Standing.CAPTURED,
    ]


@given(
    fps=st.sampled_from([10.0, 15.0, 30.0, 60.0]),
    speed=st.floats(0.55, 40.0),
    direction=st.floats(0, 2 * np.pi),
    seconds=st.floats(0.2, 2.0),
)
def test_a_hand_that_keeps_moving_is_never_read(fps, speed, direction, seconds):
    """From 4 cm a second up, whatever the camera's rate and however long it takes."""
    step = SIDE * speed / fps
    frames = [
        seen(k / fps, k * step * np.cos(direction), k * step * np.sin(direction))
        for k in range(int(seconds * fps))
    ]
    _, states = walked(frames)
    assert Standing.CAPTURED not in states


@given(fps=st.sampled_from([15.0, 30.0, 60.0]), seed=st.integers(0, 10**6))
def test_a_hand_that_trembles_in_one_place_is_read_once_the_dwell_is_over(fps, seed):
    rng = np.random.default_rng(seed)
    offsets = rng.uniform(-1, 1, (round(fps), 2))
    frames = [seen(k / fps, *at) for k, at in enumerate(offsets)]
    _, states = walked(frames)
    first = states.index(Standing.CAPTURED)
    assert frames[first].time >= DEVICE.dwell
    assert first + 1 >= DEVICE.steady_frames
    assert frames[first].time <= max(DEVICE.dwell, DEVICE.steady_frames / fps) + 2 / fps


def test_a_fast_camera_does_not_shorten_the_dwell():
    _, states = walked([seen(k / 240) for k in range(DEVICE.steady_frames * 4)])
    assert Standing.CAPTURED not in states


def test_still_begins_slower_than_it_ends():
    between = (DEVICE.still_speed + DEVICE.leaving_speed) / 2
    step = SIDE * between / 30
    gesture, _ = walked([seen(0), seen(1 / 30, x=step)])
    assert gesture.standing is Standing.POSITIONED
    gesture, _ = walked([seen(0), seen(1 / 30), seen(2 / 30, x=step)])
    assert gesture.standing is Standing.STILL
    gesture.step(seen(3 / 30, x=-2 * step))
    assert gesture.standing is Standing.POSITIONED


def test_one_missed_frame_is_no_departure_and_several_are():
    gesture, _ = walked([seen(0), seen(1 / 30)])
    states = [gesture.step(Seen((2 + k) / 30)) for k in range(DEVICE.clear_frames)]
    assert states[0] is Standing.APPROACHING
    assert states[-1] is Standing.ABSENT
    assert gesture.progress == 0


@pytest.mark.parametrize(
    "other",
    [
        Seen(0.2, present=True, pose=Pose(side=SIDE, centre=(0, 0)), hand=Hand.LEFT),
        seen(0.2, sharp=False),
        Seen(0.2, present=True),
        Seen(0.2),
    ],
    ids=["other hand", "smeared", "unusable", "gone"],
)
def test_what_interrupts_a_hold_starts_it_anew(other):
    gesture, _ = walked([seen(k / 30) for k in range(6)])
    assert gesture.progress > 0
    gesture.step(other)
    assert len(gesture.held) <= 1
    assert gesture.progress == 0


def test_a_turning_hand_is_not_still():
    turning = [
        Seen(k / 30, True, Pose(side=SIDE, centre=(0, 0), roll=k * 4.0), Hand.RIGHT)
        for k in range(30)
    ]
    assert Standing.CAPTURED not in walked(turning)[1]


frames = st.builds(
    Seen,
    time=st.just(0.0),
    present=st.booleans(),
    pose=st.none()
    | st.builds(Pose, side=st.just(SIDE), centre=st.tuples(st.floats(0, 20), st.floats(0, 20))),
    hand=st.sampled_from([Hand.LEFT, Hand.RIGHT]),
    sharp=st.booleans(),
)


@given(shown=st.lists(frames, max_size=60), fps=st.sampled_from([10.0, 30.0]))
def test_whatever_is_shown_a_capture_is_one_hand_in_one_place_for_the_dwell(shown, fps):
    """The property that everything else rests on, over arbitrary sequences."""
    import attrs

    gesture = Gesture()
    for number, one in enumerate(shown):
        now = attrs.evolve(one, time=number / fps)
        standing = gesture.step(now)
        held = list(gesture.held)
        assert 0 <= gesture.progress <= 1
        if held:
            assert held[-1] is now
            assert len({each.hand for each in held}) == 1
            assert all(each.present and each.pose is not None for each in held)
        if standing is Standing.CAPTURED:
            assert held[-1].time - held[0].time >= DEVICE.dwell
            places = np.array([each.pose.centre for each in held])
            assert np.ptp(places, axis=0).max() <= 2 * DEVICE.still_drift * SIDE
        if not now.present:
            assert standing in (Standing.ABSENT, Standing.APPROACHING)
