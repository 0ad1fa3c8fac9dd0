"""The policy of one site: a TOML file that is read whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import cached_property
from pathlib import Path as FilePath
from typing import Literal
from zoneinfo import ZoneInfo

import attrs
from pyroaring import BitMap

from thenar.access.records import OUTSIDE, Holder
from thenar.access.schedule import Holidays, OnHolidays, Schedule
from thenar.errors import SettingsError
from thenar.matching.candidates import Expression, parse
from thenar.parameters import ACCESS
from thenar.records import OfflinePolicy
from thenar.settings.document import Document, Path
from thenar.settings.structure import structure

ALWAYS = "always"
"""The schedule that every site has."""
_ALWAYS = Schedule(holidays=OnHolidays.OPEN)
_KINDS = ("group", "type")
_EVERYWHERE = ("anybody", "listed")
_THEM = BitMap([0])
_NOBODY = BitMap()


@attrs.frozen
class Area:
    """The table ``[areas.NAME]``.

    Attributes:
        anti_passback: what becomes of somebody who is not where the door begins:
            ``"hard"`` refuses, ``"soft"`` allows and records it, ``"timed"`` refuses who
            came in less than ``minutes`` ago, ``"off"`` does not look.
        minutes: for ``"timed"``, > 0.
        exempt: people whom anti-passback does not concern, as in ``who`` of a rule.
        at_most: how many people may be inside, ≥ 1; none: any number.
        two_person: nobody is ever alone inside: the first two enter, and the last two
            leave, together.
        within_seconds: how soon the second must come, > 0.
    """

    anti_passback: Literal["hard", "soft", "timed", "off"] = "off"
    minutes: float = attrs.field(default=ACCESS.passback_minutes, validator=attrs.validators.gt(0))
    exempt: str = ""
    at_most: int | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.ge(1))
    )
    two_person: bool = False
    within_seconds: float = attrs.field(
        default=ACCESS.second_person_seconds, validator=attrs.validators.gt(0)
    )


@attrs.frozen
class DoorPolicy:
    """The table ``[doors.NAME]``, the name being that of the terminal's settings.

    Attributes:
        into: the area that it leads into; ``"outside"`` for an exit.
        out_of: the area that it leads out of.
        offline: what it does when nobody can be asked, as the fire code wants it:
            ``"fail closed"`` or ``"fail open"``. Not given: what the door's own settings
            say, which is ``"fail closed"`` unless they say otherwise.
    """

    into: str
    out_of: str = OUTSIDE
    offline: OfflinePolicy | None = None


@attrs.frozen
class Rule:
    """The table ``[rules.NAME]``: who may pass which doors when. Any one rule is enough.

    Attributes:
        who: people, in the language of candidate sets, e.g.
            ``"group:engineering - group:suspended"``.
        doors: names of doors.
        schedule: name of a schedule, or ``"always"``.
    """

    who: str
    doors: tuple[str, ...] = attrs.field(validator=attrs.validators.min_len(1))
    schedule: str = ALWAYS


@attrs.frozen
class SitePolicy:
    """The file.

    Attributes:
        timezone: whose clock the schedules go by, e.g. ``"Europe/Amsterdam"``.
        anti_passback_resets: time of the day at which it is forgotten where people are;
            none: never.
        holidays: of the site.
        schedules: by name.
        areas: by name; ``"outside"`` is always there.
        doors: by name. A door that the policy does not name stays shut.
        rules: by name.
    """

    timezone: str
    doors: Mapping[str, DoorPolicy]
    rules: Mapping[str, Rule]
    anti_passback_resets: time | None = None
    holidays: Holidays = attrs.field(factory=Holidays)
    schedules: Mapping[str, Schedule] = attrs.field(factory=dict)
    areas: Mapping[str, Area] = attrs.field(factory=dict)


@attrs.define(slots=False, eq=False)
class Policy:
    """A site's policy, checked.

    Args:
        site: what the file says.
        document: the file, to say on which line.
    """

    site: SitePolicy
    document: Document

    @classmethod
    def parse(cls, text: str, *, file: str = "policy") -> Policy:
        """A policy from TOML text. Raises SettingsError, naming each line that is wrong."""
        document = Document.parse(text, file)
        policy = cls(structure(document, (), SitePolicy), document)
        if told := list(policy._faults()):
            raise SettingsError("\n".join(told), remedy=f"correct {file}.")
        return policy

    @classmethod
    def load(cls, file: FilePath) -> Policy:
        """Read a file. Raises SettingsError: it cannot be read, or something in it is wrong."""
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{file}: expected a site's policy in UTF-8; {type(error).__name__}.",
                remedy="check its path under [cloud.policies].",
            ) from None
        return cls.parse(text, file=str(file))

    @cached_property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.site.timezone)

    def clock(self, at: float) -> datetime:
        """What the clock on the wall shows at a time, seconds since the epoch."""
        return datetime.fromtimestamp(at, self.zone)

    def area(self, name: str) -> Area:
        """An area; one that the file says nothing of has no rules."""
        return self.site.areas.get(name) or Area()

    def schedule(self, name: str) -> Schedule:
        """A schedule by name."""
        return _ALWAYS if name == ALWAYS else self.site.schedules[name]

    def holds(self, schedule: str, at: float) -> bool:
        """Whether a schedule holds at a time, seconds since the epoch."""
        return self.schedule(schedule).holds(self.clock(at), self.site.holidays)

    def means(self, who: str, holder: Holder) -> bool:
        """Whether an expression means this person."""
        expression = self._expressions[who]
        found = expression.root.evaluate(
            lambda name: _THEM if name.text.casefold() in holder.names else _NOBODY
        )
        return bool(found)

    def last_reset(self, at: float) -> float:
        """When it was last forgotten where people are; seconds since the epoch."""
        resets = self.site.anti_passback_resets
        if resets is None:
            return 0.0
        today = self.clock(at).date()
        moments = (
            datetime.combine(day, resets, self.zone).timestamp()
            for day in (today, today - timedelta(days=1), today - timedelta(days=2))
        )
        return next(moment for moment in moments if moment <= at)

    @cached_property
    def _expressions(self) -> Mapping[str, Expression]:
        texts = {rule.who for rule in self.site.rules.values()}
        texts |= {area.exempt for area in self.site.areas.values() if area.exempt}
        return {text: parse(text) for text in texts}

    def _faults(self) -> Iterator[str]:
        """Everything that is of the right form and still means nothing."""
        site = self.site
        try:
            _ = self.zone
        except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
            yield self._fault(("timezone",), f"there is no time zone {site.timezone!r}")
        for name, area in site.areas.items():
            if name == OUTSIDE:
                yield self._fault(("areas", name), "the outside has no rules")
            if area.two_person and area.at_most == 1:
                yield self._fault(("areas", name, "at_most"), "the two-person rule needs two")
            if area.exempt:
                yield from self._unreadable(area.exempt, ("areas", name, "exempt"))
        for name, door in site.doors.items():
            for key, at in (("into", door.into), ("out_of", door.out_of)):
                if at not in (OUTSIDE, *site.areas):
                    yield self._fault(("doors", name, key), f"there is no area {at!r}", site.areas)
            if door.into == door.out_of:
                yield self._fault(("doors", name), f"leads from {door.into!r} into itself")
        for name, rule in site.rules.items():
            yield from self._unreadable(rule.who, ("rules", name, "who"))
            for door_name in rule.doors:
                if door_name not in site.doors:
                    at_doors: Path = ("rules", name, "doors")
                    yield self._fault(at_doors, f"there is no door {door_name!r}", site.doors)
            if rule.schedule not in (ALWAYS, *site.schedules):
                what = f"there is no schedule {rule.schedule!r}"
                yield self._fault(("rules", name, "schedule"), what, site.schedules)

    def _unreadable(self, who: str, path: Path) -> Iterator[str]:
        try:
            names = list(parse(who).root.names())
        except SettingsError as error:
            yield self._fault(path, f"{error.message.rstrip()}\n    {error.remedy}")
            return
        for name in names:
            kind, colon, _ = name.text.partition(":")
            if name.text not in _EVERYWHERE and not (colon and kind in _KINDS):
                known = "anybody, listed, group:NAME and type:NAME"
                yield self._fault(path, f"nobody is {name.text!r}; there are {known}")

    def _fault(self, path: Path, what: str, known: Mapping[str, object] | None = None) -> str:
        there = "" if known is None else f"; there are {', '.join(known) or 'none'}"
        return f"{self.document.where(path)}: {what}{there}."
