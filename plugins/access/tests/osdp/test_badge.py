"""A palm reader on an OSDP line, with libosdp's control panel in another process."""

import queue
import time

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def reader_key(master):
    """The key of a reader with this identity, as OSDP derives it from a site's master key."""
    identity = bytes([0, 0, 1, 0, 0, 0, 0, 0])  # model 1 of vendor 0
    encryptor = Cipher(algorithms.AES(master), modes.ECB()).encryptor()
    return encryptor.update(identity + bytes(~one & 0xFF for one in identity))


@pytest.mark.parametrize(
    ("bits", "badge"), [(26, "17:4242"), (34, "4711:65535"), (37, "4711:524287")]
)
def test_the_panel_reads_the_badge_and_lets_in(secured, bits, badge):
    at, panel = secured(badge, bits=bits)
    decision = at.enter(badge)
    assert (decision.allow, decision.reason) == (True, "the panel lets this badge in")
    assert panel.next() == {"bits": bits, "badge": badge, "format": 1}


def test_an_independent_panel_reads_the_badge(host, panel, settings, peer):
    with peer("osdp-1.6", "osdp==1.6") as environment:
        python = environment / "bin" / "python"
    master = bytes(range(16))
    at = host(settings(key=f'"{reader_key(master).hex()}"'))
    other = panel("17:4242", key=master.hex(), python=python, script="other_panel.py")
    assert other.next() == {"secure": True}
    decision = at.enter("17:4242")
    assert (decision.allow, decision.reason) == (True, "the panel lets this badge in")
    assert other.next() == {"bits": 26, "badge": "17:4242", "format": 1}
    assert not at.enter("17:4243").allow


def test_the_panel_does_not_let_in(secured, fault):
    at, panel = secured("17:4242")
    decision = at.enter("17:4243")
    assert (decision.allow, decision.offline) == (False, None)
    assert panel.next()["badge"] == "17:4243"
    assert at.enter("17:4242").allow
    fault("osdp", "badge unknown to the panel", decision, opened=False)


@pytest.mark.parametrize("badge", ["4242", "256:1", "17:4242:1", "a:b"])
def test_what_is_not_a_badge_number_is_not_sent(secured, badge):
    at, panel = secured("17:4242")
    assert at.enter(badge).reason == "not a badge number of 26 bits"
    assert at.enter("17:4242").allow
    assert panel.next()["badge"] == "17:4242"


def test_a_panel_that_shows_nothing(secured, fault):
    at, panel = secured("17:4242", "silent")
    decision = at.enter("17:4242")
    assert (decision.allow, decision.offline) == (False, "fail closed")
    assert panel.next()["badge"] == "17:4242"
    fault("osdp", "panel shows neither colour", decision, opened=False)


def test_a_panel_that_comes_back_does_not_open_for_somebody_who_has_left(secured, fault):
    at, panel = secured("17:4242", "17:4243")
    panel.pause()
    time.sleep(0.2)  # a poll that is under way is answered
    decision = at.enter("17:4242")
    assert (decision.allow, decision.offline) == (False, "fail closed")
    panel.resume()
    until = time.monotonic() + 60
    while not at.enter("17:4243").allow:
        assert time.monotonic() < until
    read = []
    while "17:4243" not in read:
        read.append(panel.next().get("badge"))
    assert "17:4242" not in read
    fault("osdp", "panel pauses: the badge is taken back", decision, opened=False)


def test_no_panel(host, settings, fault):
    decision = host(settings()).enter("17:4242")
    assert (decision.allow, decision.offline) == (False, "fail closed")
    fault("osdp", "no panel on the line", decision, opened=False)


def test_a_panel_with_another_key_is_told_nothing(host, panel, settings, fault):
    at, other = host(settings()), panel("17:4242", key="ff" * 16)
    time.sleep(2)  # enough for the handshake to fail
    decision = at.enter("17:4242")
    assert (decision.allow, decision.offline) == (False, "fail closed")
    with pytest.raises(queue.Empty):
        other.next(seconds=0.5)
    fault("osdp", "panel has another key", decision, opened=False)


def test_the_line_is_cut(secured, line, fault):
    at, _ = secured("17:4242")
    assert at.enter("17:4242").allow
    line.cut()
    decision = at.enter("17:4242")
    assert (decision.allow, decision.offline) == (False, "fail closed")
    fault("osdp", "line cut", decision, opened=False)
