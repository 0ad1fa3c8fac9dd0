"""Everything that a panel does with its reader, besides reading cards."""

import json
import stat
import time

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

NEW = "ffeeddccbbaa99887766554433221100"


@pytest.fixture
def eventually():
    def wait(what, seconds=60):
        until = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < until
            time.sleep(0.05)

    return wait


@pytest.fixture
def book(tmp_path):
    """What was written down at the door, as words."""
    file = tmp_path / "book"

    def told():
        lines = file.read_text().splitlines() if file.exists() else []
        return [(one["what"], one["reason"]) for one in map(json.loads, lines)]

    told.table = f'[doors.north.book]\nevents = "{file}"\n'
    return told


def memory_of(tmp_path):
    return json.loads((tmp_path / "memory").read_text())


def test_the_panel_sets_another_key(secured, host, panel, settings, tmp_path, book, eventually):
    memory = f'"{tmp_path / "memory"}"'
    at, first = secured("17:4242", memory=memory, opens=book.table)
    first.tell("keyset", NEW)
    eventually(lambda: ("noted", "the panel set the key") in book())
    assert memory_of(tmp_path)["key"] == NEW
    assert stat.S_IMODE((tmp_path / "memory").stat().st_mode) == 0o600
    assert NEW not in str(book())
    first.stop()
    at.door.close()

    at = host(settings(memory=memory))  # the reader starts anew: the settings' key is the old one
    assert panel("17:4242", key=NEW).next() == {"secure": True}
    assert at.enter("17:4242").allow


def test_a_key_that_cannot_be_kept_is_not_taken(secured, panel, tmp_path, book, eventually, fault):
    folder = tmp_path / "away"
    folder.mkdir()
    at, first = secured("17:4242", memory=f'"{folder / "memory"}"', opens=book.table)
    folder.rmdir()
    first.tell("keyset", NEW)
    eventually(lambda: any("the key is not kept" in reason for _, reason in book()))
    first.until(secure=False)  # libosdp's panel pauses for five minutes after any refusal
    decision = at.enter("17:4242")
    assert (decision.allow, decision.offline) == (False, "fail closed")
    fault("osdp", "key set, disk full: the key is refused", decision, opened=False)
    first.stop()
    panel("17:4242").until(secure=True)  # by the old key
    assert at.enter("17:4242").allow


def test_a_reader_without_a_key_is_given_one(
    host, panel, settings, tmp_path, book, eventually, fault
):
    memory = f'"{tmp_path / "memory"}"'
    at = host(settings(key=None, memory=memory, opens=book.table))
    decision = at.enter("17:4242")
    assert (decision.allow, decision.offline) == (False, "fail closed")
    fault("osdp", "reader has no key yet", decision, opened=False)
    other = panel("17:4242", "install", key=NEW)
    eventually(lambda: ("noted", "the panel set the key") in book())
    assert memory_of(tmp_path)["key"] == NEW
    eventually(lambda: at.enter("17:4242").allow, seconds=60)
    other.until(badge="17:4242")


def test_an_independent_panel_gives_the_reader_its_key(
    host, panel, settings, peer, tmp_path, eventually
):
    with peer("osdp-1.6", "osdp==1.6") as environment:
        python = environment / "bin" / "python"
    master = bytes(range(16))
    at = host(settings(key=None, memory=f'"{tmp_path / "memory"}"'))
    other = panel("17:4242", key=master.hex(), python=python, script="other_panel.py")
    other.until(secure=True)
    eventually(lambda: at.enter("17:4242").allow, seconds=60)
    assert memory_of(tmp_path)["key"] == reader_key(master).hex()


def reader_key(master):
    identity = bytes([0, 0, 1, 0, 0, 0, 0, 0])
    encryptor = Cipher(algorithms.AES(master), modes.ECB()).encryptor()
    return encryptor.update(identity + bytes(~one & 0xFF for one in identity))


def test_the_panel_changes_address_and_speed(secured, tmp_path, book, eventually):
    at, panel = secured("17:4242", memory=f'"{tmp_path / "memory"}"', opens=book.table)
    panel.tell("comset", 7, 38400)
    eventually(lambda: ("noted", "the panel set address 7, 38400 bits/s") in book())
    kept = memory_of(tmp_path)
    assert (kept["address"], kept["baud"]) == (7, 38400)
    eventually(lambda: at.enter("17:4242").allow, seconds=60)


def test_what_the_panel_writes_is_the_reason(secured):
    at, _ = secured("17:4242", "text")
    assert at.enter("17:4242").reason == "the panel lets this badge in: SEE THE GUARD"
    assert at.enter("17:1").reason == "the panel does not let this badge in: SEE THE GUARD"


def test_the_buzzer_is_noted(secured, book, eventually):
    _, panel = secured(opens=book.table)
    panel.tell("buzzer", 3)
    eventually(lambda: ("noted", "the panel sounds the buzzer") in book())


def test_output_0_is_the_lock_where_it_is_wired_here(secured, turnstile, book, eventually, fault):
    opens = turnstile.settings() + "\n" + book.table
    at, panel = secured("17:4242", "output", opens=opens)
    decision = at.enter("17:4242")
    assert (decision.allow, turnstile.pulses) == (True, 1)
    eventually(lambda: at.enter("17:1").reason == "the panel does not let this badge in")
    assert turnstile.pulses == 1
    panel.tell("output", 0, 5)  # a guard lets somebody in
    eventually(lambda: turnstile.pulses == 2)
    reason = "the panel switched output 0: release"
    eventually(lambda: ("released", reason) in book())
    eventually(lambda: not turnstile.released)
    panel.tell("output", 0, 2)
    eventually(lambda: turnstile.released)
    held = at.enter("17:4242")
    assert (held.allow, held.reason) == (False, "the door is held open")
    assert ("holding open", "the panel switched output 0: hold") in book()
    fault("osdp", "panel holds the door open: output 0", held, opened=True)
    panel.tell("output", 0, 1)
    eventually(lambda: not turnstile.released)


def test_a_panel_that_shows_green_and_switches_the_output_lets_one_in(secured, turnstile, book):
    at, _ = secured("17:4242", "both", opens=turnstile.settings() + "\n" + book.table)
    assert at.enter("17:4242").allow
    turnstile.wait_until_locked()
    time.sleep(0.5)  # the output's command has come too
    assert turnstile.pulses == 1


@pytest.mark.parametrize("independent", [False, True])
def test_tamper_and_power_are_told(host, panel, settings, peer, monkeypatch, independent):
    pins = MockFactory()
    monkeypatch.setattr(Device, "pin_factory", pins)
    for name in ("GPIO5", "GPIO6"):
        pins.pin(name).drive_high()
    master = bytes(range(16))
    key = reader_key(master).hex()
    at = host(settings(key=f'"{key}"', tamper='"GPIO5"', power='"GPIO6"'))
    if independent:
        with peer("osdp-1.6", "osdp==1.6") as environment:
            python = environment / "bin" / "python"
        other = panel(key=master.hex(), python=python, script="other_panel.py")
    else:
        other = panel(key=key)
    other.until(secure=True)
    pins.pin("GPIO5").drive_low()
    other.until(tamper=True, power_failed=False)
    pins.pin("GPIO6").drive_low()
    other.until(tamper=True, power_failed=True)
    other.tell("status")
    other.until(tamper=True, power_failed=True)
    pins.pin("GPIO5").drive_high()
    pins.pin("GPIO6").drive_high()
    other.until(tamper=False, power_failed=False)
    at.door.close()
    pins.reset()


def test_an_independent_panel_switches_an_output(
    host, panel, settings, peer, turnstile, book, eventually
):
    with peer("osdp-1.6", "osdp==1.6") as environment:
        python = environment / "bin" / "python"
    master = bytes(range(16))
    opens = turnstile.settings() + "\n" + book.table
    host(settings(key=f'"{reader_key(master).hex()}"', opens=opens))
    other = panel("17:4242", key=master.hex(), python=python, script="other_panel.py")
    other.until(secure=True)
    other.tell("output", 0, 5)
    eventually(lambda: turnstile.pulses == 1)
    assert ("releasing", "the panel switched output 0: release") in book()


def test_a_card_in_the_site_s_own_format(secured):
    """HID Corporate 1000, 35 bits: three parity bits that cover each other."""
    layout = "PP" + "F" * 12 + "N" * 20 + "P"
    even = "." + "E" + "XX." * 10 + "XX" + "."
    odd_last = "." + "XX." * 11 + "O"
    odd_all = "O" + "X" * 34
    table = (
        "[doors.north.format]\n"
        f'layout = "{layout}"\nparity = ["{even}", "{odd_last}", "{odd_all}"]\n'
    )
    at, panel = secured("silent", opens=table)
    at.enter("1234:654321")
    read = panel.until(bits=35)["badge"]
    assert (int(read[2:14], 2), int(read[14:34], 2)) == (1234, 654321)
    assert read.count("1") % 2 == 1
    assert at.enter("4096:1").reason == "not a badge number of 35 bits"
