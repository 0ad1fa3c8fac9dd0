"""Why the answer at a door is yes or no, rule by rule."""

from datetime import datetime
from zoneinfo import ZoneInfo

import attrs
import pytest

from thenar.access import Holder, Place, Policy, Scene, Waiting, judge

from .policies import OFFICE

POLICY = Policy.parse(OFFICE)
ADA = Holder("ada", frozenset({"anybody", "listed", "group:treasury"}))
BEN = Holder("ben", frozenset({"anybody", "listed", "group:treasury"}))
GUARD = Holder("guard", frozenset({"anybody", "listed", "group:guards"}))
NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp()
HOUR = 3600.0
IN_OFFICES = Place("offices", NOON - HOUR)


def asked(holder, door, scene=None, *, at=NOON, policy=POLICY):
    return judge(policy, holder, door, at, scene or Scene())


def failed(judged):
    return [step.rule for step in judged.steps if not step.holds]


def test_a_door_that_the_policy_does_not_name_stays_shut():
    judged = asked(ADA, "back-door")
    assert (judged.allow, judged.movers) == (False, ())
    assert judged.reason == "the site's policy does not name this door"


def test_a_rule_lets_in_whom_it_means_within_its_hours():
    assert asked(ADA, "lobby").movers == ("ada",)
    assert failed(asked(Holder("eve"), "lobby")) == ["rule"]
    evening = asked(ADA, "lobby", at=NOON + 8 * HOUR)
    assert evening.reason == (
        "not at this time; 'staff' is mon–fri 07:00–19:00, not on holidays; it is Mon 20:00"
    )
    christmas_eve = asked(ADA, "lobby", at=NOON + 31 * 24 * HOUR)
    assert christmas_eve.reason.endswith("it is Thu 12:00, a holiday")
    assert asked(GUARD, "lobby", at=NOON + 8 * HOUR).allow
    on_leave = attrs.evolve(ADA, names=ADA.names | {"group:on-leave"})
    assert "rule" in failed(asked(on_leave, "vault", Scene(place=IN_OFFICES)))


def test_a_pass_that_was_withdrawn_or_is_not_good_now_opens_nothing():
    assert asked(attrs.evolve(ADA, active=False), "lobby").reason == "the pass was withdrawn"
    visitor = Holder("vic", frozenset({"anybody", "listed", "type:visitor"}))
    day = attrs.evolve(visitor, begins=NOON - HOUR, ends=NOON + HOUR)
    assert [asked(day, "lobby", at=NOON + n * HOUR).allow for n in (-2, 0, 1, 2)] == [
        False,
        True,
        False,
        False,
    ]
    assert asked(day, "lobby", at=NOON + HOUR).reason == "the pass ended 2026-11-23 13:00 CET"


def test_hard_anti_passback_refuses_who_is_inside_already_or_never_came_in():
    inside = Scene(place=IN_OFFICES)
    assert failed(asked(ADA, "lobby", inside)) == ["anti-passback"]
    assert asked(ADA, "lobby-out", inside).allow
    assert failed(asked(ADA, "lobby-out", Scene(place=Place("outside", NOON)))) == ["anti-passback"]
    assert asked(ADA, "lobby-out").allow  # nobody knows where she is
    assert asked(GUARD, "lobby", inside).allow  # exempt


def test_soft_anti_passback_allows_and_records():
    judged = asked(ADA, "store", Scene(place=Place("store", NOON - 60)))
    assert judged.allow
    assert judged.reason == judged.violation == "anti-passback broken (soft): last let into 'store'"
    assert asked(ADA, "store").violation == ""


def test_timed_anti_passback_refuses_for_its_minutes_alone():
    again = [
        asked(ADA, "canteen", Scene(place=Place("canteen", NOON - 60 * n))).allow
        for n in (1, 9.9, 10, 11)
    ]
    assert again == [False, False, True, True]


def test_where_people_are_is_forgotten_at_the_reset():
    text = OFFICE.replace(
        '"Europe/Amsterdam"', '"Europe/Amsterdam"\nanti_passback_resets = 04:00:00'
    )
    policy = Policy.parse(text)
    last_night = Scene(place=Place("offices", NOON - 9 * HOUR))
    assert asked(ADA, "lobby", last_night, policy=policy).allow
    assert not asked(ADA, "lobby", Scene(place=IN_OFFICES), policy=policy).allow
    assert not asked(ADA, "lobby", last_night).allow


def test_a_full_area_lets_nobody_in():
    assert failed(asked(ADA, "lobby", Scene(inside={"offices": 5}))) == ["occupancy"]
    assert asked(ADA, "lobby", Scene(inside={"offices": 4})).allow


def test_the_first_of_two_waits_and_the_second_brings_them_in():
    alone = asked(ADA, "vault", Scene(place=IN_OFFICES))
    assert (alone.allow, alone.waits) == (False, True)
    assert alone.reason == "two-person rule: a second person must come within 20 s"
    waiting = Waiting(ADA, IN_OFFICES, NOON - 10)
    both = asked(BEN, "vault", Scene(place=IN_OFFICES, waiting=waiting))
    assert both.movers == ("ada", "ben")
    itself = asked(ADA, "vault", Scene(place=IN_OFFICES, waiting=waiting))
    assert (itself.allow, itself.waits) == (False, True)
    late = Scene(place=IN_OFFICES, waiting=attrs.evolve(waiting, since=NOON - 21))
    assert not asked(BEN, "vault", late).allow


@pytest.mark.parametrize(
    "first",
    [attrs.evolve(ADA, active=False), attrs.evolve(ADA, ends=NOON - 1), Holder("eve")],
)
def test_the_first_of_two_must_still_be_allowed_when_the_second_comes(first):
    waiting = Waiting(first, IN_OFFICES, NOON - 5)
    judged = asked(BEN, "vault", Scene(place=IN_OFFICES, waiting=waiting))
    assert (judged.allow, judged.waits) == (False, True)


def test_nobody_is_ever_left_alone_in_an_area_for_two():
    inside = Place("vault", NOON - 60)
    assert asked(ADA, "vault", Scene(place=IN_OFFICES, inside={"vault": 2})).allow
    last_but_one = asked(ADA, "vault-out", Scene(place=inside, inside={"vault": 2}))
    assert (last_but_one.allow, last_but_one.waits) == (False, True)
    assert asked(ADA, "vault-out", Scene(place=inside, inside={"vault": 3})).allow
    together = Scene(place=inside, inside={"vault": 2}, waiting=Waiting(BEN, inside, NOON - 5))
    assert asked(ADA, "vault-out", together).movers == ("ben", "ada")


def test_somebody_who_is_alone_all_the_same_may_always_leave():
    alone = Scene(place=Place("vault", NOON - 60), inside={"vault": 1})
    assert asked(ADA, "vault-out", alone).allow


def test_who_waits_for_a_second_person_is_told_only_if_all_else_holds():
    full = asked(ADA, "vault", Scene(place=IN_OFFICES, inside={"vault": 0}), at=NOON + 9 * HOUR)
    assert (full.waits, failed(full)[0]) == (False, "rule")


@pytest.mark.parametrize("door", list(POLICY.site.doors))
def test_every_step_names_its_place_in_the_file(door):
    for step in asked(ADA, door).steps:
        if step.path and POLICY.document.value(step.path) is not None:
            assert "line" in POLICY.document.where(step.path)
