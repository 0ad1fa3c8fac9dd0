"""GigE Vision on Aravis' fake camera, GenICam on the committee's own producer."""

import os
import re
import signal
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from thenar.errors import CameraTimeout, CameraUnavailable, InvalidRecord
from thenar.records import Band
from thenar_camera.genicam import GenICamCamera, GenICamSettings
from thenar_camera.gige import GigECamera, GigESettings
from thenar_camera.pixels import UNDERSTOOD, decoded
from thenar_camera.process import DriverProcess

from .peer import drivers, gige_camera, system_python, trouble


def gige_of(**changed):
    settings = {"camera": "127.0.0.1", "python": system_python(), **changed}
    return GigECamera(GigESettings(**settings))


def refusal(camera):
    with pytest.raises(CameraUnavailable) as error:
        camera.open()
    return str(error.value)


def shown(camera, number=3):
    source = camera.open()
    frames = [source.read(60.0) for _ in range(number)]
    source.close()
    return frames[-1].primary


def test_a_gige_camera_is_found_by_serial_number_name_or_alone(gige):
    for camera in ("T1", "Aravis-Fake-T1", ""):
        assert shown(gige_of(camera=camera), 1).pixels.shape == (512, 512)
    said = refusal(gige_of(camera="T2"))
    assert "absent" in said
    assert "Aravis-Fake-T1" in said


def test_exposure_gain_and_format_of_a_gige_camera_are_set(gige):
    dark, bright = (shown(gige_of(exposure=e)).pixels.mean() for e in (2000.0, 8000.0))
    assert bright > 2 * dark
    assert shown(gige_of(exposure=2000.0, gain=6.0)).pixels.mean() > 1.5 * dark
    colour = shown(gige_of(pixel_format="BayerRG8", band="rgb", exposure=10_000.0))
    assert colour.band is Band.RGB
    assert np.ptp(colour.pixels.reshape(-1, 3).mean(axis=0)) > 0
    assert shown(gige_of(pixel_format="Mono16")).pixels.dtype == np.uint8


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"exposure": 1.0}, "expected exposure 10 to 1e+07, got 1"),
        ({"gain": 99.0}, "expected gain 0 to 10, got 99"),
        ({"fps": 1e6}, "expected fps 0.1 to 1000"),
        ({"automatic": True}, "expected automatic exposure, it has none"),
        ({"pixel_format": "Mono12p"}, "it offers BayerBG8"),
    ],
)
def test_what_a_gige_camera_does_not_take_is_told_and_it_is_free_again(gige, changed, words):
    assert words in refusal(gige_of(**changed))
    assert shown(gige_of(), 1)


def test_a_gige_camera_that_another_program_controls_is_in_use(gige):
    first = gige_of().open()
    assert first.read(60.0)
    said = refusal(gige_of())
    assert "in use" in said
    assert "close other programs" in said
    assert first.read(60.0)
    first.close()
    assert shown(gige_of(), 1)


def test_frames_of_which_packets_are_lost_are_left_out_and_counted():
    with gige_camera(lost=3):
        source = gige_of().open()
        frames = [source.read(60.0) for _ in range(15)]
        health = source.health()
        source.close()
    assert health.damaged > 0
    assert frames[-1].number == 14 + health.damaged
    for one in frames:  # a lost packet would leave 1,400 bytes of zeroes
        assert (one.primary.pixels.reshape(-1) == 0).mean() < 0.01


@pytest.fixture
def plain_python(tmp_path):
    """Python as an ordinary user has it: root's Aravis takes packets by another way."""
    if os.geteuid():
        return system_python()
    script = tmp_path / "python3"
    script.write_text(f'#!/bin/sh\nexec setpriv --bounding-set=-net_raw {system_python()} "$@"\n')
    script.chmod(0o700)
    return str(script)


def waiting(process):
    """Bytes that wait in the kernel for a process, in its fullest UDP socket."""
    mine = [str(one.readlink()) for one in Path(f"/proc/{process}/fd").iterdir()]
    rows = [row.split() for row in Path("/proc/net/udp").read_text().splitlines()[1:]]
    own = [row[4] for row in rows if f"socket:[{row[9]}]" in mine]
    return max(int(queues.partition(":")[2], 16) for queues in own)


def test_a_frame_has_room_in_the_kernel_while_the_driver_is_kept_waiting(
    gige, plain_python, eventually
):
    """On a busy machine the driver comes late; a frame that has no room by then is spoilt."""
    source = gige_of(python=plain_python).open()
    frame = source.read(60.0).primary.pixels.nbytes
    (driver,) = drivers()
    os.kill(driver, signal.SIGSTOP)
    try:
        eventually(lambda: waiting(driver) > frame)
    finally:
        os.kill(driver, signal.SIGCONT)
    assert source.read(60.0)
    source.close()


def test_a_network_that_spoils_every_frame_is_named():
    with gige_camera(lost=500):
        source = gige_of().open()
        said = trouble(source, lambda error: "came damaged" in str(error))
        assert isinstance(said, CameraTimeout)
        assert re.search(r"\d+ came damaged.*cable", str(said), re.DOTALL)
        assert source.health().damaged > 0
        source.close()


def test_without_aravis_or_harvesters_the_error_says_what_to_install(gige, producer, monkeypatch):
    assert "gir1.2-aravis-0.8" in refusal(gige_of(python=sys.executable))
    assert "gir1.2-aravis-0.8" in refusal(gige_of(python="/nowhere/python3"))
    monkeypatch.setattr(sys, "executable", system_python())
    said = refusal(GenICamCamera(GenICamSettings(producer=producer)))
    assert "pip install 'thenar-camera[genicam]'" in said


def test_a_genicam_camera_is_found_by_serial_number_or_name(producer):
    for camera in ("2", "VikyTL_DEV_blue", ""):
        found = GenICamSettings(producer=producer, camera=camera, pixel_format="Mono8", fps=60.0)
        assert shown(GenICamCamera(found), 1).pixels.shape == (400, 400)
    said = refusal(GenICamCamera(GenICamSettings(producer=producer, camera="9")))
    assert "finds: 0, 1, 2" in said


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"producer": "/nowhere/maker.cti"}, "no GenTL producer"),
        ({"producer": __file__}, "finds: none"),
        ({"exposure": 100.0}, "no such feature"),
        ({"automatic": True}, "automatic exposure"),
        ({"fps": 1000.0}, "expected fps 1 to 200, got 1000"),
        ({"pixel_format": "Mono12"}, "it offers RGBa8, Mono8"),
    ],
)
def test_what_a_genicam_camera_does_not_take_is_told(producer, changed, words):
    said = refusal(GenICamCamera(GenICamSettings(**{"producer": producer, **changed})))
    assert words in said


def test_no_driver_outlives_its_camera_or_leaves_a_core_dump(producer, eventually):
    source = GenICamCamera(GenICamSettings(producer=producer)).open()
    (driver,) = drivers()
    limits = Path(f"/proc/{driver}/limits").read_text()
    assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE), limits
    source.close()
    eventually(lambda: not drivers())
    assert not [one for one in threading.enumerate() if one.name.startswith("camera GenICam")]


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import sys; sys.exit(3)", "its driver ended with 3"),
        ("import os; os.abort()", "its driver ended with -6"),
        ("import sys; sys.stdout.buffer.write(b'GET / HTTP/1.1'); input()", "what is no frame"),
    ],
)
def test_a_driver_that_fails_is_told(tmp_path, monkeypatch, program, words):
    (tmp_path / "broken.py").write_text(program)
    monkeypatch.setattr("thenar_camera.process._DRIVERS", tmp_path)
    with pytest.raises(CameraUnavailable, match=words):
        DriverProcess(sys.executable, "broken", {}, name="x", band=Band.NIR, package="")


def test_exposure_by_hand_and_by_itself_exclude_each_other():
    with pytest.raises(InvalidRecord, match="both"):
        GigESettings(exposure=100.0, automatic=True)


GREY = {"Mono8": [10, 200], "Mono10": [40, 800], "Mono12": [160, 3200], "Mono14": [640, 12800]}


@pytest.mark.parametrize("pixel_format", [*GREY, "Mono16"])
def test_deep_grey_loses_its_lowest_bits(pixel_format):
    values = GREY.get(pixel_format, [2560, 51200])
    kind = np.uint8 if pixel_format == "Mono8" else "<u2"
    pixels = bytearray(np.array(values, kind).tobytes())
    assert decoded(pixels, 2, 1, pixel_format, "camera").tolist() == [[10, 200]]


@pytest.mark.parametrize(
    ("pixel_format", "pixel"),
    [("RGB8", [1, 2, 3]), ("BGR8", [3, 2, 1]), ("RGBa8", [1, 2, 3, 9]), ("BGRa8", [3, 2, 1, 9])],
)
def test_colours_come_in_opencv_s_order(pixel_format, pixel):
    assert decoded(bytearray(pixel), 1, 1, pixel_format, "camera").tolist() == [[[3, 2, 1]]]


@pytest.mark.parametrize("pattern", ["RG", "GR", "GB", "BG"])
def test_bayer_patterns_are_named_by_their_first_row(pattern):
    rows = {"RG": ("RG", "GB"), "GR": ("GR", "BG"), "GB": ("GB", "RG"), "BG": ("BG", "GR")}
    level = {"R": 200, "G": 100, "B": 50}
    tile = np.array([[level[one] for one in row] for row in rows[pattern]], np.uint8)
    mosaic = np.tile(tile, (8, 8))
    image = decoded(bytearray(mosaic.tobytes()), 16, 16, f"Bayer{pattern}8", "camera")
    assert image[8, 8].tolist() == [50, 100, 200]


@pytest.mark.parametrize("pixel_format", ["YUV422_8", "YUV422_8_UYVY"])
def test_yuv_grey_is_grey(pixel_format):
    pair = [128, 128, 128, 128]
    image = decoded(bytearray(pair * 4), 4, 2, pixel_format, "camera")
    assert np.ptp(image) <= 2


def test_an_unknown_format_and_a_wrong_length_are_told():
    with pytest.raises(CameraUnavailable, match="got Mono12p"):
        decoded(bytearray(6), 2, 2, "Mono12p", "camera")
    for name in UNDERSTOOD:
        with pytest.raises(CameraUnavailable, match="bytes"):
            decoded(bytearray(7), 2, 2, name, "camera")
