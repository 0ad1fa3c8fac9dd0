"""Whoever is released and does not go through did not pass: the service is told so."""

import json

import pytest

from thenar.records import OfflinePolicy
from thenar_access.door import ComposedDoor
from thenar_access.roles import Outcome
from thenar_access.roster import Roster


@pytest.fixture
def at(host, turnstile, door, tmp_path):
    """The gate, its arm, and what its book says became of a release."""
    file = tmp_path / "book"
    gate = host(door(turnstile.settings()) + f'[doors.north.book]\nevents = "{file}"\n')

    def became(request):
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        return [line["what"] for line in lines if line["request"] == request]

    gate.became = became
    return gate


def test_who_turns_back_is_annulled_and_who_passes_is_not(at, turnstile, eventually):
    passed = at.enter("17:4242")
    eventually(lambda: "passed" in at.became(passed.request_id))
    turnstile.wait_until_locked()
    turnstile.people = False
    turned_back = at.enter("17:4242")
    assert turned_back.allow
    eventually(lambda: at.recorder.annulled == [(turned_back.request_id, "nobody passed")])
    assert at.became(turned_back.request_id)[:3] == ["releasing", "released", "nobody passed"]


def test_while_the_service_is_away_it_is_kept(at, turnstile, eventually):
    at.recorder.is_away, turnstile.people = True, False
    turned_back = at.enter("17:4242")
    journal = at._terminal.journal
    eventually(lambda: [one.is_annulled for one in journal.waiting()] == [True])
    turnstile.wait_until_locked()
    at.recorder.is_away, turnstile.people = False, True
    again = at.enter("17:4242")
    assert again.allow
    assert at.recorder.annulled == [(turned_back.request_id, "nobody passed")]
    assert journal.waiting() == []


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_where_certainly_nobody_passed(outcome, tmp_path):
    """A controller that was away, or an arm that turned twice, proves nothing of the kind."""
    reports, told = [], []

    def opener(report, _policy):
        reports.append(report)
        return Silent()

    made = ComposedDoor(Roster(tmp_path / "none"), opener, OfflinePolicy.FAIL_CLOSED)
    made.listen(lambda *what: told.append(what))
    reports[0]("a request", outcome)
    made.close()  # once all is told
    expected = [("a request", "nobody passed")] if outcome is Outcome.TURNED_BACK else []
    assert told == expected


class Silent:
    """Nothing that opens."""

    without_power = "locked"

    def close(self):
        pass
