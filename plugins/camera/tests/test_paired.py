"""Two cameras as one: which frames belong together, and what happens when one is missing."""

import attrs
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thenar.errors import CameraTimeout, CameraUnavailable, InvalidRecord
from thenar.records import Band, CameraState, Frame
from thenar.settings import Settings
from thenar_camera.halves import Half
from thenar_camera.limits import PAIR_SECONDS
from thenar_camera.mjpeg import MjpegSettings
from thenar_camera.paired import PairedCamera, PairedSettings
from thenar_camera.pairing import Pairing
from thenar_camera.rtsp import RtspSettings
from thenar_camera.video import VideoSettings

from .peer import mjpeg_server, next_frame, trouble


def frame(band, time):
    shape = (2, 2, 3) if band is Band.RGB else (2, 2)
    return Frame(np.zeros(shape, np.uint8), band, time)


def steps(longest):
    return st.lists(st.floats(0.001, longest), min_size=1, max_size=40)


@given(steps(0.1), steps(0.1), st.floats(0.001, 0.05))
def test_pairs_are_within_the_tolerance_in_order_and_no_frame_is_used_twice(rgb, nir, tolerance):
    coming = sorted(
        (float(time), band)
        for band, gaps in ((Band.RGB, rgb), (Band.NIR, nir))
        for time in np.cumsum(gaps)
    )
    pairing, pairs = Pairing(tolerance), []
    for time, band in coming:
        if (pair := pairing.add(frame(band, time))) is not None:
            pairs.append({one.band: one.time for one in pair})
    assert all(set(pair) == {Band.RGB, Band.NIR} for pair in pairs)
    assert all(abs(pair[Band.RGB] - pair[Band.NIR]) <= tolerance for pair in pairs)
    for band in (Band.RGB, Band.NIR):
        times = [pair[band] for pair in pairs]
        assert times == sorted(set(times))
    waiting = len(coming) - 2 * len(pairs) - pairing.unpaired
    assert 0 <= waiting <= 1


@given(st.floats(0, 1 / 30), st.integers(5, 40))
def test_two_free_running_cameras_of_one_speed_always_pair(shift, number):
    """Whatever their phase: half of their interval is tolerance enough."""
    times = [(n / 30, Band.RGB) for n in range(number)]
    times += [(n / 30 + shift, Band.NIR) for n in range(number)]
    pairing = Pairing(PAIR_SECONDS)
    pairs = [pair for time, band in sorted(times) if (pair := pairing.add(frame(band, time)))]
    assert len(pairs) >= number - 2


def video(path, size, value):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, size)
    for _ in range(60):
        writer.write(np.full((size[1], size[0], 3), value, np.uint8))
    writer.release()
    return Half(video=VideoSettings(str(path)))


@pytest.fixture
def videos(tmp_path):
    """Makes a pair of films of given sizes."""

    def make(rgb=(64, 48), nir=(64, 48), rgb_delay=0.0, **changed):
        return PairedCamera(
            PairedSettings(
                rgb=attrs.evolve(video(tmp_path / "rgb.avi", rgb, 50), delay=rgb_delay),
                nir=video(tmp_path / "nir.avi", nir, 150),
                **changed,
            )
        )

    return make


@pytest.fixture
def pair(rtsp):
    """MJPEG in colour, which a test may pull out, and RTSP in infrared."""
    with mjpeg_server() as peer:

        def make(**changed):
            rgb, nir = MjpegSettings(url=peer.url), RtspSettings(url=rtsp.url)
            settings = {"rgb": Half(mjpeg=rgb), "nir": Half(rtsp=nir), **changed}
            return PairedCamera(PairedSettings(**settings))

        make.peer = peer
        yield make


def test_two_cameras_give_sets_of_both_bands_of_one_moment(pair):
    source = pair().open()
    sets = [source.read(60.0) for _ in range(30)]
    health = source.health()
    source.close()
    for one in sets:
        assert {each.band for each in one.frames} == {Band.RGB, Band.NIR}
        assert abs(one.frames[0].time - one.frames[1].time) <= PAIR_SECONDS
        assert one.frames[0].number == one.frames[1].number
    assert health.frames == 30
    assert health.state is CameraState.STREAMING


def test_without_one_camera_there_are_no_frames_and_it_is_named(pair):
    source = pair().open()
    source.read(60.0)
    with pair.peer.unplugged():
        said = trouble(source, lambda error: isinstance(error, CameraUnavailable))
        assert "Pair of cameras, rgb: Camera http://" in str(said)
        assert source.health().state is CameraState.RECONNECTING
        assert source.health().unpaired > 0
        assert "rgb:" in source.health().trouble
    assert len(next_frame(source).frames) == 2
    assert source.health().reconnects == 1
    source.close()


def test_a_band_that_may_be_alone_is_shown_alone_while_the_other_camera_is_missing(pair):
    source = pair(alone=("nir",)).open()
    assert len(source.read(60.0).frames) == 2
    with pair.peer.unplugged():
        for _ in range(1000):
            shown = source.read(60.0)
            if len(shown.frames) == 1:
                break
        assert shown.primary.band is Band.NIR
        assert source.health().state is CameraState.RECONNECTING
    for _ in range(1000):
        if len(source.read(60.0).frames) == 2:
            break
    else:
        pytest.fail("the colour camera was not found again")
    source.close()


def test_cameras_whose_frames_never_meet_are_told_apart_from_missing_ones(pair):
    source = pair(tolerance=1e-9).open()
    said = trouble(source, lambda error: "none within 1e-09 s" in str(error))
    assert isinstance(said, CameraTimeout)
    source.close()


def test_a_known_delay_is_taken_off(videos):
    camera = videos(tolerance=2.0, rgb_delay=1.0)
    times = {one.band: one.time for one in _any_pair(camera).frames}
    assert times[Band.NIR] - times[Band.RGB] == pytest.approx(1.0, abs=0.5)


def _any_pair(camera):
    source = camera.open()
    try:
        return source.read(60.0)
    finally:
        source.close()


def test_a_camera_that_is_not_there_at_the_start_is_named(rtsp):
    camera = PairedCamera(
        PairedSettings(
            rgb=Half(mjpeg=MjpegSettings(url="http://127.0.0.1:9/")),
            nir=Half(rtsp=RtspSettings(url=rtsp.url)),
        )
    )
    with pytest.raises(CameraUnavailable, match=r"Pair of cameras, rgb: .*nothing answers"):
        camera.open()


def test_the_colour_picture_gets_the_size_of_the_infrared_one(videos):
    shown = _any_pair(videos(rgb=(128, 96)))
    assert shown.band(Band.RGB).pixels.shape == (48, 64, 3)


def test_pictures_of_different_shapes_want_a_homography(videos):
    with pytest.raises(CameraUnavailable, match="onto_nir"):
        _any_pair(videos(rgb=(64, 64)))
    moved = (1.0, 0.0, 32.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    pixels = _any_pair(videos(rgb=(64, 64), onto_nir=moved)).band(Band.RGB).pixels
    assert pixels.shape == (48, 64, 3)
    assert pixels[:, :30].max() == 0
    assert pixels[:, 34:].mean() > 40


def test_recordings_of_both_end(videos):
    source = videos().open()
    ended = None
    for _ in range(200):
        try:
            source.read(60.0)
        except CameraUnavailable as error:
            ended = error
            break
    assert "recording has ended" in str(ended)
    source.close()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rgb": {}, "nir": {"uvc": {}}}, "exactly one"),
        ({"rgb": {"uvc": {}, "video": {"path": "a"}}, "nir": {"uvc": {}}}, "uvc and video"),
        ({"rgb": {"uvc": {}}, "nir": {"uvc": {}}, "onto_nir": [1.0]}, "9 numbers"),
        ({"rgb": {"uvc": {}}, "nir": {"uvc": {}}, "alone": ["blue"]}, "alone"),
    ],
)
def test_settings_of_a_pair_are_checked(settings, words):
    with pytest.raises(Exception, match=words):
        Settings.of({"camera": {"paired": settings}}).provider("camera", "paired", PairedSettings)


def test_each_half_is_one_table_and_gets_its_own_band():
    read = Settings.parse(
        "[camera.paired.rgb.uvc]\nindex = 2\n[camera.paired.nir]\ndelay = 0.02\n"
        '[camera.paired.nir.gige]\ncamera = "10.0.0.7"\nexposure = 4000.0'
    ).provider("camera", "paired", PairedSettings)
    assert read.rgb.uvc.index == 2
    assert read.nir.gige.exposure == 4000.0
    assert read.nir.delay == 0.02
    with pytest.raises(InvalidRecord):
        Half()
