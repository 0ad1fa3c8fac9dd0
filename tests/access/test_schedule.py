"""Hours by the clock on the wall: weeks, holidays, recurrence rules, summer time."""
# ruff: noqa: DTZ001 -- what a clock on the wall shows has no time zone

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from thenar.access import Schedule
from thenar.access.schedule import WEEK, Day, Holidays, OnHolidays
from thenar.errors import InvalidRecord

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""When summer time begins and ends in Amsterdam."""
HOURS = st.times().map(lambda one: one.replace(microsecond=0))


def minutes(schedule, day, zone=AMSTERDAM, *, hours=36, holidays=None):
    """For how many minutes a schedule holds from a day's midnight on."""
    begin = datetime.combine(day, time(0), zone).timestamp()
    held = (
        schedule.holds(datetime.fromtimestamp(begin + 60 * n, zone), holidays or Holidays())
        for n in range(60 * hours)
    )
    return sum(held)


def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn():
    night = Schedule(days=(Day.SAT,), starts=time(22), ends=time(6))
    saturday = timedelta(days=1)
    assert minutes(night, SPRING - saturday) == 7 * 60
    assert minutes(night, AUTUMN - saturday) == 9 * 60
    assert minutes(night, date(2026, 6, 6)) == 8 * 60


def test_hours_that_the_clock_leaves_out_never_come_and_hours_shown_twice_hold_twice():
    early = Schedule(starts=time(2, 15), ends=time(2, 45))
    assert minutes(early, SPRING, hours=12) == 0
    assert minutes(early, AUTUMN, hours=12) == 60
    assert minutes(early, date(2026, 6, 6), hours=12) == 30


def test_a_day_has_as_many_hours_as_its_day_has():
    for day, hours in ((SPRING, 23), (AUTUMN, 25), (date(2026, 6, 7), 24)):
        sunday = Schedule(days=(Day.SUN,))
        assert minutes(sunday, day) == 60 * hours


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    starts=HOURS,
    ends=HOURS,
    days=st.sets(st.sampled_from(WEEK), min_size=1),
    at=st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),
)
@example(AMSTERDAM, time(2, 30), time(3, 0), {Day.SUN}, datetime(2026, 3, 29, 1, 15))
@example(AMSTERDAM, time(22), time(2, 30), {Day.SAT}, datetime(2026, 10, 25, 0, 45))
def test_it_holds_exactly_between_the_moments_at_which_the_clock_shows_its_hours(
    zone, starts, ends, days, at
):
    """Another way to the same: each window as the instants at which it begins and ends.

    Where the clock is put forward over an edge, the edge comes at that moment; where an
    edge is shown twice the two ways may differ within that hour, which is left out here.
    """
    schedule = Schedule(days=tuple(sorted(days, key=WEEK.index)), starts=starts, ends=ends)
    moment = at.replace(tzinfo=UTC)
    clock = moment.astimezone(zone)
    held = False
    for back in (-1, 0, 1, 2):
        day = (clock - timedelta(days=back)).date()
        last = day if ends > starts else day + timedelta(days=1)
        edges = [datetime.combine(day, starts, zone), datetime.combine(last, ends, zone)]
        if any(one.utcoffset() != one.replace(fold=1).utcoffset() for one in edges):
            return  # an edge is left out or shown twice
        begin, end = (one.astimezone(UTC) for one in edges)
        held = held or (WEEK[day.weekday()] in days and begin <= moment < end)
    if clock.fold or clock.utcoffset() != clock.replace(fold=1).utcoffset():
        return
    assert schedule.holds(clock, Holidays()) == held


@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_closed_open_and_only_on_holidays_are_as_they_say(at):
    holidays = Holidays(
        dates=(date(2026, 5, 5),), repeats=("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25",)
    )
    is_one = at.date() in (date(2026, 5, 5), date(2026, 12, 25))
    closed, opened, only = (Schedule(holidays=one) for one in OnHolidays)
    assert closed.holds(at, holidays) is not is_one
    assert opened.holds(at, holidays)
    assert only.holds(at, holidays) is is_one


def test_a_night_before_a_holiday_goes_on_into_it():
    night = Schedule(starts=time(22), ends=time(6))
    christmas = Holidays(dates=(date(2026, 12, 25),))
    assert night.holds(datetime(2026, 12, 25, 3), christmas)
    assert not night.holds(datetime(2026, 12, 25, 23), christmas)
    assert not night.holds(datetime(2026, 12, 26, 3), christmas)


def test_days_may_be_a_recurrence_rule():
    first_saturday = Schedule(repeats="FREQ=MONTHLY;BYDAY=1SA", starts=time(9), ends=time(12))
    assert first_saturday.holds(datetime(2026, 8, 1, 9), Holidays())
    assert not first_saturday.holds(datetime(2026, 8, 8, 9), Holidays())
    second_monday = Schedule(repeats="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", since=date(2026, 8, 3))
    held = [second_monday.holds(datetime(2026, 8, day, 9), Holidays()) for day in (3, 10, 17, 24)]
    assert held == [True, False, True, False]
    assert not second_monday.holds(datetime(2026, 7, 20, 9), Holidays())


def test_easter_moves():
    easter_monday = Holidays(repeats=("FREQ=YEARLY;BYEASTER=1",))
    found = [day for day in (date(2026, 4, 6), date(2027, 3, 29)) if day in easter_monday]
    assert len(found) == 2
    assert date(2027, 4, 6) not in easter_monday


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Holidays(repeats=("FREQ=NEVER",)),
        lambda: Schedule(repeats="every other Friday"),
        lambda: Schedule(repeats="FREQ=DAILY", days=(Day.MON,)),
    ],
)
def test_what_is_no_rule_is_refused(wrong):
    with pytest.raises(InvalidRecord):
        wrong()


def test_it_is_said_as_people_say_it():
    office = Schedule(days=WEEK[:5], starts=time(7), ends=time(19))
    assert office.words() == "mon–fri 07:00–19:00, not on holidays"
    assert Schedule(holidays=OnHolidays.OPEN).words() == "every day all day"
