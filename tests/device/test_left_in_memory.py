"""Frames and crops are overwritten after use: a running reader's memory is searched for them."""

import resource
import subprocess
import sys

import httpx
import numpy as np
import pytest

from thenar.device.display import Display
from thenar.device.hover import Hover
from thenar.errors import CameraUnavailable
from thenar.records import Band, Hand
from thenar.synthetic import Person, render

from .reader import BOTH, Reader, among, linux, memory, traces, visit

pytestmark = linux


@pytest.fixture
def reader(tmp_path):
    reader = Reader(tmp_path, readable=True)
    yield reader
    reader.stop()


def test_after_an_answer_nothing_of_the_palm_is_in_memory(reader):
    mine = [visit(70, hand) for hand in BOTH]
    pieces = traces(*mine)
    held = []

    def look_in(shown):
        if shown == 5:
            held.extend(memory(reader.process.pid))

    reader.play("pay", mine[0], then=look_in)  # which takes so long that the camera is late
    said = reader.play("enrol", *mine)
    assert said.startswith("You are enrolled")
    left = memory(reader.process.pid)
    first = pieces[: len(pieces) // 2]
    assert among(held, first[::25]), "while the palm is held it is there, and is found"
    assert among(left, pieces[::25]) == []


def test_nor_after_a_hand_that_was_not_taken(reader):
    """It leaves before the dwell is over, and somebody stops the flow."""
    short = visit(70, Hand.RIGHT)[:4]
    pieces = traces(visit(70, Hand.RIGHT))

    def stop(shown):
        if shown == len(short):
            httpx.post(f"{reader.kiosk}/cancel")

    reader.play("pay", short, then=stop)
    assert among(memory(reader.process.pid), pieces[:36:3]) == []


def test_the_program_that_runs_forbids_dumps_and_readers():
    """As ``thenar device run`` begins."""
    program = (
        "import resource, pathlib\n"
        "from thenar.device.hardening import harden\n"
        "print(harden(), resource.getrlimit(resource.RLIMIT_CORE))\n"
        "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert "no_core=True, overwritten=True, undumpable=True" in said
    assert "(0, 0)" in said
    assert said.splitlines()[-1] == "0"
    assert resource.getrlimit(resource.RLIMIT_CORE) is not None


def test_every_buffer_that_a_camera_gave_is_zero_afterwards():
    given = []

    class Source:
        def __init__(self):
            self.left = 14

        def read(self, timeout):
            if not self.left:
                raise CameraUnavailable("over")
            self.left -= 1
            number = 14 - self.left
            shown = render(Person(70).palm(Hand.RIGHT), 1, time=number / 15, number=number)
            given.append(shown)
            return shown

    with Hover(Source(), Display()).present("Pay") as taken:
        assert all(crop.bands[Band.RGB].any() for crop in taken.crops)
        crops = taken.crops
    pixels = [frame.pixels for frames in given for frame in frames.frames]
    assert len(pixels) > 8
    assert not any(one.any() for one in pixels)
    assert not any(np.any(band) for crop in crops for band in crop.bands.values())
    assert not any(crop.mask.any() for crop in crops)
