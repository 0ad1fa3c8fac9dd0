"""Everybody gets out, nobody is asked, no ticket is used up; and then it locks again."""

import json

import pytest


@pytest.fixture
def alarm(tmp_path):
    return tmp_path / "evacuation"


@pytest.fixture
def book(tmp_path, alarm):
    """The door's table, and what was written down."""
    file = tmp_path / "book"

    def table():
        return f'[doors.north.book]\nevents = "{file}"\nevacuation = "{alarm}"\n'

    def lines():
        return [json.loads(line) for line in file.read_text().splitlines()]

    table.lines = lines
    return table


def whats(book):
    return [line["what"] for line in book.lines()]


def test_a_gate_is_held_open_and_locks_again(host, turnstile, door, alarm, book, eventually, fault):
    at = host(door(turnstile.settings()) + book())
    assert at.enter("17:4242").allow
    turnstile.wait_until_locked()
    alarm.touch()
    eventually(lambda: "held" in whats(book))
    assert turnstile.released
    turnstile.turn()
    turnstile.turn()  # people leave; nobody is counted
    decision = at.enter("17:4242")
    assert (decision.allow, decision.offline) == (False, None)
    assert decision.reason == "evacuation: this gate is open to leave, nobody enters"
    fault("modbus", "evacuation: held open", decision, opened=True)
    alarm.unlink()
    eventually(lambda: not turnstile.released)
    eventually(lambda: at.enter("17:4242").allow)
    told = whats(book)
    assert told.index("holding open") < told.index("held") < told.index("locking again")
    assert "forced" not in told
    assert {line["reason"] for line in book.lines() if "hold" in line["what"]} == {"evacuation"}


def test_a_gate_that_starts_during_an_evacuation_is_held_open(
    host, turnstile, door, alarm, book, eventually
):
    alarm.touch()
    at = host(door(turnstile.settings()) + book())
    assert "evacuation" in at.enter("17:4242").reason
    assert turnstile.released
    at.door.close()
    assert turnstile.released  # what lets people out is not locked by a program that ends


def test_a_turnstile_that_is_away_is_told_again(
    host, turnstile, door, alarm, book, eventually, fault
):
    turnstile.stuck = True
    at = host(door(turnstile.settings()) + book())
    assert not at.enter("17:4242").allow
    alarm.touch()
    eventually(lambda: "not held" in whats(book))
    turnstile.stuck = False
    eventually(lambda: "held" in whats(book))
    assert turnstile.released
    fault("modbus", "evacuation, arm stuck: told again", at.enter("17:4242"), opened=True)


def test_over_mqtt_it_is_retained(broker, tripod, host, door, alarm, book, eventually):
    at = host(door(broker.settings()) + book())
    assert at.enter("17:4242").allow
    alarm.touch()
    eventually(lambda: "held" in whats(book))
    assert "evacuation" in at.enter("17:4242").reason
    tripod.held.clear()
    tripod.reconnect()  # and hears it again, from the broker
    eventually(lambda: ("open", True) in tripod.held)
    alarm.unlink()
    eventually(lambda: tripod.held[-1][0] == "no")
    eventually(lambda: at.enter("17:4242").allow)
