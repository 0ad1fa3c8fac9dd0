"""The simulated world, its fixtures, and scripts that are played in it."""

import pytest
from click.testing import CliRunner

from thenar.cli import main
from thenar.device.terminal import Terminal
from thenar.errors import DoorError, PaymentError, SettingsError
from thenar.parameters import DEVICE
from thenar.records import Money, Passage
from thenar.testing.script import play, read_script
from thenar.testing.simulated import Fault
from thenar.testing.world import Person, Result, Shows


def test_a_visit_from_enrolment_to_forgetting(thenar_world):
    world = thenar_world
    world.add("Ada", Person(card="visa", ticket="T-1", ticket_hours=2))
    assert world.enrol("Ada").result is Result.ENROLLED
    assert world.pay("Ada", Money(450, "EUR")).result is Result.CAPTURED
    assert world.processor.captured("EUR") == Money(450, "EUR")
    with world.fault("cloud", Fault.LOST_REQUEST):
        assert world.enter("Ada").said.startswith("fail closed")
    world.clock.advance(3 * 3600)
    late = world.enter("Ada")
    assert (late.result, late.said) == (Result.KEPT_OUT, "ticket not valid at this time")
    assert world.gate.openings == []
    assert world.pay("Eve", Money(450, "EUR")).result is Result.NOT_RECOGNISED
    nobody = world.pay("Ada", Money(450, "EUR"), what=Shows.NOTHING)
    assert nobody.result is Result.NO_PALM
    with world.camera.unplugged():
        assert world.pay("Ada", Money(450, "EUR")).result is Result.NO_CAMERA
    assert world.forget("Ada").result is Result.FORGOTTEN
    assert world.observer.events


def test_faults_befall_places_that_there_are(thenar_world):
    with (
        pytest.raises(SettingsError, match="No fault can befall 'moon'"),
        thenar_world.fault("moon", Fault.SLOW),
    ):
        pass


def test_a_card_reader_that_is_gone_is_asked_with_pauses(thenar_world, monkeypatch):
    clock, asked = thenar_world.clock, []
    monkeypatch.setattr(Terminal, "rest", lambda _, seconds: clock.advance(seconds))

    def gone(timeout):
        asked.append(timeout)
        raise PaymentError("The reader is gone.")

    monkeypatch.setattr(thenar_world.card_reader, "read", gone)
    thenar_world.add("Ada", Person(card="visa"))
    assert thenar_world.enrol("Ada").result is Result.NO_CARD
    assert len(asked) <= 1 + DEVICE.patience / DEVICE.card_wait


def test_a_card_reader_at_fault_and_a_clock_set_back(thenar_world):
    thenar_world.add("Ada", Person(card="visa"))
    with thenar_world.fault("card_reader", Fault.LOST_REQUEST):
        assert thenar_world.enrol("Ada").result is Result.NO_CARD
    thenar_world.clock.set_by(-7200)
    assert thenar_world.enrol("Ada").result is Result.ENROLLED


def test_devices_as_fixtures_share_a_clock(
    thenar_gate, thenar_clock, thenar_badge_door, thenar_processor, thenar_loyalty
):
    thenar_gate.sell("T-1")
    thenar_gate.faults.delay = 7.0
    began = thenar_clock.time()
    with thenar_gate.faults.every(Fault.SILENCE, "ask"), pytest.raises(DoorError, match="7 s"):
        thenar_gate.ask(Passage("gate", "subject", "T-1", 0.0, "request"))
    assert thenar_clock.time() == began + 7
    for device in (thenar_badge_door, thenar_processor, thenar_loyalty):
        assert device.faults.clock is thenar_clock


def test_the_rest_of_the_fixtures(
    thenar_camera, thenar_card_reader, thenar_directory, thenar_notifier, thenar_observer
):
    assert thenar_directory.look_up("nobody") is None
    assert thenar_notifier.delivered("nobody@example.org") == []
    assert thenar_observer.events == []
    thenar_camera.open().close()
    thenar_card_reader.close()


SCRIPT = """
title = "A short evening"
captured = "EUR 4.50"

[people.Ada]
card = "visa"

[[step]]
enrol = "Ada"
expect = "enrolled"

[[step]]
wait = "36 h"

[[step]]
pay = "Ada"
amount = "EUR 4.50"
expect = "captured"
"""


@pytest.fixture
def simulate(tmp_path):
    def run(text):
        file = tmp_path / "evening.toml"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["simulate", str(file)], env={"COLUMNS": "120"})

    return run


def test_an_expectation_that_does_not_hold_is_told(simulate):
    told = simulate(
        SCRIPT.replace('"captured"\n', '"declined"\n').replace('EUR 4.50"\n\n[p', 'EUR 9.00"\n\n[p')
    )
    assert told.exit_code == 1
    assert "✓ 0:00:00 Ada enrols — enrolled" in told.output
    assert "✗ 1 d 12:" in told.output
    assert "expected 'declined'" in told.output
    assert "EUR 4.50 moved in all, expected EUR 9.00" in told.output
    assert "1 of 3 expectations held" in told.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[step]]\npays = 'Ada'\n", "line 1, step[0][pays]: unknown key 'pays'"),
        ("[[step]]\npay = 'Ada'\nenrol = 'Ada'\n", "this one does enrol and pay"),
        ("[[step]]\namount = 'EUR 1.00'\n", "this one does nothing"),
        ("[[step]]\npay = 'Ada'\namount = 'EUR 1'\n", "such as 'EUR 12.40', got 'EUR 1'"),
        ("[[step]]\nwait = 'long'\n", "such as '90 s' or '3 h', got 'long'"),
        ("[[step]]\nwait = '-3 h'\n", "such as '90 s' or '3 h', got '-3 h'"),
        ("[[step]]\nclock = 'noon'\n", "such as '90 s' or '3 h', got 'noon'"),
        ("[[step]]\npay = 'Ada'\nexpect = 'rich'\n", "expected one of 'enrolled'"),
        ("[people.Ada]\ncard = 'gold'\n", "card"),
        ("[[step]]\npay = 'Ada'\nfaults = { cloud = 'rain' }\n", "expected one of 'lost request'"),
    ],
)
def test_a_script_that_is_wrong_is_told_with_its_place(simulate, text, told):
    result = simulate(text)
    assert result.exit_code == 1
    assert told in " ".join(result.output.split())


def test_the_example_holds(root_of_examples, thenar_world):
    script = read_script(root_of_examples / "match-night.toml")
    all_played = list(play(script, thenar_world))
    assert [one for one in all_played if one.held is False] == []
    assert str(thenar_world.processor.captured("EUR")) == script.captured


@pytest.fixture
def root_of_examples(request):
    return request.config.rootpath / "examples" / "scripts"
