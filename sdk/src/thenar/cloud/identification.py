"""``POST /v1/identifications``: whose palm is this, and may they be found for this?"""

from __future__ import annotations

import math

from thenar.cloud import audit, cards, people
from thenar.cloud.recognition import Found, open_captures, search
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import Device, Person
from thenar.cloud.visits import visited
from thenar.cloud.webhooks.deciding import Mode, Verdict, ask
from thenar.errors import EnvelopeMalformed, UnknownObject
from thenar.matching.candidates import Expression
from thenar.messages import Identified, Identifying, LinkView, Purpose
from thenar.records import Hand, LinkKind, PalmCrop
from thenar.vault.sealing import Use


def identify(service: Service, caller: Caller, asked: Identifying, request_id: str) -> Identified:
    """Open, sign, search, decide; then assert, in a form that only this device can use.

    Raises:
        SealError: the envelope was refused.
        SignatureError: no capture has enough trusted skin.
    """
    crops = open_captures(service, caller, asked.envelope, Use.IDENTIFICATION)
    hand = _one_hand(crops)
    probe = service.templates.presented(service.plugins.signature.probe(crops), caller.tenant)
    among = service.references.candidates(
        caller.tenant, hand, asked.purpose, asked.provider, _within(service, caller)
    )
    found = search(
        service,
        probe,
        among,
        fmr=service.settings.identification_fmr,
        margin=service.settings.identification_margin,
    )
    person = _present(service, found)
    _note(service, caller, asked, person, request_id)
    answer = found.identification
    said = Identified(
        fmr=answer.fmr,
        margin=answer.margin if math.isfinite(answer.margin) else None,
        reasons=answer.reasons,
        algorithm=f"{probe.algorithm} {probe.version}",
        permit=_needs_permit(service, caller, asked.purpose),
        request_id=request_id,
    )
    if person is None:
        return said
    if asked.purpose not in (Purpose.FORGET, Purpose.LINK) and (why := _not_now(service, person)):
        _refused(service, caller, asked, person, request_id, why)
        return said.model_copy(update={"reasons": (why,), "message": why})
    if (verdict := _ask_tenant(service, caller, asked, person, request_id)).allow is False:
        return said.model_copy(
            update={"reasons": ("not permitted by the tenant",), "message": verdict.message}
        )
    assertion = service.assertions.issue(
        tenant=caller.tenant,
        device=caller.device,
        subject=person.subject,
        purpose=asked.purpose,
        now=service.clock(),
    )
    links = _links(service, person, asked.purpose)
    if said.permit:  # what opens a door comes with the permit
        links = tuple(link for link in links if link.kind is not asked.purpose.link_kind)
    vouched = {"subject": person.subject, "assertion": assertion, "links": links}
    return said.model_copy(update=vouched)


def _ask_tenant(
    service: Service, caller: Caller, asked: Identifying, person: Person, request_id: str
) -> Verdict:
    """What the tenant's own program says; nobody is asked who may forget or link."""
    if asked.purpose in (Purpose.FORGET, Purpose.LINK):
        return Verdict(allow=True)
    mode = Mode.PAYMENT if asked.purpose is Purpose.PAY else Mode.ACCESS
    verdict = ask(service, caller.tenant, person.subject, asked.purpose, mode)
    if not verdict.allow:
        _refused(service, caller, asked, person, request_id, verdict.reason)
    return verdict


def _refused(
    service: Service,
    caller: Caller,
    asked: Identifying,
    person: Person,
    request_id: str,
    reason: str,
) -> None:
    """Put into the log why somebody who was recognised is not told to be."""
    with service.store.writing() as session:
        audit.append(
            session,
            time=service.clock(),
            tenant=caller.tenant,
            actor=caller.actor,
            action="palm.not-permitted",
            about=person.subject,
            request_id=request_id,
            purpose=asked.purpose.value,
            reason=reason,
        )


def _not_now(service: Service, person: Person) -> str:
    """What keeps somebody out who was found: they left a moment ago, or their pass is not good."""
    holder, now = service.roll.holder(person.subject), service.clock()
    if not holder.active:
        return "the pass was withdrawn"
    if holder.begins is not None and now < holder.begins:
        return "the pass has not begun"
    if holder.ends is not None and now >= holder.ends:
        return "the pass has ended"
    return ""


def _needs_permit(service: Service, caller: Caller, purpose: Purpose) -> bool:
    """Whether a policy is to be asked before a door of the site where the device stands."""
    if not service.settings.policies or purpose not in (Purpose.ENTER, Purpose.BADGE):
        return False
    with service.store.reading() as session:
        site = session.get_one(Device, caller.device).site_id
    return service.policies.at(site) is not None


def _within(service: Service, caller: Caller) -> Expression | None:
    """The candidate set of the site where the device stands."""
    if not service.candidates:
        return None
    with service.store.reading() as session:
        return service.candidates.at(session.get_one(Device, caller.device).site_id)


def _one_hand(crops: list[PalmCrop]) -> Hand:
    hands = {crop.hand for crop in crops} - {Hand.UNKNOWN}
    if len(hands) > 1:
        raise EnvelopeMalformed("Both hands are in the envelope; one palm is identified at a time.")
    return hands.pop() if hands else Hand.UNKNOWN


def _present(service: Service, found: Found) -> Person | None:
    """The person found; None when nobody was, or they were forgotten a moment ago."""
    if found.member is None:
        return None
    try:
        with service.store.reading() as session:
            return people.find(session, found.member.tenant, found.member.subject)
    except UnknownObject:
        return None


def _links(service: Service, person: Person, purpose: Purpose) -> tuple[LinkView, ...]:
    """What the purpose needs, and the loyalty memberships."""
    key = service.person_keys.get(person.key_name)
    shown = {purpose.link_kind, LinkKind.LOYALTY}
    if purpose is Purpose.LINK:
        shown.add(LinkKind.PAYMENT)  # one of them may be made the default
    with service.store.reading() as session:
        preferred = cards.default(session, person)
    usable = cards.usable(service, person)
    return tuple(
        people.view(link, key, preferred=link.id == preferred)
        for link in person.links
        if link.kind in shown and (link.kind != LinkKind.PAYMENT or link.id in usable)
    )


def _note(
    service: Service, caller: Caller, asked: Identifying, person: Person | None, request_id: str
) -> None:
    action = "palm.not-recognised" if person is None else "palm.recognised"
    with service.store.writing() as session:
        audit.append(
            session,
            time=service.clock(),
            tenant=caller.tenant,
            actor=caller.actor,
            action=action,
            about="" if person is None else person.subject,
            request_id=request_id,
            purpose=asked.purpose.value,
        )
        if person is not None:
            visited(session, person, service.clock())
    service.tell(action, request_id, {"purpose": asked.purpose.value})
