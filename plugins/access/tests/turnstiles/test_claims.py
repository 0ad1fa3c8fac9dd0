"""Two gates on one turnstile: one at a time."""

import threading

import pytest

from thenar.errors import DoorError
from thenar_access.claims import Claims
from thenar_access.modbus import ModbusSettings, modbus_turnstile
from thenar_access.roles import Outcome, State


class Memory:
    def __init__(self, value=0):
        self.value = value

    def get(self):
        return self.value

    def put(self, value):
        self.value = value


def test_a_claim_is_held_until_it_is_given_back():
    register = Memory()
    inside, outside = Claims(register, 1, 5.0), Claims(register, 2, 5.0)
    assert inside.take()
    assert not outside.take()
    outside.give_back()  # not its own
    assert register.value
    inside.give_back()
    assert outside.take()


def test_the_claim_of_a_gate_that_died_is_forgotten(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("thenar_access.claims.time.monotonic", lambda: clock[0])
    register = Memory(1 << 8 | 17)
    outside = Claims(register, 2, 5.0)
    assert not outside.take()
    clock[0] += 7.1
    assert outside.take()


def test_a_gate_that_was_too_slow_withdraws(monkeypatch):
    clock = iter([100.0, 100.2])
    monkeypatch.setattr("thenar_access.claims.time.monotonic", lambda: next(clock))
    register = Memory()
    assert not Claims(register, 2, 5.0).take()
    assert register.value == 0


@pytest.fixture
def gates(turnstile):
    """Two gates, each with what it was told."""
    made = []

    def report(number):
        return lambda request, outcome: made[number][1].append((request, outcome))

    for number in range(2):
        settings = ModbusSettings(
            "127.0.0.1", 0, 0, 1, port=turnstile.port, claim=0, gate=1 + number
        )
        made.append((modbus_turnstile(settings, report(number)), []))
    yield made
    for gate, _ in made:
        gate.close()


def test_two_gates_never_count_one_rotation_twice(gates, turnstile, eventually):
    for turn in range(3):
        before, together, opened = turnstile.pulses, threading.Barrier(2), []

        def go(number, turn=turn, together=together, opened=opened):
            together.wait()
            try:
                gates[number][0].open(f"{turn}-{number}")
            except DoorError:
                return
            opened.append(f"{turn}-{number}")

        threads = [threading.Thread(target=go, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        eventually(lambda: all(gate.state() is State.READY for gate, _ in gates))
        told = gates[0][1] + gates[1][1]
        assert len(opened) <= 1
        assert turnstile.pulses == before + len(opened)
        assert [one for one in told if one[0].startswith(f"{turn}-")] == [
            (request, Outcome.PASSED) for request in opened
        ]
    assert turnstile.pulses >= 1


def test_a_gate_waits_while_the_arm_still_turns_for_another(gates, turnstile, eventually):
    turnstile.turning = 2.0
    (inside, told), (outside, nothing) = gates
    inside.open("first")
    eventually(lambda: told == [("first", Outcome.PASSED)])
    assert outside.state() is State.BUSY
    with pytest.raises(DoorError, match="one before"):
        outside.open("second")
    turnstile.turning = 0.2
    eventually(lambda: outside.state() is State.READY)
    outside.open("third")
    eventually(lambda: nothing == [("third", Outcome.PASSED)])
    assert told == [("first", Outcome.PASSED)]
