"""Why the answer at a door is yes or no.

Every rule is asked in the same order, and says what it found. The words are those of
the field: *anti-passback* keeps one person from coming in twice without having left,
*two-person rule* keeps anybody from being alone in an area.
"""

from __future__ import annotations

from collections.abc import Iterator

from thenar.access.policy import DoorPolicy, Policy, Rule
from thenar.access.records import OUTSIDE, Holder, Judgement, Place, Scene, Step


def judge(policy: Policy, holder: Holder, door: str, at: float, scene: Scene) -> Judgement:
    """May this person pass this door at this time?

    Args:
        policy: of the site.
        holder: who.
        door: name of the door.
        at: when, seconds since the epoch, UTC.
        scene: where people are.
    """
    through = policy.site.doors.get(door)
    if through is None:
        return Judgement((Step("door", False, "the site's policy does not name this door"),))
    place = _remembered(policy, scene.place, at)
    steps = [*_alone(policy, holder, door, at, place)]
    movers: tuple[str, ...] = (holder.subject,)
    area = _not_alone_in(policy, through, scene, place)
    steps.append(_room(policy, through, scene, coming=2 if area else 1))
    others_hold = all(step.holds for step in steps)
    if area:
        step, movers = _second(policy, holder, door, at, scene, area)
        steps.append(step)
    allowed = all(step.holds for step in steps)
    return Judgement(
        steps=tuple(steps),
        movers=movers if allowed else (),
        area=through.into,
        waits=others_hold and not allowed and area not in scene.under_way,
        violation=_soft(policy, holder, through, place) if allowed else "",
    )


def _alone(
    policy: Policy, holder: Holder, door: str, at: float, place: Place | None
) -> Iterator[Step]:
    """What is asked of everybody for themselves."""
    through = policy.site.doors[door]
    way = f"from {through.out_of!r} into {through.into!r}"
    yield Step("door", True, way, ("doors", door))
    yield _pass(policy, holder, at)
    yield _rule(policy, holder, door, at)
    yield _passback(policy, holder, through, at, place)


def _pass(policy: Policy, holder: Holder, at: float) -> Step:
    """Staff who left, and visitors who come too early or too late."""
    if not holder.active:
        return Step("pass", False, "the pass was withdrawn")
    if holder.begins is not None and at < holder.begins:
        return Step("pass", False, f"the pass begins {_told(policy, holder.begins)}")
    if holder.ends is not None and at >= holder.ends:
        return Step("pass", False, f"the pass ended {_told(policy, holder.ends)}")
    until = "" if holder.ends is None else f" until {_told(policy, holder.ends)}"
    return Step("pass", True, f"the pass is good{until}")


def _rule(policy: Policy, holder: Holder, door: str, at: float) -> Step:
    """One rule that names the door, means the person and holds now is enough."""
    closed: tuple[str, Rule] | None = None
    for name, rule in policy.site.rules.items():
        if door not in rule.doors or not policy.means(rule.who, holder):
            continue
        path = ("rules", name)
        when = f"{rule.schedule}: {policy.schedule(rule.schedule).words()}"
        if policy.holds(rule.schedule, at):
            return Step("rule", True, f"{name!r} is for {rule.who}, {when}", path)
        closed = closed or (name, rule)
    if closed is None:
        return Step("rule", False, "no rule lets this person in here")
    name, rule = closed
    hours = policy.schedule(rule.schedule).words()
    clock = policy.clock(at)
    today = ", a holiday" if clock.date() in policy.site.holidays else ""
    said = f"not at this time; {name!r} is {hours}; it is {clock:%a %H:%M}{today}"
    return Step("rule", False, said, ("rules", name))


def _passback(
    policy: Policy, holder: Holder, through: DoorPolicy, at: float, place: Place | None
) -> Step:
    """Anti-passback of the area entered, or of the one left on the way out."""
    name = _governed_by(policy, through)
    area, path = policy.area(name), ("areas", name, "anti_passback")
    if area.anti_passback == "off":
        return Step("anti-passback", True, "off")
    if area.exempt and policy.means(area.exempt, holder):
        return Step("anti-passback", True, f"{area.exempt} are exempt", path)
    if place is None:
        return Step("anti-passback", True, "not seen before", path)
    seen = f"last let into {place.area!r} {_told(policy, place.since)}"
    if area.anti_passback == "timed":
        again = through.into == place.area == name and at - place.since < 60 * area.minutes
        said = f"timed: again within {area.minutes:g} minutes, {seen}" if again else seen
        return Step("anti-passback", not again, said, path)
    if place.area == through.out_of:
        return Step("anti-passback", True, seen, path)
    if area.anti_passback == "soft":
        return Step("anti-passback", True, f"soft: broken, and recorded; {seen}", path)
    return Step("anti-passback", False, f"already passed: {seen}", path)


def _soft(policy: Policy, holder: Holder, through: DoorPolicy, place: Place | None) -> str:
    """What a soft anti-passback records of a passage that it allows."""
    name = _governed_by(policy, through)
    area = policy.area(name)
    if area.anti_passback != "soft" or place is None or place.area == through.out_of:
        return ""
    if area.exempt and policy.means(area.exempt, holder):
        return ""
    return f"anti-passback broken (soft): last let into {place.area!r}"


def _governed_by(policy: Policy, through: DoorPolicy) -> str:
    entered = through.into != OUTSIDE and policy.area(through.into).anti_passback != "off"
    return through.into if entered else through.out_of


def _not_alone_in(policy: Policy, through: DoorPolicy, scene: Scene, place: Place | None) -> str:
    """The area that might have one person alone in it; empty: none."""
    entered, left = through.into, through.out_of
    if policy.area(entered).two_person and (
        entered in scene.under_way or scene.inside.get(entered, 0) == 0
    ):
        return entered
    is_there = place is not None and place.area == left
    if (
        policy.area(left).two_person
        and is_there
        and (left in scene.under_way or scene.inside.get(left, 0) == 2)
    ):
        return left
    return ""


def _second(
    policy: Policy, holder: Holder, door: str, at: float, scene: Scene, area: str
) -> tuple[Step, tuple[str, ...]]:
    """The two-person rule: who waits at this door, and whether they still may pass."""
    path = ("areas", area, "two_person")
    if area in scene.under_way:
        said = "two-person rule: wait until those before have passed"
        return Step("two-person rule", False, said, path), ()
    seconds = policy.area(area).within_seconds
    first = scene.waiting
    if first is not None and first.holder.subject != holder.subject:
        here = _remembered(policy, first.place, at)
        may = all(step.holds for step in _alone(policy, first.holder, door, at, here))
        if may and 0 <= at - first.since <= seconds:
            said = f"the second person within {seconds:g} s"
            return Step("two-person rule", True, said, path), (first.holder.subject, holder.subject)
    said = f"two-person rule: a second person must come within {seconds:g} s"
    return Step("two-person rule", False, said, path), ()


def _room(policy: Policy, through: DoorPolicy, scene: Scene, coming: int) -> Step:
    """Occupancy of the area entered."""
    most, path = policy.area(through.into).at_most, ("areas", through.into, "at_most")
    inside = scene.inside.get(through.into, 0)
    if through.into == OUTSIDE or most is None:
        return Step("occupancy", True, "no limit")
    if inside + coming > most:
        return Step("occupancy", False, f"{through.into!r} is full: {inside} of {most}", path)
    return Step("occupancy", True, f"{inside} of {most}", path)


def _remembered(policy: Policy, place: Place | None, at: float) -> Place | None:
    """Where somebody is, unless that was forgotten since."""
    return None if place is None or place.since < policy.last_reset(at) else place


def _told(policy: Policy, at: float) -> str:
    return f"{policy.clock(at):%Y-%m-%d %H:%M %Z}"
