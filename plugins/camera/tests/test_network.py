"""Cameras with RTSP and with MJPEG: GStreamer's server, FFmpeg, and servers that refuse."""

import hashlib
import subprocess
import sys
import traceback

import attrs
import av
import numpy as np
import pytest

from thenar.errors import CameraUnavailable, InvalidRecord
from thenar.records import Band
from thenar_camera.gaps import Gaps
from thenar_camera.limits import GAP_FRAMES
from thenar_camera.mjpeg import MjpegCamera, MjpegSettings
from thenar_camera.rtsp import RtspCamera, RtspSettings
from thenar_camera.video import VideoCamera, VideoSettings

from .peer import behind_tls, free_port, mjpeg_server, rtsp_server

SECRET = "s:e@c/ret"


def read(source, number):
    try:
        return [source.read(60.0) for _ in range(number)]
    finally:
        source.close()


def refusal(camera):
    with pytest.raises(CameraUnavailable) as error:
        camera.open()
    return str(error.value), "".join(traceback.format_exception(error.value))


def test_rtsp_gives_pictures_in_the_band_that_the_settings_say(rtsp):
    (colour,) = read(RtspCamera(RtspSettings(url=rtsp.url)).open(), 1)
    (nir,) = read(RtspCamera(RtspSettings(url=rtsp.url, band="nir")).open(), 1)
    assert colour.band(Band.RGB).pixels.shape == (240, 320, 3)
    assert nir.band(Band.NIR).pixels.shape == (240, 320)


def test_mjpeg_is_in_rgb_order():
    with mjpeg_server("color=red:size=64x48:rate=30") as peer:
        (frames,) = read(MjpegCamera(MjpegSettings(url=peer.url)).open(), 1)
    red, green, blue = frames.primary.pixels.reshape(-1, 3).mean(axis=0)
    assert red > 200
    assert max(green, blue) < 60


def test_a_slow_reader_gets_the_newest_frame(mjpeg):
    source = MjpegCamera(MjpegSettings(url=mjpeg.url)).open()
    first = source.read(60.0).number
    subprocess.run(["sleep", "0.5"], check=True)
    later = source.read(60.0).number
    health = source.health()
    source.close()
    assert later >= first + 5
    assert health.overtaken >= 4


def test_rtsp_by_udp_leaves_out_frames_of_which_packets_are_lost_and_counts_them():
    with rtsp_server("udp", lost=0.01) as peer:
        source = RtspCamera(RtspSettings(url=peer.url, transport="udp")).open()
        frames = [source.read(60.0) for _ in range(90)]
        health = source.health()
        source.close()
    assert health.damaged > 0
    assert frames[-1].number >= frames[0].number + 90
    # The picture is a white ball on black: what stood in for a lost part would be grey.
    for one in frames:
        grey = one.primary.pixels[:, :, 1]
        assert ((grey > 60) & (grey < 190)).mean() < 0.01


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A film in H.264 with a key frame each second, and the sums of its pictures."""
    path = str(tmp_path_factory.mktemp("film") / "film.mp4")
    noise = np.random.default_rng(1)
    with av.open(path, "w") as made:
        plain = {"bf": "0", "x264-params": "sliced-threads=0:slices=1"}
        stream = made.add_stream("libx264", rate=30, options=plain)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 320, 240, "yuv420p", 30
        for number in range(240):
            image = noise.integers(40, 80, (240, 320, 3), np.uint8)
            image[60:180, number : number + 60] = 200
            made.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        made.mux(stream.encode())
    every = VideoCamera(VideoSettings(path, band="nir", every=True)).open()
    sums = {total(every.read(60.0)) for _ in range(240)}
    every.close()
    return path, sums


def total(frames):
    return hashlib.sha256(frames.primary.pixels.tobytes()).digest()


def test_h264_by_tcp_comes_to_the_last_bit(film):
    path, sums = film
    with rtsp_server(film=[path]) as peer:
        source = RtspCamera(RtspSettings(url=peer.url, band="nir")).open()
        frames = [source.read(60.0) for _ in range(60)]
        source.close()
    spoilt = [one.number for one in frames if total(one) not in sums]
    assert not spoilt


def test_h264_by_udp_shows_nothing_that_is_built_on_what_was_lost(film):
    """Until the next key frame; a loss that the decoder does not notice may pass, once."""
    path, sums = film
    with rtsp_server("udp", lost=0.005, film=[path]) as peer:
        source = RtspCamera(RtspSettings(url=peer.url, band="nir", transport="udp")).open()
        frames = [source.read(60.0) for _ in range(120)]
        health = source.health()
        source.close()
    assert health.damaged > 0
    assert sum(total(one) not in sums for one in frames) < 12


def test_a_camera_that_does_not_stream_by_udp_says_so(rtsp):
    said, _ = refusal(RtspCamera(RtspSettings(url=rtsp.url, transport="udp")))
    assert "set the other transport" in said


def test_rtsp_wants_a_user_and_no_error_tells_the_password():
    with rtsp_server(user="a b", password=SECRET) as peer:
        assert "set user and password" in refusal(RtspCamera(RtspSettings(url=peer.url)))[0]
        wrong = RtspSettings(url=peer.url, user="someone", password=SECRET)
        said, everything = refusal(RtspCamera(wrong))
        assert "does not know this user" in said
        assert SECRET not in everything + repr(wrong)
        assert "%2F" not in everything
        right = RtspSettings(url=peer.url, user="a b", password=SECRET)
        assert read(RtspCamera(right).open(), 1)


def test_no_camera_at_that_address(rtsp):
    port = free_port()
    told = {
        f"rtsp://127.0.0.1:{port}/palm": "nothing answers there",
        rtsp.url.replace("palm", "nope"): "no such stream",
        "rtsp://camera.invalid/palm": "check the address",
    }
    for url, words in told.items():
        assert words in refusal(RtspCamera(RtspSettings(url=url)))[0]
    url = f"http://127.0.0.1:{port}/"
    assert "nothing answers there" in refusal(MjpegCamera(MjpegSettings(url=url)))[0]


def test_the_certificate_of_a_camera_with_tls_is_checked(mjpeg, certificate):
    with behind_tls(mjpeg.port, certificate) as port:
        url = f"https://127.0.0.1:{port}/"
        assert "set ca_file" in refusal(MjpegCamera(MjpegSettings(url=url)))[0]
        trusted = MjpegSettings(url=url, ca_file=str(certificate[0]))
        assert read(MjpegCamera(trusted).open(), 1)
        other = attrs.evolve(trusted, url=url.replace("127.0.0.1", "localhost"))
        assert "set ca_file" in refusal(MjpegCamera(other))[0]


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (200, "text/html", "no video"),
        (200, "image/jpeg", "no video"),
        (401, "text/html", "set user and password"),
        (403, "text/html", "permit"),
        (404, "text/html", "no such stream"),
        (429, "text/html", "too many"),
        (503, "text/html", "cannot serve now"),
    ],
)
def test_what_a_web_server_answers_is_told(web, status, kind, words):
    said, _ = refusal(MjpegCamera(MjpegSettings(url=web(status, kind))))
    assert words in said
    assert "To mend it:" in said


def test_without_pyav_the_error_names_the_extra(rtsp, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    said, _ = refusal(RtspCamera(RtspSettings(url=rtsp.url)))
    assert "pip install 'thenar-camera[network]'" in said


@pytest.mark.parametrize(
    ("settings", "url", "words"),
    [
        (RtspSettings, "http://camera/palm", "expected rtsp://"),
        (MjpegSettings, "rtsp://camera/palm", "expected http://"),
        (MjpegSettings, "http:///palm", "expected http://"),
        (RtspSettings, f"rtsp://ada:{'hush'}@camera/palm", "set user and password"),
    ],
)
def test_addresses_are_checked(settings, url, words):
    with pytest.raises(InvalidRecord, match=words) as error:
        settings(url=url)
    assert "hush" not in str(error.value)


def test_gaps_are_counted_by_the_camera_s_own_times():
    gaps = Gaps()
    times = [n / 30 for n in range(GAP_FRAMES + 5)]
    assert [gaps.lost(time) for time in times] == [0] * len(times)
    assert gaps.lost(times[-1] + 4 / 30) == 3
    assert gaps.lost(times[-1] + 5 / 30) == 0
    assert gaps.lost(None) == 0
    assert gaps.lost(3600.0) == 0
    assert gaps.lost(1.0) == 0
