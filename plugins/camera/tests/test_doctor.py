"""``thenar doctor`` has useful words for each of the cameras."""

import json

import pytest
from click.testing import CliRunner

import thenar_camera
from thenar.cli import main
from thenar.records import CameraHealth, CameraState
from thenar_camera.latest import LatestFrames

from .peer import gige_camera, system_python


@pytest.fixture
def examined(tmp_path, monkeypatch, thenar_register):
    """What the doctor finds of a camera with these settings, by check."""

    def examine(name, settings):
        thenar_register(thenar_camera, "thenar-camera")
        lines = [f'[plugins]\nenabled = ["thenar-camera"]\n[drivers]\ncamera = "{name}"', settings]
        (tmp_path / "thenar.toml").write_text("\n".join(lines), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        result = CliRunner().invoke(main, ["doctor", "--json"])
        return {one["check"]: one for one in json.loads(result.output)}

    return examine


def gige(camera="127.0.0.1"):
    return f'[camera.gige]\ncamera = "{camera}"\npython = "{system_python()}"'


def test_a_camera_that_works(examined, mjpeg):
    found = examined("mjpeg", f'[camera.mjpeg]\nurl = "{mjpeg.url}"')
    assert "320×240 rgb" in found["camera"]["said"]
    assert found["link"]["state"] == "well"
    assert "none damaged" in found["link"]["said"]


def test_a_cable_that_loses_packets(examined):
    with gige_camera(lost=2):
        found = examined("gige", gige())
    assert found["link"]["state"] == "mind"
    assert "damaged" in found["link"]["said"]
    assert "cable" in found["link"]["remedy"]


def test_a_pair_that_works(examined, mjpeg, rtsp):
    found = examined(
        "paired",
        f'[camera.paired.rgb.mjpeg]\nurl = "{mjpeg.url}"\n'
        f'[camera.paired.nir.rtsp]\nurl = "{rtsp.url}"',
    )
    assert "320×240 rgb and nir" in found["camera"]["said"]
    assert found["link"]["state"] in ("well", "mind")


@pytest.mark.parametrize(
    ("told", "said", "remedy"),
    [
        ({"reconnects": 2, "trouble": "It is gone."}, "2 times meanwhile: It is gone.", "power"),
        ({"damaged": 3}, "9 frames came whole, 3 damaged", "network"),
        ({"unpaired": 30}, "9 pairs, and 30 frames without a partner", "delay"),
    ],
)
def test_what_a_camera_says_of_itself(examined, monkeypatch, mjpeg, told, said, remedy):
    health = CameraHealth(CameraState.STREAMING, frames=9, **told)
    monkeypatch.setattr(LatestFrames, "health", lambda _: health)
    found = examined("mjpeg", f'[camera.mjpeg]\nurl = "{mjpeg.url}"')["link"]
    assert said in found["said"]
    assert remedy in found["remedy"]


@pytest.mark.parametrize(
    ("name", "settings", "said", "remedy"),
    [
        ("uvc", "[camera.uvc]\nindex = 87", "no such camera", "plug the camera in"),
        ("rtsp", '[camera.rtsp]\nurl = "rtsp://127.0.0.1:9/"', "nothing answers", "address"),
        ("genicam", '[camera.genicam]\nproducer = "/none.cti"', "no GenTL producer", "plug"),
        (
            "paired",
            "[camera.paired.rgb.uvc]\nindex = 87\n[camera.paired.nir.uvc]\nindex = 88",
            "Pair of cameras, rgb: USB camera 87",
            "plug the camera in",
        ),
    ],
)
def test_a_camera_that_is_not_there(examined, name, settings, said, remedy):
    finding = examined(name, settings)["camera"]
    assert finding["state"] == "ill"
    assert said in finding["said"]
    assert remedy in finding["remedy"]
