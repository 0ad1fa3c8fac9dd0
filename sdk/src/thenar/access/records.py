"""What a judgement is made of, and what it says."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from thenar.settings.document import Path

OUTSIDE = "outside"
"""The area that every site has: the rest of the world. It is never full."""


@attrs.frozen
class Holder:
    """Somebody who shows a palm, as the directory knows them.

    Attributes:
        subject: what the tenant knows them by.
        names: the sets that they are in, e.g. ``"group:cleaning"``.
        active: False once the directory says that they left.
        begins: when their pass begins, seconds since the epoch, UTC; None: it has.
        ends: when it ends; None: never.
    """

    subject: str
    names: frozenset[str] = frozenset({"anybody"})
    active: bool = True
    begins: float | None = None
    ends: float | None = None


@attrs.frozen
class Place:
    """Where somebody was last let in.

    Attributes:
        area: name in the site's policy, or ``"outside"``.
        since: seconds since the epoch, UTC.
    """

    area: str
    since: float


@attrs.frozen
class Waiting:
    """The first of two, who waits at a door for the second.

    Attributes:
        holder: who waits, as the directory knows them now.
        place: where they are.
        since: seconds since the epoch, UTC.
    """

    holder: Holder
    place: Place | None
    since: float


@attrs.frozen
class Scene:
    """Where people are, as far as one judgement needs it.

    Attributes:
        place: where the person is; None: nobody knows.
        inside: area → how many people may be in it; an area that is missing is empty.
        under_way: areas that somebody may be entering or leaving at this moment.
        waiting: who waits at this door for a second person.
    """

    place: Place | None = None
    inside: Mapping[str, int] = attrs.field(factory=dict)
    under_way: frozenset[str] = frozenset()
    waiting: Waiting | None = None


@attrs.frozen
class Step:
    """One rule, and whether it lets the person pass.

    Attributes:
        rule: its name in the field, e.g. ``"anti-passback"``.
        holds: False is a no.
        said: why, in words for the person at the door.
        path: where the policy speaks of it.
    """

    rule: str
    holds: bool
    said: str
    path: Path = ()


@attrs.frozen
class Judgement:
    """What the policy says.

    Attributes:
        steps: every rule that was asked, in order; the first that does not hold decides.
        movers: subjects who pass when the door opens: the person, and the first of two.
        area: where they are then.
        waits: the door stays shut until a second person comes.
        violation: a soft rule that was broken: the passage is allowed, and on record.
    """

    steps: tuple[Step, ...]
    movers: tuple[str, ...] = ()
    area: str = OUTSIDE
    waits: bool = False
    violation: str = ""

    @property
    def allow(self) -> bool:
        """Whether the door may open."""
        return all(step.holds for step in self.steps)

    @property
    def reason(self) -> str:
        """Why, in words for the person at the door."""
        for step in self.steps:
            if not step.holds:
                return step.said
        return self.violation or "the site's policy lets this person in"
