"""``thenar doctor``: each trouble is found, named, and told what to do about."""

from __future__ import annotations

import json
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from uuid import uuid4

import attrs
import numpy as np
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import thenar
from thenar.cli import main
from thenar.client import DeviceIdentity
from thenar.errors import CameraUnavailable
from thenar.records import Band, Frame, FrameSet, Hand, Provider
from thenar.synthetic import Person, empty, render
from thenar.testing.simulated import SimulatedCamera

SETTINGS = """
[plugins]
enabled = ["bench-camera"]

[drivers]
camera = "bench"

[device]
cloud = "{cloud}"
folder = "{folder}"
"""


class Service(BaseHTTPRequestHandler):
    """Answers like the service; one and the same for all tests of a kind."""

    status, ahead = 200, 0.0

    def do_GET(self):
        assert self.path == "/v1/ready"
        self.send_response_only(self.status)
        self.send_header("Date", formatdate(time() + self.ahead, usegmt=True))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    handler = type("Told", (Service,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    handler.url = f"http://127.0.0.1:{server.server_port}"
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


@attrs.define
class Site:
    folder: object
    scene: list
    refusal: Exception | None = None

    def open(self):
        if self.refusal:
            raise self.refusal
        camera = SimulatedCamera(fps=1000)
        camera.show(self.scene)
        return camera.open()


def palm(changed=lambda pixels: pixels):
    one = render(Person(3).palm(Hand.LEFT), 0, bands=(Band.RGB,)).primary
    pixels = np.ascontiguousarray(changed(one.pixels).astype(np.uint8))
    return [FrameSet((Frame(pixels, Band.RGB),))] * 25


@pytest.fixture
def site(tmp_path, monkeypatch, thenar_register, service):
    folder = tmp_path / "device"
    folder.mkdir(mode=0o700)
    keys = Ed25519PrivateKey.generate(), X25519PrivateKey.generate().public_key()
    identity = DeviceIdentity(uuid4().hex, uuid4().hex, uuid4().hex, "till 1", *keys)
    identity.save(folder / "device.json")
    made = Site(folder, palm())

    class Plugin:
        THENAR_API = 1

        @thenar.hookimpl
        def thenar_cameras(self):
            return [Provider("bench", make=lambda _: made)]

    thenar_register(Plugin(), "bench-camera", "1.0")
    text = SETTINGS.format(cloud=service.url, folder=folder)
    (tmp_path / "thenar.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return made


def found():
    result = CliRunner().invoke(main, ["doctor", "--json"])
    findings = {one["check"]: one for one in json.loads(result.output)}
    ill = any(one["state"] == "ill" for one in findings.values())
    assert result.exit_code == int(ill), result.output
    return findings


def test_a_terminal_that_works_is_well(site):
    findings = found()
    states = {check: one["state"] for check, one in findings.items() if check != "speed"}
    names = ("plugins", "key", "disk", "service", "clock", "camera", "light", "focus")
    assert states == dict.fromkeys(names, "well")
    assert "640×480 rgb" in findings["camera"]["said"]
    assert "ms to look at a frame" in findings["speed"]["said"]


def test_the_table_says_what_to_do(site, service):
    service.status = 503
    result = CliRunner().invoke(main, ["doctor"], env={"COLUMNS": "160"})
    assert result.exit_code == 1
    assert "answered 503" in result.output
    assert "ask whoever runs it" in result.output


def test_a_device_without_a_key_is_told_to_activate(site):
    (site.folder / "device.json").unlink()
    finding = found()["key"]
    assert finding["state"] == "ill"
    assert "activate" in finding["remedy"] + finding["said"]


def test_a_folder_that_others_may_read(site):
    site.folder.chmod(0o755)
    assert CliRunner().invoke(main, ["doctor", "--json"]).exit_code == 1
    result = CliRunner().invoke(main, ["doctor"], env={"COLUMNS": "200"})
    assert "chmod 700" in result.output


def test_a_clock_that_is_off(site, service):
    service.ahead = 45.0
    finding = found()["clock"]
    assert finding["state"] == "ill"
    assert "NTP" in finding["remedy"]


def test_a_service_that_is_away(site, tmp_path):
    text = SETTINGS.format(cloud="http://127.0.0.1:9", folder=site.folder)
    (tmp_path / "thenar.toml").write_text(text, encoding="utf-8")
    findings = found()
    assert findings["service"]["state"] == "ill"
    assert "clock" not in findings


def test_a_camera_that_does_not_open_leaves_the_other_checks(site):
    site.refusal = CameraUnavailable("Camera 0 is in use.", remedy="close the other program")
    findings = found()
    assert findings["camera"]["state"] == "ill"
    assert findings["camera"]["remedy"] == "close the other program"
    assert findings["service"]["state"] == "well"


@pytest.mark.parametrize(
    ("scene", "check", "word"),
    [
        ([empty(1)] * 25, "focus", "hold a palm"),
        (palm(lambda pixels: pixels * 0.15), "light", "add light"),
        (palm(lambda pixels: np.full_like(pixels, 255)), "light", "shade"),
    ],
)
def test_what_deserves_a_look(site, scene, check, word):
    site.scene = scene
    finding = found()[check]
    assert finding["state"] == "mind"
    assert word in finding["remedy"]
