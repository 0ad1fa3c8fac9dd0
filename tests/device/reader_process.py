"""A terminal as a process of its own, whose camera is a socket.

The test at the other end of the socket decides what the camera sees, and when. Flows
are named on standard input, one a line; how each ended is printed.
"""

import json
import socket
import struct
import sys
from pathlib import Path

import numpy as np

import thenar
from thenar.device import hardening
from thenar.device.assemble import assemble
from thenar.device.attendant import Attendant, attend
from thenar.device.enrol import enrol
from thenar.device.forget import forget
from thenar.device.kiosk import Kiosk
from thenar.device.loyalty import present_loyalty
from thenar.device.passage import enter
from thenar.device.pay import pay
from thenar.device.settings import DeviceSettings
from thenar.errors import CameraTimeout
from thenar.messages import Consent, Purpose
from thenar.records import Band, Frame, FrameSet, Hand, Link, LinkKind, Money, Provider
from thenar.registry import Installed, Registry
from thenar.settings import load_settings
from thenar.testing import simulated
from thenar.testing.simulated import VISA, SimulatedCardReader

HEAD = struct.Struct("!?dIHH")
CONSENT = Consent(text="terms 1 en", purposes=tuple(Purpose))


class SocketCamera:
    """Asks for a frame and reads it straight into the array that it hands over."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)

    def open(self):
        return self

    def read(self, timeout):
        self.socket.sendall(b"?")
        seen, time, number, height, width = HEAD.unpack(self.exactly(bytearray(HEAD.size)))
        if not seen:
            raise CameraTimeout("The test shows nothing.")
        rgb = self.exactly(np.empty((height, width, 3), np.uint8))
        nir = self.exactly(np.empty((height, width), np.uint8))
        return FrameSet((Frame(rgb, Band.RGB, time, number), Frame(nir, Band.NIR, time, number)))

    def exactly(self, into):
        view = memoryview(into).cast("B")
        while view:
            view = view[self.socket.recv_into(view) :]
        return into

    def close(self):
        self.socket.close()


def flows(terminal, reader):
    def enrolled():
        reader.insert(VISA)
        links = [Link(LinkKind.TICKET, "simulated-gate", "T-1")]
        hands = [Hand.RIGHT, Hand.LEFT]
        return enrol(terminal, hands=hands, consent=CONSENT, links=links)

    return {
        "enrol": enrolled,
        "pay": lambda: pay(terminal, Money(450, "EUR")),
        "loyalty": lambda: present_loyalty(terminal),
        "enter": lambda: enter(terminal, "north"),
        "forget": lambda: forget(terminal),
    }


def main():
    settings_file, path = sys.argv[1:3]
    told = json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}
    hardening.forbid_core_dumps()
    hardening.overwrite_freed_memory()
    if not told.get("readable"):
        hardening.forbid_reading()
    reader = SimulatedCardReader()
    camera = SocketCamera(path)

    class Plugin:
        THENAR_API = thenar.API_VERSION

        @thenar.hookimpl
        def thenar_cameras(self):
            return [Provider("socket", make=lambda _: camera)]

        @thenar.hookimpl
        def thenar_card_readers(self):
            return [Provider("socket", make=lambda _: reader)]

    also = [Installed.of(simulated, name="simulated"), Installed.of(Plugin(), name="socket")]
    with Registry.load(load_settings(Path(settings_file)), also=also) as registry:
        settings = registry.settings.section("device", DeviceSettings)
        terminal = assemble(registry, settings)
        play = flows(terminal, reader)
        with Attendant(terminal, {}) as attendant, Kiosk(attendant) as kiosk:
            print(kiosk.url, flush=True)  # noqa: T201
            for line in sys.stdin:
                attend(terminal, play[line.strip()])
                print(terminal.display.shown.title, "|", *terminal.trouble, flush=True)  # noqa: T201
        terminal.cloud.close()


if __name__ == "__main__":
    main()
