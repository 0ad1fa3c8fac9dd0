"""A site's policy holds for turnstiles: it is asked before the door is."""

import pytest

from ..policed import NO, Policed


@pytest.fixture(params=["mqtt", "modbus"])
def hardware(request):
    """A turnstile of either kind, and the settings of what opens it."""
    if request.param == "mqtt":
        tripod = request.getfixturevalue("tripod")
        return tripod, request.getfixturevalue("broker").settings()
    turnstile = request.getfixturevalue("turnstile")
    return turnstile, turnstile.settings()


def test_nobody_is_let_in_whom_the_policy_does_not_mean(host, door, hardware, monkeypatch, fault):
    opener, opens = hardware
    at = Policed(host(door(opens)), monkeypatch)
    refused = at.enter("visitors", "17:4242")
    assert (refused.allow, refused.reason) == (False, NO)
    assert not opener.pulses
    assert at.enter("staff", "17:4242").allow
    assert opener.pulses
    assert at.enter("staff", "17:1").reason == "badge not known"
    assert at.asked == ["north"] * 3
    fault("turnstile", "the site's policy says no", refused, opened=False)
