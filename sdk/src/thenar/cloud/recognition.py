"""From a sealed envelope to whose palm it is: open, sign, search, decide."""

from __future__ import annotations

import attrs
from pyroaring import BitMap

from thenar.cloud.references import Member
from thenar.cloud.service import Caller, Service
from thenar.matching import decide
from thenar.records import Identification, PalmCrop, Probe
from thenar.vault.sealing import Use, open_envelope

_LOOKED_AT = 6
"""Candidates that are decided upon: enough for three people with both palms."""


@attrs.frozen
class Found:
    """Who was found, if anybody, and how surely.

    Attributes:
        member: the person; None where nobody was recognised.
        identification: rate, margin and reasons.
    """

    member: Member | None
    identification: Identification


def open_captures(service: Service, caller: Caller, envelope: bytes, use: Use) -> list[PalmCrop]:
    """Open an envelope that a device sent. Raises SealError, KeyUnavailable."""
    crops = open_envelope(
        envelope,
        service.keys,
        use=use,
        tenant=caller.tenant,
        device=caller.device,
        is_active=lambda device: device == caller.device,
        remember=service.remember,
        now=service.clock(),
    )
    return list(crops)


def search(service: Service, probe: Probe, among: BitMap, *, fmr: float, margin: float) -> Found:
    """Whose palm is most like the probe, if it is like enough.

    Args:
        service: holds the references.
        probe: what was presented.
        among: who may be found.
        fmr: false-match rate to stay below, 0..1.
        margin: decades to the second best person.
    """
    candidates = service.references.gallery.search(probe, among=among, limit=_LOOKED_AT)
    members = {
        member.subject: member
        for candidate in candidates
        if (member := service.references.member(candidate.reference))
    }
    scored = [
        (member.subject, candidate.fmr)
        for candidate in candidates
        if (member := service.references.member(candidate.reference))
    ]
    answer = decide(scored, fmr=fmr, margin=margin)
    return Found(members.get(answer.person or ""), answer)
