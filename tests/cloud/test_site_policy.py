"""A site's policy at its doors: permits, what becomes of them, and their explanation."""

import json
import time
from uuid import uuid4

import attrs
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from thenar.cli import main
from thenar.client import AdminClient
from thenar.cloud.tables import GrantRow, PlaceRow, Site
from thenar.errors import CloudRefused, SettingsError
from thenar.messages import Purpose, Scope
from thenar.parameters import ACCESS
from thenar.records import Decision, Link, LinkKind, OfflinePolicy

POLICY = """
timezone = "Europe/Amsterdam"

[areas.offices]
anti_passback = "hard"
at_most = 2

[areas.vault]
two_person = true

[doors.lobby]
into = "offices"
offline = "fail open"

[doors.exit]
out_of = "offices"
into = "outside"

[doors.vault]
into = "vault"

[rules.everybody]
who = "anybody"
doors = ["lobby", "exit", "vault"]
"""


class Building:
    """A site with a policy, and people who come to its doors."""

    def __init__(self, running, device, file):
        self.running, self.file = running, file
        with running.service.store.reading() as session:
            self.site = session.scalars(select(Site)).one().id
        file.write_text(POLICY)
        running.settings = attrs.evolve(running.settings, policies={self.site: file})
        running.restart()
        self.device = running.client(device.identity)
        self.tenant = device.identity.tenant

    def enrol(self, seed, number):
        return self.device.enrol_person(seed, Link(LinkKind.BADGE, "office", number)).subject

    def ask(self, seed, door, key=None):
        """Somebody shows their palm at a door."""
        key = key or uuid4().hex
        shown = self.device.show(seed, Purpose.BADGE)
        assert shown.permit
        permit = self.device.permit(shown.assertion, door, idempotency_key=key)
        return key, shown.assertion, permit

    def report(self, key, assertion, door, *, opened):
        reason = "badge known" if opened else "the door did not open"
        decision = Decision(allow=opened, reason=reason)
        self.device.record_passage(door, decision, assertion=assertion, idempotency_key=key)

    def pass_by(self, seed, door):
        """Somebody shows their palm, and goes through if they may."""
        return self.go(seed, door)[1]

    def go(self, seed, door):
        """As :meth:`pass_by`; the passage's key too."""
        key, assertion, permit = self.ask(seed, door)
        self.report(key, assertion, door, opened=permit.allow)
        return key, permit

    def turn_back(self, key, door, device=None):
        """The turnstile's time was up and nobody had gone through."""
        device = device or self.device
        return device.annul_passage(door, key, "nobody passed", at=time.time()).passage

    def explain(self, person, door, at=""):
        with AdminClient(self.running.url, self.running.settings.admin_key) as admin:
            return admin.explain(person, door, at=at, tenant=self.tenant)

    def areas(self):
        with self.running.service.store.reading() as session:
            return sorted(session.scalars(select(PlaceRow.area)))


@pytest.fixture
def building(running, device, tmp_path):
    return Building(running, device, tmp_path / "hq.toml")


def test_nobody_comes_in_twice_without_leaving(building):
    building.enrol(1, "4242")
    assert building.pass_by(1, "lobby").allow
    again = building.pass_by(1, "lobby")
    assert not again.allow
    assert again.reason.startswith("already passed: last let into 'offices'")
    assert building.pass_by(1, "exit").allow
    assert building.pass_by(1, "lobby").allow


def test_what_opens_a_door_comes_with_the_permit_and_not_before(building):
    building.enrol(1, "4242")
    shown = building.device.show(1, Purpose.BADGE)
    assert shown.links == ()
    allowed = building.device.permit(shown.assertion, "lobby", idempotency_key="passage 1")
    assert [(one.provider, one.value) for one in allowed.links] == [("office", "4242")]
    refused = building.device.permit(shown.assertion, "lobby", idempotency_key="passage 2")
    assert (refused.allow, refused.links) == (False, ())


def test_somebody_for_whom_the_door_did_not_open_did_not_come_in(building):
    building.enrol(1, "4242")
    key, assertion, permit = building.ask(1, "lobby")
    assert permit.allow
    assert not building.ask(1, "lobby")[2].allow  # it may open this very moment
    building.report(key, assertion, "lobby", opened=False)
    assert building.areas() == []
    assert building.pass_by(1, "lobby").allow
    assert building.areas() == ["offices"]


def test_somebody_who_turns_back_is_where_they_were(building):
    subject = building.enrol(1, "4242")
    key, _ = building.go(1, "lobby")
    assert not building.ask(1, "lobby")[2].allow
    recorded = building.turn_back(key, "lobby")
    assert building.turn_back(key, "lobby") == recorded  # told again
    assert building.areas() == []
    assert building.pass_by(1, "lobby").allow
    key, _ = building.go(1, "exit")
    building.turn_back(key, "exit")
    assert building.areas() == ["offices"]
    assert not building.ask(1, "lobby")[2].allow
    assert building.pass_by(1, "exit").allow
    with AdminClient(building.running.url, building.running.settings.admin_key) as admin:
        told = [(one.type, one.about) for one in admin.events(building.tenant).items]
    assert told.count(("door.turned-back", subject)) == 2
    assert told.count(("door.opened", subject)) == 4


def test_somebody_who_turned_back_and_then_passed_stays_inside(building):
    building.enrol(1, "4242")
    late, _ = building.go(1, "lobby")
    building.pass_by(1, "exit")
    building.turn_back(late, "lobby")  # from a terminal that was cut off meanwhile
    assert building.areas() == ["outside"]


def test_a_passage_that_is_recorded_after_it_was_annulled_moves_nobody(building):
    building.enrol(1, "4242")
    key, assertion, permit = building.ask(1, "lobby")
    assert permit.allow
    building.turn_back(key, "lobby")
    assert building.ask(1, "lobby")[2].allow
    building.report(key, assertion, "lobby", opened=True)
    assert building.areas() == []


def test_two_who_turn_back_together_are_both_put_back(building):
    for seed in (1, 2):
        building.enrol(seed, f"{seed}")
        building.pass_by(seed, "lobby")
    building.pass_by(1, "vault")
    key, permit = building.go(2, "vault")
    assert permit.allow
    assert building.areas() == ["vault", "vault"]
    building.turn_back(key, "vault")
    assert building.areas() == ["offices", "offices"]


def test_a_device_annuls_its_own_passages_alone(building):
    building.enrol(1, "4242")
    key, _ = building.go(1, "lobby")
    other = building.running.tenant("another office")
    building.turn_back(key, "lobby", device=other)  # of another tenant: it has no such passage
    assert building.areas() == ["offices"]


def test_a_door_that_never_says_what_became_of_it_holds_nobody_back_for_long(building, monkeypatch):
    building.enrol(1, "4242")
    key, _, _ = building.ask(1, "lobby")
    later = time.time() + ACCESS.grant_seconds + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert building.ask(1, "lobby")[2].allow
    building.report(key, None, "lobby", opened=True)  # from a terminal that was cut off
    assert building.areas() == ["offices"]


def test_a_repeated_question_is_answered_again_and_not_decided_again(building):
    building.enrol(1, "4242")
    shown = building.device.show(1, Purpose.BADGE)
    told = [
        building.device.permit(shown.assertion, "lobby", idempotency_key="the same passage")
        for _ in range(2)
    ]
    assert told[0] == told[1].model_copy(update={"request_id": told[0].request_id})
    with pytest.raises(CloudRefused) as refused:
        building.device.permit(shown.assertion, "exit", idempotency_key="the same passage")
    assert refused.value.problem == "request-conflict"


def test_a_full_area_lets_the_next_in_when_somebody_leaves(building):
    for seed in (1, 2, 3):
        building.enrol(seed, f"{seed}")
    assert [building.pass_by(seed, "lobby").allow for seed in (1, 2, 3)] == [True, True, False]
    building.pass_by(1, "exit")
    assert building.pass_by(3, "lobby").allow


def test_two_people_enter_together_and_both_are_inside(building):
    for seed in (1, 2):
        building.enrol(seed, f"{seed}")
    first = building.pass_by(1, "vault")
    assert first.reason == "two-person rule: a second person must come within 30 s"
    assert building.pass_by(2, "vault").allow
    assert building.areas() == ["vault", "vault"]


def test_forgetting_a_person_forgets_where_they_are(building):
    subject = building.enrol(1, "4242")
    building.pass_by(1, "lobby")
    building.ask(1, "exit")
    shown = building.device.show(1, Purpose.FORGET)
    building.device.forget(subject, assertion=shown.assertion)
    with building.running.service.store.reading() as session:
        assert session.scalars(select(PlaceRow)).all() == []
        assert session.scalars(select(GrantRow)).all() == []


def test_somebody_who_enrols_again_is_called_as_before(building):
    first = building.enrol(1, "4242")
    shown = building.device.show(1, Purpose.FORGET)
    building.device.forget(first, assertion=shown.assertion)
    again = building.enrol(1, "4242")
    assert building.explain("4242", "lobby").subject == again != first


def test_an_explanation_says_what_the_door_says(building):
    subject = building.enrol(1, "4242")
    building.pass_by(1, "lobby")
    told = building.explain("4242", "lobby")
    answered = building.ask(1, "lobby")[2]
    assert (told.subject, told.allow, told.reason) == (subject, answered.allow, answered.reason)
    assert [(one.rule, one.holds) for one in told.steps] == [
        ("door", True),
        ("pass", True),
        ("rule", True),
        ("anti-passback", False),
        ("occupancy", True),
    ]
    wrong = told.steps[3].where
    assert wrong == f"{building.file}, line 5, [areas.offices] anti_passback"
    assert told.offline == "fail open"
    assert answered.offline is OfflinePolicy.FAIL_OPEN
    assert building.explain(subject, "exit").offline == "as the door's own settings say"
    assert building.explain(subject, "lobby", "2026-07-01T12:00").clock.endswith("12:00:00 CEST")
    assert building.areas() == ["offices"]


def test_an_explanation_needs_a_person_a_time_and_a_policy(building, device):
    building.enrol(1, "4242")
    for asked, problem in (
        (("nobody", "lobby"), "unknown-object"),
        (("4242", "lobby", "noon"), "invalid-record"),
    ):
        with pytest.raises(CloudRefused) as refused:
            building.explain(*asked)
        assert refused.value.problem == problem
    assert building.explain("4242", "no-such-door").reason == (
        "the site's policy does not name this door"
    )


def test_forgiveness_lets_somebody_in_who_was_held_back(building):
    subject = building.enrol(1, "4242")
    building.pass_by(1, "lobby")
    with AdminClient(building.running.url, building.running.settings.admin_key) as admin:
        assert admin.forgive("4242", tenant=building.tenant).known
        assert not admin.forgive(subject, tenant=building.tenant).known
        (line,) = [
            one for one in admin.events(building.tenant).items if one.type == "place.forgotten"
        ][:1]
    assert line.about == subject
    assert building.pass_by(1, "lobby").allow


def test_a_door_that_opens_by_the_fire_policy_moves_nobody(building):
    """Who was inside at the alarm is who is looked for, whoever left uncounted."""
    for seed in (1, 2):
        building.enrol(seed, f"{seed}")
        building.pass_by(seed, "lobby")
    for door in ("exit", "exit", "lobby"):
        by_policy = Decision(
            allow=True,
            reason="fail open: the service does not answer",
            offline=OfflinePolicy.FAIL_OPEN,
        )
        building.device.record_passage(door, by_policy, idempotency_key=uuid4().hex)
    assert building.areas() == ["offices", "offices"]


def test_after_an_evacuation_everybody_may_come_in_again(building, command):
    for seed in (1, 2):
        building.enrol(seed, f"{seed}")
        building.pass_by(seed, "lobby")
    assert not building.ask(1, "lobby")[2].allow
    assert command("forgive", "--everybody") == (0, "Forgotten where 2 people are.\n")
    assert [building.pass_by(seed, "lobby").allow for seed in (1, 2)] == [True, True]
    assert building.areas() == ["offices", "offices"]
    assert command("forgive")[0] == 2
    assert command("forgive", "1", "--everybody")[0] == 2


def test_a_policy_that_is_replaced_holds_from_then_on_unless_it_is_wrong(building):
    building.enrol(1, "4242")
    service = building.running.service
    building.file.write_text(POLICY.replace('doors = ["lobby", "exit"', 'doors = ["exit"'))
    service.policies.refresh()
    assert building.ask(1, "lobby")[2].reason == "no rule lets this person in here"
    building.file.write_text(POLICY.replace('"hard"', '"herd"'))
    service.policies.refresh()
    assert building.ask(1, "lobby")[2].reason == "no rule lets this person in here"


def test_a_service_with_a_wrong_policy_does_not_start(building):
    building.running.stop()
    building.file.write_text(POLICY.replace('into = "vault"', 'into = "vaults"'))
    with pytest.raises(SettingsError, match=r"hq\.toml, line 20, \[doors\.vault\] into: there is"):
        building.running.start()
    building.file.write_text(POLICY)
    building.running.start()


def test_a_site_without_a_policy_asks_for_no_permit(running, device):
    device.enrol_person(1, Link(LinkKind.BADGE, "office", "4242"))
    shown = device.show(1, Purpose.BADGE)
    assert not shown.permit
    permit = device.permit(shown.assertion, "lobby", idempotency_key="a passage")
    assert (permit.allow, permit.reason) == (True, "the site has no policy")


@pytest.fixture
def command(building, tmp_path, monkeypatch):
    """Runs ``thenar access`` with an API key of the tenant."""
    with AdminClient(building.running.url, building.running.settings.admin_key) as admin:
        scopes = [Scope.ACCESS_READ, Scope.ACCESS_WRITE]
        key = admin.create_api_key(building.tenant, "reception", scopes).secret
    monkeypatch.setenv("THENAR_API_KEY", key)
    monkeypatch.setenv("COLUMNS", "200")
    file = tmp_path / "thenar.toml"
    file.write_text(f'[cloud]\nissuer = "{building.running.url}"\n')

    def run(*words):
        told = CliRunner().invoke(main, ["--settings", str(file), "access", *words])
        return told.exit_code, told.output

    return run


def test_the_command_explains_and_forgives(building, command):
    subject = building.enrol(1, "4242")
    assert building.pass_by(1, "lobby").allow
    status, said = command("explain", "4242", "lobby")
    assert (status, said.startswith("NO  lobby, ")) == (0, True)
    assert "✗  anti-passback" in said
    assert "hq.toml, line 5, [areas.offices] anti_passback" in said
    assert said.endswith("When nobody can be asked: fail open.\n")
    told = json.loads(command("explain", subject, "exit", "2027-01-02T03:04", "--json")[1])
    assert (told["allow"], told["clock"]) == (True, "Sat 2027-01-02 03:04:00 CET")
    assert command("forgive", "4242") == (0, "Forgotten.\n")
    assert command("explain", "4242", "lobby")[1].startswith("YES")
    assert command("forgive", "4242") == (0, "It was not known where they are.\n")


def test_the_command_checks_a_file_without_a_service(building, command):
    status, said = command("check", str(building.file))
    assert status == 0
    assert "3 doors, 1 rules, 2 areas, 0 schedules" in said
    assert "lobby: outside → offices; when nobody can be asked: fail open." in said
    building.file.write_text(POLICY.replace("at_most = 2", "at_most = 0"))
    status, said = command("check", str(building.file))
    assert (status, "hq.toml, line 4, [areas.offices]: 'at_most' must be >= 1" in said) == (1, True)
