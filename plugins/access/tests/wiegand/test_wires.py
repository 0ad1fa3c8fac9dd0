"""A palm reader on two data wires; at the other end, a panel that reads them bit by bit."""

import importlib
import threading
import time

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPin

import thenar_access
from thenar.testing.contracts import DoorContract
from thenar_access.wiegand import decode


class WirePin(MockPin):
    """A simulated pin that tells of each fall, with its time."""

    fell = None

    def _change_state(self, value):
        was, changed = self.state, super()._change_state(value)
        if was and not self.state and self.fell:
            self.fell()
        return changed


class WirePanel:
    """Reads 26 bits from D0 and D1, and lights the reader green for its badges."""

    def __init__(self, factory):
        self.badges, self.read, self.is_there = {"17:4242"}, [], True
        self._bits, self._times = [], []
        self._led = factory.pin("GPIO27")
        self._led.drive_high()
        self._red = factory.pin("GPIO23")
        self._red.drive_high()
        for bit, name in enumerate(("GPIO17", "GPIO22")):
            factory.pin(name).fell = lambda bit=bit: self._fell(bit)

    def _fell(self, bit):
        self._bits.append(bit)
        self._times.append(time.perf_counter())
        if len(self._bits) == 26:
            value = int("".join(map(str, self._bits)), 2)
            self._bits.clear()
            threading.Thread(target=self._answer, args=(decode(value),)).start()

    def _answer(self, badge):
        badge = f"{badge[0]}:{badge[1]}"
        self.read.append(badge)
        if self.is_there:
            light = self._led if badge in self.badges else self._red
            light.drive_low()
            time.sleep(0.1)
            light.drive_high()

    @property
    def spaces(self):
        return [b - a for a, b in zip(self._times, self._times[1:], strict=False)]


@pytest.fixture
def panel(monkeypatch):
    factory = MockFactory(pin_class=WirePin)
    monkeypatch.setattr(Device, "pin_factory", factory)
    yield WirePanel(factory)
    factory.reset()


SETTINGS = '[doors.north]\nprovider = "wiegand"\nd0 = "GPIO17"\nd1 = "GPIO22"\ngranted = "GPIO27"\n'
RED = 'denied = "GPIO23"\n'


def test_the_panel_reads_the_bits_and_lights_green(host, panel):
    at = host(SETTINGS)
    yes = at.enter("17:4242")
    assert (yes.allow, yes.reason) == (True, "the panel lets this badge in")
    assert panel.read == ["17:4242"]
    assert min(panel.spaces) > 0.2e-3
    at.door.close()


def test_without_a_light_nobody_is_let_in(host, panel, fault):
    panel.is_there = False
    at = host(SETTINGS)
    no = at.enter("17:4243")
    assert (no.allow, no.offline, panel.read) == (False, None, ["17:4243"])
    fault("wiegand", "panel shows no light", no, opened=False)
    assert at.enter("300:1").reason == "not a badge number of 26 bits"
    at.door.close()


def test_the_red_light_is_a_no(host, panel):
    at = host(SETTINGS + RED)
    no = at.enter("17:4243")
    assert (no.allow, no.reason) == (False, "the panel does not let this badge in")
    at.door.close()


def test_a_light_that_stays_green_lets_nobody_in(host, panel, fault):
    at = host(SETTINGS)
    at.door.offline  # noqa: B018 - makes it
    panel._led.drive_low()
    decision = at.enter("17:4242")
    assert (decision.allow, panel.read) == (False, [])
    fault("wiegand", "panel shows green before the badge", decision, opened=False)
    at.door.close()


class TestWiegandDoor(DoorContract):
    abilities = ()

    @pytest.fixture
    def door(self, thenar_register, thenar_registry, panel, monkeypatch):
        there = importlib.import_module("thenar_access.wiegand_door")
        monkeypatch.setattr(there, "LIGHT_SECONDS", 20.0)  # the panel shares a busy machine
        thenar_register(thenar_access, "thenar-access")
        panel.badges.add("17:4242")
        return thenar_registry(SETTINGS + RED).door("north")

    @pytest.fixture
    def admitted(self):
        return "17:4242"

    @pytest.fixture
    def refused(self):
        return "17:1"
