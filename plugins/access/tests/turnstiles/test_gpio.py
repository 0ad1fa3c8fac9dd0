"""A turnstile on pins: gpiozero's own simulated ones, worked as real ones are."""

import contextlib
import threading
import time

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

import thenar_access
from thenar.errors import DoorError
from thenar.testing.contracts import Ability, DoorContract


class PinHardware:
    """A lock on a relay: contacts close to ground; the relay is watched, not asked."""

    def __init__(self, factory, *, energised="releases"):
        self.pulses = 0
        self.stuck = False
        self.people = True
        self.energised = energised
        self._pins = {name: factory.pin(name) for name in ("GPIO17", "GPIO27", "GPIO22", "GPIO23")}
        for contact in ("GPIO27", "GPIO22", "GPIO23"):
            self._pins[contact].drive_high()
        self._was_free, self._stop = False, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def settings(self, **more):
        lines = {
            "relay": "GPIO17",
            "released": "GPIO27",
            "rotated": "GPIO22",
            "energised": self.energised,
            "passage_seconds": 0.5,
            **more,
        }
        shown = (f"{key} = {value!r}".replace("'", '"') for key, value in lines.items())
        return "[doors.north.opens.gpio]\n" + "\n".join(shown)

    @property
    def relay(self):
        return bool(self._pins["GPIO17"].state) and self._pins["GPIO17"].function == "output"

    @property
    def is_free(self):
        """As the lock is: a magnet holds while it has power."""
        return self.relay if self.energised == "releases" else not self.relay

    def contact(self, pin, *, closed):
        self._pins[pin].drive_low() if closed else self._pins[pin].drive_high()

    def stop(self):
        self._stop.set()
        self._thread.join()

    def _run(self):
        while not self._stop.wait(0.01):
            free = self.is_free and not self.stuck
            self.contact("GPIO27", closed=free)
            if free and not self._was_free:
                self.pulses += 1
                if self.people:
                    time.sleep(0.1)
                    self.contact("GPIO22", closed=True)
                    time.sleep(0.2)
                    self.contact("GPIO22", closed=False)
            self._was_free = free


@pytest.fixture
def pins(monkeypatch):
    factory = MockFactory()
    monkeypatch.setattr(Device, "pin_factory", factory)
    yield factory
    factory.reset()


@pytest.fixture
def lock(pins):
    hardware = PinHardware(pins)
    yield hardware
    hardware.stop()


def test_one_pulse_a_person(host, lock, door, eventually):
    at = host(door(lock.settings()))
    assert at.enter("17:4242").allow
    assert not at.enter("17:1").allow
    assert lock.pulses == 1
    eventually(lambda: at.enter("17:4242").allow)
    assert lock.pulses == 2
    at.door.close()
    assert not lock.is_free


def test_a_lock_that_does_not_release_is_recorded_as_shut(host, lock, door, fault):
    lock.stuck = True
    at = host(door(lock.settings()))
    decision = at.enter("17:4242")
    assert (decision.allow, decision.reason) == (False, "the door did not open")
    assert not lock.relay
    at.door.close()
    fault("gpio", "relay on, lock stays shut", decision, opened=False)


def test_a_pin_that_is_taken_is_told_at_the_start(host, lock, door):
    first = host(door(lock.settings()))
    with pytest.raises(DoorError, match="already in use"):
        host(door(lock.settings()))
    first.door.close()


@pytest.mark.parametrize(("energised", "free"), [("releases", False), ("locks", True)])
def test_without_power_it_does_what_it_says(
    host, pins, door, eventually, tmp_path, energised, free
):
    hardware = PinHardware(pins, energised=energised)
    book = tmp_path / "book"
    try:
        at = host(door(hardware.settings()) + f'[doors.north.book]\nevents = "{book}"\n')
        at.door.offline  # noqa: B018 - it is made when it is first asked
        assert hardware.is_free is False
        assert at.enter("17:4242").allow
        eventually(lambda: not hardware.is_free)
        at.door.close()  # the program ends, as when its power is cut
        assert hardware.is_free is free
        word = "open" if free else "locked"
        assert f"fail closed; without power: {word}" in book.read_text()
    finally:
        hardware.stop()


@pytest.mark.parametrize("offline", ["fail closed", "fail open"])
def test_the_fire_alarm_follows_the_site_s_policy(host, lock, door, offline, fault):
    at = host(door(lock.settings(fire="GPIO23"), offline))
    lock.contact("GPIO23", closed=True)
    decision = at.enter("nobody's badge")
    opens = offline == "fail open"
    assert (decision.allow, decision.offline, lock.pulses) == (opens, offline, opens)
    at.door.close()
    fault("gpio", f"fire alarm, {offline}", decision, opened=opens)


class TestLock(DoorContract):
    abilities = (Ability.OPENINGS, Ability.UNREACHABLE)

    @pytest.fixture
    def door(self, thenar_register, thenar_registry, lock, roster):
        thenar_register(thenar_access, "thenar-access")
        return thenar_registry(
            f'[doors.north]\nprovider = "roster"\nbadges = "{roster}"\n{lock.settings()}'
        ).door("north")

    @pytest.fixture
    def admitted(self, roster):
        roster.write_text("Badge-1\n")
        return "Badge-1"

    @pytest.fixture
    def refused(self):
        return "Badge-2"

    @pytest.fixture
    def openings(self, lock):
        return lambda: lock.pulses

    @pytest.fixture
    def unreachable(self, roster):
        @contextlib.contextmanager
        def moved_away():
            away = roster.rename(roster.with_suffix(".away"))
            yield
            away.rename(roster)

        return moved_away()
