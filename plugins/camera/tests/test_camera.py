import subprocess
import sys
import threading

import cv2
import numpy as np
import pytest

import thenar_camera
from thenar.errors import CameraTimeout, CameraUnavailable, InvalidRecord
from thenar.records import Band
from thenar_camera import uvc
from thenar_camera.grabber import Taken
from thenar_camera.images import ImagesCamera, ImagesSettings
from thenar_camera.latest import LatestFrames
from thenar_camera.uvc import UvcCamera, UvcSettings
from thenar_camera.video import VideoCamera, VideoSettings

from .peer import next_frame, trouble
from .virtual import VirtualCapture, VirtualUsb

FRAMES = 12


def shade(number):
    return 20 + number * 18


@pytest.fixture
def recording(tmp_path):
    """A video whose frame n is reddish with brightness 20 + 18 n."""
    path = tmp_path / "palm.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 50.0, (64, 48))
    assert writer.isOpened()
    for number in range(FRAMES):
        image = np.zeros((48, 64, 3), np.uint8)
        image[:, :, 2] = shade(number)
        writer.write(image)
    writer.release()
    return path


def read_all(source, timeout=60.0):
    seen = []
    try:
        while True:
            seen.append(source.read(timeout))
    except CameraUnavailable as ended:
        return seen, str(ended)
    finally:
        source.close()


def test_a_video_is_read_frame_by_frame_in_rgb_order(recording):
    seen, why = read_all(VideoCamera(VideoSettings(str(recording), every=True)).open())
    assert [frames.number for frames in seen] == list(range(FRAMES))
    red = [int(frames.band(Band.RGB).pixels[:, :, 0].mean()) for frames in seen]
    blue = [int(frames.band(Band.RGB).pixels[:, :, 2].mean()) for frames in seen]
    assert red == pytest.approx([shade(n) for n in range(FRAMES)], abs=6)
    assert max(blue) < 10
    assert "recording has ended" in why


def test_a_video_plays_on_whether_or_not_it_is_read(recording):
    seen, why = read_all(VideoCamera(VideoSettings(str(recording), band="nir")).open())
    assert seen[0].primary.pixels.shape == (48, 64)
    assert seen[-1].number == FRAMES - 1
    assert [f.time for f in seen] == sorted(f.time for f in seen)
    assert "recording has ended" in why


def test_a_missing_and_a_wrong_video_are_told_apart(tmp_path):
    with pytest.raises(CameraUnavailable, match="no such file"):
        VideoCamera(VideoSettings(str(tmp_path / "none.mp4"))).open()
    wrong = tmp_path / "letter.mp4"
    wrong.write_text("Dear customer")
    with pytest.raises(CameraUnavailable, match="expected a video file"):
        VideoCamera(VideoSettings(str(wrong))).open()


def test_a_folder_pairs_bands_and_shows_names_in_order(tmp_path):
    for number in (2, 1):
        colour = np.zeros((8, 10, 3), np.uint8)
        colour[:, :, 0] = number  # blue, in OpenCV's order
        cv2.imwrite(str(tmp_path / f"f{number}-rgb.png"), colour)
        cv2.imwrite(str(tmp_path / f"f{number}-nir.png"), np.full((8, 10), number + 100, np.uint8))
    (tmp_path / "notes.txt").write_text("not an image")
    seen, why = read_all(ImagesCamera(ImagesSettings(str(tmp_path), every=True)).open())
    assert [int(f.band(Band.NIR).pixels[0, 0]) for f in seen] == [101, 102]
    assert [f.band(Band.RGB).pixels[0, 0].tolist() for f in seen] == [[0, 0, 1], [0, 0, 2]]
    assert "ended" in why


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("band", list(Band))
def test_any_image_becomes_the_band_that_the_settings_say(tmp_path, channels, band):
    image = np.full((6, 5, channels), 90, np.uint8)
    cv2.imwrite(str(tmp_path / "a.png"), image.squeeze())
    source = ImagesCamera(ImagesSettings(str(tmp_path), band=band, every=True)).open()
    frame = source.read(60.0).frames[0]
    assert (frame.band, int(frame.pixels[0, 0].mean())) == (band, 90)
    source.close()


def test_folders_that_cannot_be_shown_say_why(tmp_path):
    with pytest.raises(CameraUnavailable, match="no such folder"):
        ImagesCamera(ImagesSettings(str(tmp_path / "none"))).open()
    with pytest.raises(CameraUnavailable, match="found none"):
        ImagesCamera(ImagesSettings(str(tmp_path))).open()
    (tmp_path / "a.png").write_bytes(b"not a picture")
    source = ImagesCamera(ImagesSettings(str(tmp_path))).open()
    with pytest.raises(CameraUnavailable, match="8 bits a channel"):
        source.read(60.0)


def test_an_absent_usb_camera_is_named_with_those_that_are_there():
    with pytest.raises(CameraUnavailable, match="USB camera 87"):
        UvcCamera(UvcSettings(index=87)).open()


class Stalling:
    """A device that gives some frames at once and then hangs until released."""

    def __init__(self, frames):
        self.frames = iter(range(frames))
        self.hangs = threading.Event()
        self.let_go = threading.Event()

    def grab(self):
        if next(self.frames, None) is None:
            self.hangs.set()
            self.let_go.wait(30)
            return None
        return Taken({Band.GREY: np.zeros((2, 2), np.uint8)})

    def release(self):
        pass


def test_a_slow_reader_gets_the_newest_frame_and_each_only_once():
    device = Stalling(5)
    source = LatestFrames(lambda: device, "stalling").open()
    assert device.hangs.wait(30)
    assert source.read(60.0).number == 4
    with pytest.raises(CameraTimeout):
        source.read(0.01)
    device.let_go.set()
    source.close()


def test_a_device_that_hangs_does_not_hang_its_reader():
    device = Stalling(1)
    source = LatestFrames(lambda: device, "stalling").open()
    assert source.read(60.0).number == 0
    with pytest.raises(CameraTimeout, match=r"within 0.05 s"):
        source.read(0.05)
    device.let_go.set()
    with pytest.raises(CameraUnavailable):
        source.read(60.0)


def test_a_device_that_does_not_open_in_time_is_unavailable():
    gate = threading.Event()

    def start():
        gate.wait(10)
        return Stalling(0)

    with pytest.raises(CameraUnavailable, match="expected it to open"):
        LatestFrames(start, "slow").open(timeout=0.05)
    gate.set()


def test_closing_twice_is_allowed_and_reading_afterwards_says_closed(recording):
    source = VideoCamera(VideoSettings(str(recording))).open()
    source.close()
    source.close()
    with pytest.raises(CameraUnavailable, match="closed"):
        source.read(1.0)


def test_the_plugin_offers_its_cameras():
    assert [provider.name for provider in thenar_camera.thenar_cameras()] == [
        "uvc",
        "rtsp",
        "mjpeg",
        "genicam",
        "gige",
        "paired",
        "video",
        "images",
    ]


def test_no_library_of_an_extra_is_loaded_before_its_camera_opens():
    code = (
        "import sys, thenar_camera; print(*{'av', 'genicam', 'gi', 'harvesters'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.fixture
def usb(tmp_path, monkeypatch):
    bus = VirtualUsb(tmp_path)
    monkeypatch.setattr(uvc, "DEVICES", tmp_path)
    monkeypatch.setattr(cv2, "VideoCapture", bus.capture)
    return bus


def test_a_usb_camera_gets_what_the_settings_ask(usb, monkeypatch):
    monkeypatch.setattr(uvc.sys, "platform", "linux")
    settings = UvcSettings(width=1280, height=720, fps=60.0, exposure=5000.0)
    UvcCamera(settings).open().close()
    assert usb.set[cv2.CAP_PROP_FRAME_WIDTH] == 1280
    assert usb.set[cv2.CAP_PROP_FRAME_HEIGHT] == 720
    assert usb.set[cv2.CAP_PROP_FPS] == 60.0
    assert usb.set[cv2.CAP_PROP_AUTO_EXPOSURE] == 1
    assert usb.set[cv2.CAP_PROP_EXPOSURE] == 50.0  # of 100 µs
    UvcCamera(UvcSettings(automatic=True)).open().close()
    assert usb.set[cv2.CAP_PROP_AUTO_EXPOSURE] == 3


def test_a_usb_camera_that_cannot_be_used_says_why(usb, monkeypatch):
    usb.taken = True
    with pytest.raises(CameraUnavailable, match="close other programs"):
        UvcCamera(UvcSettings()).open()
    usb.taken = False
    with pytest.raises(CameraUnavailable, match="does not take it"):
        UvcCamera(UvcSettings(exposure=10_000_000.0)).open()
    monkeypatch.setattr(uvc.os, "access", lambda *_: False)
    with pytest.raises(CameraUnavailable, match=r"no permission.*'video'"):
        UvcCamera(UvcSettings()).open()
    with pytest.raises(InvalidRecord, match="both"):
        UvcSettings(exposure=100.0, automatic=True)


def test_a_usb_camera_without_a_picture_is_told_when_it_opens(usb, monkeypatch):
    monkeypatch.setattr(VirtualCapture, "read", lambda _: (False, None))
    with pytest.raises(CameraUnavailable, match="gives no picture"):
        UvcCamera(UvcSettings()).open()


def test_a_usb_camera_that_is_pulled_out_comes_back(usb):
    source = UvcCamera(UvcSettings()).open()
    before = source.read(60.0).number
    usb.unplug()
    trouble(source, lambda error: "looked for" in str(error))
    usb.plug()
    assert next_frame(source).number > before
    assert source.health().reconnects == 1
    source.close()
