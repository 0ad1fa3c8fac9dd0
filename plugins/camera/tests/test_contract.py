"""Every camera keeps the contract of cameras, on the peers and with what each can show."""

import contextlib
import os
import signal
from pathlib import Path

import cv2
import numpy as np
import pytest

import thenar_camera
from thenar.testing.contracts import Ability, CameraContract, PluginContract
from thenar_camera import uvc
from thenar_camera.genicam import GenICamCamera, GenICamSettings
from thenar_camera.gige import GigECamera, GigESettings
from thenar_camera.halves import Half
from thenar_camera.images import ImagesCamera, ImagesSettings
from thenar_camera.mjpeg import MjpegCamera, MjpegSettings
from thenar_camera.paired import PairedCamera, PairedSettings
from thenar_camera.rtsp import RtspCamera, RtspSettings
from thenar_camera.uvc import UvcCamera, UvcSettings
from thenar_camera.video import VideoCamera, VideoSettings

from .peer import dried_up, drivers, next_frame, system_python
from .virtual import VirtualUsb

LIVE = (Ability.STALLS, Ability.UNPLUGS)


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return thenar_camera


class TestVideoCamera(CameraContract):
    abilities = (Ability.ENDS,)

    @pytest.fixture
    def camera(self, tmp_path):
        path = tmp_path / "palm.avi"
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (64, 48))
        for number in range(40):
            writer.write(np.full((48, 64, 3), 5 * number, np.uint8))
        writer.release()
        return VideoCamera(VideoSettings(str(path), every=True))


class TestImagesCamera(CameraContract):
    abilities = (Ability.ENDS,)

    @pytest.fixture
    def camera(self, tmp_path):
        for number in range(12):
            image = np.full((8, 10), 10 * number, np.uint8)
            cv2.imwrite(str(tmp_path / f"{number:02}-nir.png"), image)
        return ImagesCamera(ImagesSettings(str(tmp_path), every=True))


class LiveCamera(CameraContract):
    """A camera of processes that share the machine with whatever else it does."""

    abilities = LIVE

    def shown(self, source, number):
        return [next_frame(source) for _ in range(number)]


class PeerCamera(LiveCamera):
    """A camera that is a process of its own."""

    @pytest.fixture
    def stalled(self, peer, source):
        return dried_up(source, peer.paused())

    @pytest.fixture
    def unplugged(self, peer):
        return peer.unplugged()


class TestRtspCamera(PeerCamera):
    @pytest.fixture
    def peer(self, rtsp):
        return rtsp

    @pytest.fixture
    def camera(self, peer):
        return RtspCamera(RtspSettings(url=peer.url))


class TestMjpegCamera(PeerCamera):
    @pytest.fixture
    def peer(self, mjpeg):
        return mjpeg

    @pytest.fixture
    def camera(self, peer):
        return MjpegCamera(MjpegSettings(url=peer.url))


class TestGigECamera(PeerCamera):
    @pytest.fixture
    def peer(self, gige):
        return gige

    @pytest.fixture
    def camera(self, peer):
        return GigECamera(GigESettings(camera="127.0.0.1", python=system_python()))


class TestGenICamCamera(LiveCamera):
    """Its cameras are in the producer: pulled out is a driver that crashed and is gone."""

    @pytest.fixture
    def camera(self, producer):
        return GenICamCamera(GenICamSettings(producer=producer, fps=60.0))

    @pytest.fixture
    def stalled(self, source):
        @contextlib.contextmanager
        def stopped():
            for pid in drivers():
                os.kill(pid, signal.SIGSTOP)
            try:
                yield
            finally:
                for pid in drivers():
                    os.kill(pid, signal.SIGCONT)

        return dried_up(source, stopped())

    @pytest.fixture
    def unplugged(self, producer):
        @contextlib.contextmanager
        def crashed():
            away = Path(producer).rename(f"{producer}.away")
            for pid in drivers():
                os.kill(pid, signal.SIGKILL)
            yield
            away.rename(producer)

        return crashed()


class TestPairedCamera(PeerCamera):
    """Colour from MJPEG, near infrared from RTSP; the infrared one is pulled out."""

    @pytest.fixture
    def peer(self, rtsp):
        return rtsp

    @pytest.fixture
    def camera(self, peer, mjpeg):
        rgb, nir = MjpegSettings(url=mjpeg.url), RtspSettings(url=peer.url)
        return PairedCamera(PairedSettings(rgb=Half(mjpeg=rgb), nir=Half(rtsp=nir)))


class TestUvcCamera(LiveCamera):
    """The kernel's part is virtual: see virtual.py."""

    @pytest.fixture
    def usb(self, tmp_path, monkeypatch):
        bus = VirtualUsb(tmp_path)
        monkeypatch.setattr(uvc, "DEVICES", tmp_path)
        monkeypatch.setattr(cv2, "VideoCapture", bus.capture)
        return bus

    @pytest.fixture
    def camera(self, usb):
        return UvcCamera(UvcSettings())

    @pytest.fixture
    def stalled(self, usb, source):
        @contextlib.contextmanager
        def hung():
            usb.flows.clear()
            yield
            usb.flows.set()

        return dried_up(source, hung())

    @pytest.fixture
    def unplugged(self, usb):
        @contextlib.contextmanager
        def out():
            usb.unplug()
            yield
            usb.plug()

        return out()
