"""When: hours of days, as a clock on the wall shows them.

A schedule holds while the clock of the site's time zone shows a time within its hours.
So nothing needs to be changed when summer time begins or ends: a night shift from 22:00
to 06:00 is an hour shorter or longer, hours that the clock leaves out never come, and
hours that it shows twice hold twice.

Days that repeat otherwise than by the week, and holidays that move, are recurrence
rules of iCalendar (RFC 5545) as ``dateutil`` reads them, with its ``BYEASTER``.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

import attrs
from dateutil.rrule import rrulestr

from thenar.errors import InvalidRecord

FIRST_DAY = date(2024, 1, 1)
"""What rules without a ``since`` count from: a Monday, and the first of a year."""


class Day(StrEnum):
    """Days of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


WEEK = tuple(Day)


class OnHolidays(StrEnum):
    """What a schedule does on the site's holidays."""

    CLOSED = "closed"
    OPEN = "open"
    ONLY = "only"
    """It holds on holidays alone."""


def _is_rule(_: object, attribute: attrs.Attribute[Any], value: str | tuple[str, ...]) -> None:
    for text in (value,) if isinstance(value, str) else value:
        try:
            if text:
                falls_on(text, FIRST_DAY, FIRST_DAY)
        except (ValueError, TypeError) as error:
            raise InvalidRecord(
                f"{attribute.name}: expected a recurrence rule of RFC 5545, "
                f"e.g. 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25'; {error}."
            ) from None


@attrs.frozen
class Holidays:
    """The table ``[holidays]``.

    Attributes:
        dates: single days.
        repeats: recurrence rules (RFC 5545), e.g. ``"FREQ=YEARLY;BYEASTER=1"``.
    """

    dates: tuple[date, ...] = ()
    repeats: tuple[str, ...] = attrs.field(default=(), validator=_is_rule)

    def __contains__(self, day: date) -> bool:
        """Whether a day is one."""
        return day in self.dates or any(falls_on(rule, FIRST_DAY, day) for rule in self.repeats)


@attrs.frozen
class Schedule:
    """The table ``[schedules.NAME]``.

    Attributes:
        days: of the week on which it begins.
        starts: when it begins on such a day, by the site's clock.
        ends: when it ends; not later than ``starts`` is on the day after. Both 00:00: all day.
        repeats: instead of ``days``, a recurrence rule (RFC 5545) for the days, e.g.
            ``"FREQ=MONTHLY;BYDAY=1SA"``.
        since: the day that ``repeats`` counts from, for rules with an interval.
        holidays: what it does on the site's holidays: ``"closed"``, ``"open"`` or
            ``"only"``.
    """

    days: tuple[Day, ...] = WEEK
    starts: time = time(0)
    ends: time = time(0)
    repeats: str = attrs.field(default="", validator=_is_rule)
    since: date = FIRST_DAY
    holidays: OnHolidays = OnHolidays.CLOSED

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord where days are given in both ways."""
        if self.repeats and self.days != WEEK:
            raise InvalidRecord("expected either days or repeats, not both.")

    def holds(self, clock: datetime, holidays: Holidays) -> bool:
        """Whether it holds.

        Args:
            clock: what the clock on the wall shows; its time zone is not looked at.
            holidays: of the site.
        """
        shown = clock.replace(tzinfo=None)
        return any(
            self._begins_on(day, holidays) and self._begin(day) <= shown < self._end(day)
            for day in (shown.date(), shown.date() - timedelta(days=1))
        )

    def words(self) -> str:
        """As a person would say it, e.g. ``"mon–fri 07:00–19:00, not on holidays"``."""
        whole = self.starts == self.ends == time(0)
        hours = "all day" if whole else f"{self.starts:%H:%M}–{self.ends:%H:%M}"
        days = self.repeats or _span(self.days)
        on = {OnHolidays.CLOSED: "not on holidays", OnHolidays.ONLY: "on holidays only"}
        return ", ".join(filter(None, (f"{days} {hours}", on.get(self.holidays))))

    def _begins_on(self, day: date, holidays: Holidays) -> bool:
        if self.repeats:
            meant = day >= self.since and falls_on(self.repeats, self.since, day)
        else:
            meant = WEEK[day.weekday()] in self.days
        if not meant or self.holidays is OnHolidays.OPEN:
            return meant
        return (day in holidays) is (self.holidays is OnHolidays.ONLY)

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, self.starts)

    def _end(self, day: date) -> datetime:
        last = day if self.ends > self.starts else day + timedelta(days=1)
        return datetime.combine(last, self.ends)


@lru_cache(maxsize=1 << 12)
def falls_on(rule: str, since: date, day: date) -> bool:
    """Whether a recurrence rule that counts from one day falls on another. Raises ValueError."""
    begin, midnight = datetime.combine(since, time(0)), datetime.combine(day, time(0))
    return bool(rrulestr(rule, dtstart=begin).between(midnight, midnight, inc=True))


def _span(days: tuple[Day, ...]) -> str:
    order = [WEEK.index(day) for day in days]
    if len(days) == len(WEEK):
        return "every day"
    if len(days) > 2 and order == list(range(order[0], order[-1] + 1)):
        return f"{days[0]}–{days[-1]}"
    return ", ".join(days)
