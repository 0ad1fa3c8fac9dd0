"""Pass a stadium gate or an office door with a palm."""

from __future__ import annotations

import time
from collections.abc import Sequence

from thenar.device.display import Stage
from thenar.device.identify import identify
from thenar.device.journal import Entry
from thenar.device.terminal import Terminal, TerminalDoor, new_key
from thenar.device.words import Words
from thenar.errors import (
    AttackDetected,
    CloudRefused,
    CloudUnreachable,
    DoorError,
    PluginError,
    ThenarError,
)
from thenar.messages import Identified, LinkView, Permit, Purpose
from thenar.records import Decision, OfflinePolicy, Passage


def enter(terminal: Terminal, door: str) -> Decision:
    """Enter by a gate, with a linked ticket. *Opens a door.* See :func:`_pass`."""
    return _pass(terminal, terminal.door(door), Purpose.ENTER)


def badge(terminal: Terminal, door: str) -> Decision:
    """Badge in at an office door, with a linked badge. *Opens a door.* See :func:`_pass`."""
    return _pass(terminal, terminal.door(door), Purpose.BADGE)


def _pass(terminal: Terminal, door: TerminalDoor, purpose: Purpose) -> Decision:
    """Recognise the person, ask policy and door, open it if both say so, record the decision.

    Whoever is not recognised, or whose door cannot be worked, does not pass. Where the
    service or the door's own authority does not answer, the door's offline policy
    decides, and the decision names it. A driver that fails in any other way denies,
    whatever the policy: an error in a program is no fire.

    Raises:
        AcquisitionFailure: no usable palm; the door stays shut.
        AttackDetected: a liveness check refused; the door stays shut, on record.
    """
    request, now = new_key(), time.time()
    answer: Identified | None = None
    attack: AttackDetected | None = None
    try:
        answer = identify(terminal, purpose, title=Words("Welcome"), provider=door.provider)
        permit = _permit(terminal, door, answer, request)
        links = permit.links if permit else answer.links
        decision = _refused(permit, request) or _ask(terminal, door, answer, links, request, now)
    except AttackDetected as error:
        attack = error
        decision = Decision(allow=False, reason="not a living palm", request_id=request)
    except CloudUnreachable:
        decision = _offline(terminal, door, "the service does not answer", request)
    decision = _open(door, decision)
    _show(terminal, decision)
    entry = Entry(door.name, decision, now, request)
    terminal.journal.record(terminal.cloud, entry, answer.assertion if answer else None)
    if attack is not None:
        raise attack
    return decision


def _permit(
    terminal: Terminal, door: TerminalDoor, answer: Identified, request: str
) -> Permit | None:
    """What the site's policy says, where there is one. Raises CloudUnreachable."""
    if not answer.permit or answer.assertion is None:
        return None
    try:
        permit = terminal.cloud.permit(answer.assertion, door.name, idempotency_key=request)
    except CloudRefused:
        why = "the site's policy could not be asked"
        return Permit(allow=False, reason=why, request_id=request)
    terminal.fire_policies.learn(door.name, permit.offline)
    return permit


def _refused(permit: Permit | None, request: str) -> Decision | None:
    if permit is None or permit.allow:
        return None
    return Decision(allow=False, reason=permit.reason, request_id=request)


def _ask(
    terminal: Terminal,
    door: TerminalDoor,
    answer: Identified,
    links: Sequence[LinkView],
    request: str,
    now: float,
) -> Decision:
    """Ask with each linked ticket or badge, newest first, until one may pass."""
    if answer.subject is None:
        reason = answer.message or "not recognised"
        return Decision(allow=False, reason=reason, request_id=request)
    decision = Decision(allow=False, reason="no ticket or badge is linked", request_id=request)
    credentials = [link.value for link in links if link.provider == door.provider]
    for credential in credentials:
        passage = Passage(door.name, answer.subject, credential, now, request)
        try:
            decision = door.door.ask(passage)
        except DoorError:
            return _offline(terminal, door, "the door's authority does not answer", request)
        except ThenarError:
            return Decision(allow=False, reason="the door's driver failed", request_id=request)
        if decision.allow:
            break
    return decision


def _open(door: TerminalDoor, decision: Decision) -> Decision:
    if not decision.allow:
        return decision
    try:
        door.door.open(decision)
    except ThenarError:
        return Decision(
            allow=False,
            reason="the door did not open",
            offline=decision.offline,
            request_id=decision.request_id,
        )
    return decision


def _offline(terminal: Terminal, door: TerminalDoor, why: str, request: str) -> Decision:
    try:
        policy = terminal.fire_policies.of(door.name) or door.door.offline
    except PluginError:
        return Decision(allow=False, reason="the door's driver failed", request_id=request)
    return Decision(
        allow=policy is OfflinePolicy.FAIL_OPEN,
        reason=f"{policy}: {why}",
        offline=policy,
        request_id=request,
    )


def _show(terminal: Terminal, decision: Decision) -> None:
    if decision.allow:
        terminal.display.say(Stage.ACCEPTED, Words("Welcome"), Words("Please come in"))
    else:
        terminal.display.say(Stage.REFUSED, Words("No entry"), decision.reason)
