"""The short scripts of the examples do what their first line says."""

import os
import subprocess
import sys

import cv2
import pytest

from thenar.demo.cloud import CloudProcess
from thenar.demo.settings import Places, write_settings
from thenar.records import Band, Hand
from thenar.synthetic import Person, render


@pytest.fixture
def script(root):
    """Run a script: its exit status, what it printed, and what it complained of."""

    def run(name, *arguments, **environment):
        done = subprocess.run(
            [sys.executable, root / "examples" / "scripts" / name, *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def photograph(tmp_path):
    """An image file of a synthetic hand."""

    def take(seed, sample):
        frames = render(Person(seed).palm(Hand.RIGHT), sample)
        file = tmp_path / f"{seed}-{sample}.png"
        cv2.imwrite(str(file), cv2.cvtColor(frames.band(Band.RGB).pixels, cv2.COLOR_RGB2BGR))
        return file

    return take


def test_every_script_is_tried_here(root):
    scripts = {file.name for file in (root / "examples" / "scripts").glob("*.py")}
    assert scripts == {"compare_images.py", "enrol_and_identify.py", "list_plugins.py"}


def test_compare_images_tells_mates_from_strangers(script, photograph):
    status, said, _ = script("compare_images.py", photograph(7, 1), photograph(7, 2))
    assert (status, said.split(":")[0]) == (0, "same palm")
    status, said, _ = script("compare_images.py", photograph(7, 1), photograph(8, 1))
    assert (status, said.split(":")[0]) == (1, "not the same palm")


def test_compare_images_says_what_is_wrong_with_a_file(script, photograph, tmp_path):
    text = tmp_path / "letter.png"
    text.write_text("not an image")
    status, _, told = script("compare_images.py", text, photograph(7, 1))
    assert status == 1
    assert "not an image" in told
    assert "Traceback" not in told
    status, _, told = script("compare_images.py")
    assert "python compare_images.py" in told


def test_enrol_and_identify_recognises_who_was_enrolled(script, tmp_path):
    places = Places(tmp_path)
    cloud = CloudProcess(places)
    key = write_settings(places, url=cloud.url, camera="demonstration")
    try:
        cloud.start()
        status, said, told = script("enrol_and_identify.py", cloud.url, THENAR_ADMIN_KEY=key)
    finally:
        cloud.stop()
    assert status == 0, told
    enrolled, recognised = (line.split()[1].strip(",") for line in said.splitlines())
    assert enrolled == recognised


def test_list_plugins_tells_where_each_stands(script, tmp_path):
    settings = tmp_path / "thenar.toml"
    settings.write_text('[plugins]\nenabled = ["thenar-camera"]\n')
    status, said, told = script("list_plugins.py", settings)
    assert status == 0, told
    assert "thenar-camera 0.1.0: active" in said
    assert "thenar_cameras: " in said
    _, said, _ = script("list_plugins.py")
    assert "thenar-camera 0.1.0: off" in said
