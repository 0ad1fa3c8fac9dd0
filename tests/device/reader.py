"""Starts :mod:`reader_process`, shows it palms, and looks into its files and its memory."""

import contextlib
import json
import os
import re
import select
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from thenar.capture import look
from thenar.client import AdminClient, activate
from thenar.cloud import Services
from thenar.device.settings import private_folder
from thenar.matching import NumpyMatcher
from thenar.records import Band, Hand
from thenar.signature import BlockCode
from thenar.synthetic import Person, empty, printed, render
from thenar.testing.simulated import (
    BooksSettings,
    GateSettings,
    SimulatedGate,
    SimulatedLoyalty,
    SimulatedProcessor,
    SystemClock,
)
from thenar.testing.world.service import ADMIN_KEY, RunningService

from .reader_process import HEAD

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
PROCESS = Path(__file__).with_name("reader_process.py")
HELD = 8
SETTINGS = """
[drivers]
camera = "socket"
card_reader = "socket"
payment = "simulated"
[payment.simulated]
books = "{books}"
[doors.north]
provider = "simulated-gate"
books = "{gate}"
offline = "{offline}"
[device]
cloud = "{cloud}"
folder = "{folder}"
"""


@cache
def visit(seed, hand, sample=1, show=render):
    """A palm that is held: nothing, then the same palm for some frames, then nothing."""
    held = [show(Person(seed).palm(hand), sample, number=number) for number in range(HELD)]
    return [empty(0), *held, *[empty(0)] * 4]


def attack(seed, hand):
    return visit(seed, hand, 1, printed)


class Reader:
    """The process, the camera's other end, and a real service in this process."""

    def __init__(self, folder, *, offline="fail closed", url=None, readable=False, trace=()):
        self.folder = private_folder(folder / "device")
        self.others = private_folder(folder / "others")
        self.scratch = private_folder(folder / "tmp")
        processor = SimulatedProcessor(BooksSettings(str(self.others / "cards")))
        SimulatedGate(GateSettings(str(self.others / "gate"))).sell("T-1")
        services = Services(
            signature=BlockCode(),
            matcher=NumpyMatcher(),
            payment=processor,
            payment_name="simulated",
            loyalty={"simulated": SimulatedLoyalty()},
        )
        self.service = RunningService(folder / "cloud", services, SystemClock())
        self.service.start()
        with AdminClient(self.service.url, ADMIN_KEY) as admin:
            site = admin.create_site(admin.create_tenant("Shop").tenant, "High Street")
            code = admin.create_device(site.site, "till 1").code
        activate(self.service.url, code).save(self.folder / "device.json")
        settings = folder / "thenar.toml"
        settings.write_text(
            SETTINGS.format(
                books=self.others / "cards",
                gate=self.others / "gate",
                offline=offline,
                cloud=url(self.service.url) if url else self.service.url,
                folder=self.folder,
            )
        )
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(folder / "camera"))
        listening.listen()
        listening.settimeout(60)
        command = [sys.executable, str(PROCESS), str(settings), str(folder / "camera")]
        self.process = subprocess.Popen(
            [*trace, *command, json.dumps({"readable": readable})],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.scratch,
            env={
                **os.environ,
                "TMPDIR": str(self.scratch),
                "HOME": str(self.scratch),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
        )
        with listening:
            self.camera, _ = listening.accept()
        self.camera.settimeout(None)
        self.kiosk = self.process.stdout.readline().strip()
        assert self.kiosk, "the reader did not start"
        self.number = 0

    def play(self, flow, *visits, then=lambda shown: None):
        """Name a flow, show it these visits, and return how it ended.

        ``then`` is called with the number of frames shown, while the reader waits.
        """
        self.process.stdin.write(f"{flow}\n")
        self.process.stdin.flush()
        frames = [frames for one in visits for frames in one]
        shown = 0
        while True:
            ready, _, _ = select.select([self.camera, self.process.stdout], [], [], 120)
            assert ready, "the reader does nothing"
            if self.camera not in ready:
                return self.process.stdout.readline().strip()
            if not self.camera.recv(1):
                return None
            then(shown)
            self.give(frames[shown] if shown < len(frames) else None)
            shown += 1

    def give(self, frames):
        if frames is None:
            self.camera.sendall(HEAD.pack(False, 0, 0, 0, 0))
            return
        rgb, nir = frames.band(Band.RGB).pixels, frames.band(Band.NIR).pixels
        head = HEAD.pack(True, self.number / 15, self.number, *nir.shape)
        self.number += 1
        self.camera.sendall(head + rgb.tobytes() + nir.tobytes())

    def stop(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.camera.close()
        try:
            self.process.wait(60)
        finally:
            self.process.kill()
            self.process.stdout.close()
            self.service.stop()


def traces(*visits):
    """Pieces of what must not be left: rows of pictures, of crops, and words of templates."""
    found = []
    for frames in (one for shown in visits for one in shown[1 : 1 + HELD]):
        crop = look(frames).crop
        x, y = (round(value) for value in crop.pose.centre)
        for row in range(y - 30, y + 31, 12):
            found.append(frames.band(Band.RGB).pixels[row, x - 12 : x + 12].tobytes())
            found.append(frames.band(Band.NIR).pixels[row, x - 24 : x + 24].tobytes())
        for row in range(24, 104, 16):
            found.append(crop.bands[Band.RGB][row, 40:64].tobytes())
            found.append(crop.bands[Band.NIR][row, 40:88].tobytes())
    for shown in visits:
        signature = BlockCode().make([look(frames).crop for frames in shown[1 : 1 + HELD]])
        found += [signature.bits[aspect, :6].tobytes() for aspect in range(len(signature.bits))]
    return [one for one in found if len(set(one)) > 6]


def memory(pid):
    """What is in the writable memory of a process now, piece by piece."""
    found = []
    with Path(f"/proc/{pid}/mem").open("rb") as file:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if "w" not in rights:
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            with contextlib.suppress(OSError, OverflowError, ValueError):
                file.seek(start)
                found.append(file.read(end - start))
    return found


def among(there, pieces):
    """Which of the pieces are in any of the memory that was read."""
    return [number for number, one in enumerate(pieces) if any(one in part for part in there)]


def in_files(folder, pieces):
    """Files below a folder that hold any of the pieces."""
    pattern = re.compile(b"|".join(re.escape(one) for one in sorted(set(pieces))))
    found = []
    for file in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # another program's, gone meanwhile
            if file.is_file() and pattern.search(file.read_bytes()):
                found.append(str(file))
    return found


BOTH = (Hand.RIGHT, Hand.LEFT)
