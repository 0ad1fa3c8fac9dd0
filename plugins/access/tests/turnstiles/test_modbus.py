"""A turnstile on Modbus TCP: pymodbus on our side, pyModbusTCP on the other."""

import time

import pytest

from thenar.errors import DoorError
from thenar.records import Decision, Passage


def test_one_pulse_a_person(host, turnstile, door):
    at = host(door(turnstile.settings()))
    assert at.enter("17:4242").allow
    turnstile.wait_until_locked()
    assert not at.enter("17:1").allow
    assert turnstile.pulses == 1
    assert at.enter("17:4242").allow
    assert turnstile.pulses == 2


def test_a_repeated_command_opens_once(host, turnstile, door):
    at = host(door(turnstile.settings()))
    decision = at.enter("17:4242")
    at.door.open(decision)
    assert turnstile.pulses == 1


def test_a_decision_that_denies_opens_nothing(host, turnstile, door):
    at = host(door(turnstile.settings()))
    with pytest.raises(DoorError, match="allows"):
        at.door.open(Decision(allow=False, reason="no", request_id="r"))
    assert turnstile.pulses == 0


def test_nobody_is_let_in_behind_one_who_has_not_passed(host, turnstile, door, fault):
    turnstile.people = False
    at = host(door(turnstile.settings(passage_seconds=2.0)))
    assert at.enter("17:4242").allow
    second = at.enter("17:4242")
    assert (second.allow, second.offline) == (False, None)
    assert "still open" in second.reason
    assert turnstile.pulses == 1
    fault("modbus", "released, nobody has passed yet", second, opened=False)


def test_by_the_open_policy_too_one_pulse_a_person(host, turnstile, door):
    turnstile.people = False
    at = host(door(turnstile.settings(passage_seconds=2.0), "fail open"))
    assert at.enter("17:4242").allow
    unasked = Decision(allow=True, reason="fail open: no service", request_id="r")
    with pytest.raises(DoorError, match="Still open"):
        at.door.open(unasked)
    assert turnstile.pulses == 1
    turnstile.people = True
    turnstile.wait_until_locked()
    at.door.open(Decision(allow=True, reason="fail open: no service", request_id="s"))
    assert turnstile.pulses == 2


def test_an_arm_that_does_not_release_is_recorded_as_shut(host, turnstile, door, fault):
    turnstile.stuck = True
    at = host(door(turnstile.settings()))
    decision = at.enter("17:4242")
    assert (decision.allow, decision.reason) == (False, "the door did not open")
    assert not turnstile.released
    fault("modbus", "coil on, arm stays locked", decision, opened=False)


def test_what_did_not_open_is_not_opened_later_by_the_same_request(host, turnstile, door):
    at = host(door(turnstile.settings()))
    decision = at.door.ask(Passage("north", "a person", "17:4242", 0.0, "r"))
    turnstile.stuck = True
    with pytest.raises(DoorError, match="stayed locked"):
        at.door.open(decision)
    turnstile.stuck = False
    with pytest.raises(DoorError, match="another"):
        at.door.open(decision)
    assert turnstile.pulses == 0


@pytest.mark.parametrize(
    ("offline", "reason"),
    [
        ("fail closed", "fail closed: the door's authority does not answer"),
        ("fail open", "the door did not open"),
    ],
)
def test_a_controller_that_is_away(host, turnstile, door, offline, reason, fault):
    at = host(door(turnstile.settings(), offline))
    turnstile.stop()
    decision = at.enter("17:4242")
    assert (decision.allow, decision.reason, decision.offline) == (False, reason, offline)
    fault("modbus", f"controller away, {offline}", decision, opened=False)


@pytest.mark.parametrize("offline", ["fail closed", "fail open"])
def test_the_fire_alarm_follows_the_site_s_policy(host, turnstile, door, offline, fault):
    at = host(door(turnstile.settings(fire=2), offline))
    turnstile.fire(on=True)
    decision = at.enter("nobody's badge")
    opens = offline == "fail open"
    assert (decision.allow, turnstile.pulses) == (opens, opens)
    assert (decision.reason, decision.offline) == (f"{offline}: the fire alarm is on", offline)
    fault("modbus", f"fire alarm, {offline}", decision, opened=opens)
    turnstile.fire(on=False)


@pytest.mark.parametrize("offline", ["fail closed", "fail open"])
def test_a_roster_that_cannot_be_read(host, turnstile, door, roster, offline, fault):
    at = host(door(turnstile.settings(), offline))
    roster.unlink()
    decision = at.enter("17:4242")
    opens = offline == "fail open"
    assert (decision.allow, turnstile.pulses, decision.offline) == (opens, opens, offline)
    fault("roster", f"file gone, {offline}", decision, opened=opens)


def test_tailgating_forcing_and_holding_open_are_told(host, turnstile, door, eventually, caplog):
    turnstile.behind = 1
    at = host(door(turnstile.settings(passage_seconds=0.2)))
    decision = at.enter("17:4242")
    assert decision.allow
    eventually(lambda: f"more than one passed [request {decision.request_id}]" in caplog.messages)
    turnstile.behind = 0
    time.sleep(1.1)  # longer than a tailgater takes
    turnstile.turn()
    eventually(lambda: "forced [request ]" in caplog.messages)
    turnstile.jam(free=True)
    eventually(lambda: "held open [request ]" in caplog.messages)
    assert at.enter("17:4242").offline == "fail closed"
    turnstile.jam(free=False)
    eventually(lambda: at.enter("17:4242").allow)


def test_an_arm_that_still_turns_is_busy(host, turnstile, door, fault):
    turnstile.turning = 2.5
    at = host(door(turnstile.settings(passage_seconds=5.0)))
    assert at.enter("17:4242").allow
    time.sleep(0.5)  # passed; the arm is not at rest
    second = at.enter("17:4242")
    assert (second.allow, turnstile.pulses) == (False, 1)
    assert "still open" in second.reason
    fault("modbus", "arm still turns for the one before", second, opened=False)
    turnstile.turning = 0.2
    turnstile.wait_until_locked()
    assert at.enter("17:4242").allow


def test_the_controller_goes_while_somebody_passes(host, turnstile, door, eventually, caplog):
    turnstile.people = False
    at = host(door(turnstile.settings()))
    decision = at.enter("17:4242")
    assert decision.allow
    turnstile.stop()
    eventually(lambda: f"no report [request {decision.request_id}]" in caplog.messages)
