"""Cameras that are pulled out, hang, and come back: back-off, health, and what reading says."""

import itertools
import os
import signal
import threading

import numpy as np
import pytest

from thenar.errors import CameraTimeout, CameraUnavailable
from thenar.protocols import WatchedFrameSource
from thenar.records import Band, CameraState
from thenar_camera import backoff, latest
from thenar_camera.backoff import Backoff
from thenar_camera.genicam import GenICamCamera, GenICamSettings
from thenar_camera.gige import GigECamera, GigESettings
from thenar_camera.grabber import Taken
from thenar_camera.latest import LatestFrames
from thenar_camera.limits import FIRST_WAIT, LONGEST_WAIT, STEADY_SECONDS
from thenar_camera.mjpeg import MjpegCamera, MjpegSettings
from thenar_camera.rtsp import RtspCamera, RtspSettings

from .peer import (
    drivers,
    gige_camera,
    mjpeg_server,
    next_frame,
    rtsp_server,
    system_python,
    trouble,
)


def lost(source):
    """Read until the loss is noticed; what reading says then."""
    return trouble(source, lambda _: source.health().state is CameraState.RECONNECTING)


@pytest.mark.parametrize(
    ("serve", "camera"),
    [
        (rtsp_server, lambda peer: RtspCamera(RtspSettings(url=peer.url))),
        (mjpeg_server, lambda peer: MjpegCamera(MjpegSettings(url=peer.url))),
        (
            gige_camera,
            lambda _: GigECamera(GigESettings(camera="127.0.0.1", python=system_python())),
        ),
    ],
    ids=["rtsp", "mjpeg", "gige"],
)
def test_a_camera_that_is_pulled_out_is_looked_for_and_found(serve, camera):
    with serve() as peer:
        source = camera(peer).open()
        before = source.read(60.0).number
        peer.stop()
        error = lost(source)
        assert "It is looked for." in str(error)
        assert "To mend it:" in str(error)
        assert source.health().trouble
        peer.start()
        assert next_frame(source).number > before
        health = source.health()
        source.close()
    assert health.state is CameraState.STREAMING
    assert health.reconnects == 1


def test_a_camera_that_hangs_is_left_and_opened_anew(rtsp):
    source = RtspCamera(RtspSettings(url=rtsp.url)).open()
    source.read(60.0)
    with rtsp.paused():
        error = lost(source)
        assert "does not answer in time" in str(error)
    next_frame(source)
    assert source.health().reconnects == 1
    source.close()


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGSTOP], ids=["crashes", "hangs"])
def test_a_driver_that_fails_is_started_anew(producer, how):
    source = GenICamCamera(GenICamSettings(producer=producer)).open()
    source.read(60.0)
    (driver,) = drivers()
    os.kill(driver, how)
    lost(source)
    next_frame(source)
    assert source.health().reconnects == 1
    assert driver not in drivers()
    source.close()
    assert source.health().state is CameraState.ENDED


class Flaky:
    """A device that a test plugs and unplugs."""

    def __init__(self):
        self.there = threading.Event()
        self.there.set()
        self.opened = []

    def start(self):
        self.opened.append(self)
        if not self.there.is_set():
            raise CameraUnavailable("It is not there.", remedy="plug it in.")
        return self

    def grab(self):
        threading.Event().wait(0.01)
        if not self.there.is_set():
            raise CameraUnavailable("It is gone.", remedy="plug it in.")
        return Taken({Band.GREY: np.zeros((2, 2), np.uint8)})

    def release(self):
        pass


@pytest.fixture
def flaky():
    return Flaky()


def test_a_short_loss_is_late_and_a_long_one_unavailable(flaky, monkeypatch):
    source = LatestFrames(flaky.start, "flaky", returns=True).open()
    source.read(60.0)
    flaky.there.clear()
    monkeypatch.setattr(latest, "GIVEN_UP_SECONDS", 60.0)
    assert isinstance(lost(source), CameraTimeout)
    monkeypatch.setattr(latest, "GIVEN_UP_SECONDS", 0.0)
    with pytest.raises(CameraUnavailable, match=r"It is not there\. It is looked for"):
        source.read(0.3)
    flaky.there.set()
    next_frame(source)
    source.close()


def test_a_camera_that_flaps_is_found_each_time(flaky, monkeypatch):
    monkeypatch.setattr(backoff, "LONGEST_WAIT", 0.02)
    monkeypatch.setattr(backoff, "FIRST_WAIT", 0.01)
    source = LatestFrames(flaky.start, "flaky", returns=True).open()
    numbers = []
    for _ in range(5):
        numbers.append(next_frame(source).number)
        flaky.there.clear()
        lost(source)
        flaky.there.set()
    numbers.append(next_frame(source).number)
    assert numbers == sorted(set(numbers))
    assert source.health().reconnects == 5
    source.close()


def test_waits_double_up_to_the_longest_and_begin_anew_after_a_steady_stream(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(backoff.time, "monotonic", lambda: now[0])
    waits = Backoff()
    seen = [waits.next() for _ in range(8)]
    assert seen[0] == FIRST_WAIT
    assert all(b == min(2 * a, LONGEST_WAIT) for a, b in itertools.pairwise(seen))
    assert seen[-1] == LONGEST_WAIT
    waits.streams()
    now[0] += STEADY_SECONDS / 2
    waits.streams()
    assert waits.next() == LONGEST_WAIT
    for _ in range(2):
        waits.streams()
        now[0] += STEADY_SECONDS
    waits.streams()
    assert waits.next() == FIRST_WAIT


def test_a_driver_that_raises_what_it_likes_is_opened_anew(flaky, monkeypatch):
    source = LatestFrames(flaky.start, "flaky", returns=True).open()
    source.read(60.0)
    with monkeypatch.context() as broken:
        broken.setattr(flaky, "grab", lambda: [][0])
        assert "its driver raised IndexError" in str(lost(source))
    next_frame(source)
    source.close()


def test_closing_while_it_is_looked_for_ends_the_search(flaky, eventually):
    source = LatestFrames(flaky.start, "flaky", returns=True).open()
    flaky.there.clear()
    lost(source)
    source.close()
    tries = len(flaky.opened)
    eventually(lambda: "camera flaky" not in {one.name for one in threading.enumerate()})
    assert len(flaky.opened) <= tries + 1
    with pytest.raises(CameraUnavailable, match="closed"):
        source.read(0.1)


def test_the_host_sees_the_health_of_a_camera(thenar_register, thenar_registry, mjpeg):
    import thenar_camera

    thenar_register(thenar_camera, "thenar-camera")
    settings = f'[drivers]\ncamera = "mjpeg"\n[camera.mjpeg]\nurl = "{mjpeg.url}"'
    source: WatchedFrameSource = thenar_registry(settings).driver("camera").open()
    source.read(60.0)
    assert source.health().frames >= 1
    source.close()
    assert source.health().state is CameraState.ENDED
