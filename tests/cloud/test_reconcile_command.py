"""``thenar payments reconcile`` against the running service."""

from uuid import uuid4

from click.testing import CliRunner

from thenar.cli import main
from thenar.messages import Purpose
from thenar.records import Money
from thenar.testing.simulated import Fault

from .conftest import ADMIN_KEY


def reconcile(running, tmp_path, *options):
    settings = tmp_path / "thenar.toml"
    settings.write_text(f'[cloud]\nissuer = "{running.url}"\nadmin_key = "{ADMIN_KEY}"\n')
    return CliRunner().invoke(
        main, ["--settings", str(settings), "payments", "reconcile", *options]
    )


def test_unknowns_are_found_and_settled(running, device, tmp_path):
    device.enrol_person(1, running.card())
    assertion = device.show(1, Purpose.PAY).assertion
    running.processor.faults.plan("charge", Fault.LOST_REPLY)
    with running.processor.faults.every(Fault.LOST_REQUEST, "settle"):
        device.pay(assertion, Money(700, "EUR"), idempotency_key=uuid4().hex)
        told = reconcile(running, tmp_path)
        assert told.exit_code == 1
        assert "1 unknown still" in told.output
    told = reconcile(running, tmp_path, "--days", "1")
    assert told.exit_code == 0, told.output
    assert "captured" in told.output
    assert "EUR 7.00" in told.output
    assert "0 unknown still" in told.output


def test_without_the_administrators_key_it_says_so(tmp_path):
    settings = tmp_path / "thenar.toml"
    settings.write_text("[cloud]\n")
    told = CliRunner().invoke(main, ["--settings", str(settings), "payments", "reconcile"])
    assert told.exit_code == 1
    assert "admin_key" in told.output
