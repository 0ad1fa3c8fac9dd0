"""Enrolling people, linking things to their palms, and forgetting them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from thenar.messages._base import Base64, Identifier, Reply, Request, Subject, Word
from thenar.records import Hand, Link, LinkKind


class Purpose(StrEnum):
    """What a palm is shown for; an assertion is good for this alone."""

    PAY = "pay"
    LOYALTY = "loyalty"
    ENTER = "enter"
    BADGE = "badge"
    AGE = "age"
    LINK = "link"
    """Tie something more to a palm that is enrolled."""
    FORGET = "forget"

    @property
    def link_kind(self) -> LinkKind | None:
        """The link a person must have to be found for this purpose; None: any person."""
        return _NEEDS.get(self)


_NEEDS = {
    Purpose.PAY: LinkKind.PAYMENT,
    Purpose.LOYALTY: LinkKind.LOYALTY,
    Purpose.ENTER: LinkKind.TICKET,
    Purpose.BADGE: LinkKind.BADGE,
    Purpose.AGE: LinkKind.AGE,
}

Sealed = Annotated[
    Base64, Field(min_length=1, max_length=4_000_000, json_schema_extra={"minLength": 4})
]
"""A sealed envelope of captures (:mod:`thenar.vault.sealing`)."""

Assertion = Annotated[str, StringConstraints(min_length=20, max_length=4000)]
"""A signed statement that a palm was recognised a moment ago (JWT, EdDSA)."""


class NewLink(Request):
    """A thing to tie to a palm: :class:`thenar.records.Link` on the wire."""

    kind: LinkKind
    provider: Word
    value: Annotated[str, StringConstraints(min_length=1, max_length=2000)] = Field(repr=False)
    label: Annotated[str, StringConstraints(max_length=200)] = ""
    expiry: Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$")] = Field(
        default="", exclude_if=lambda expiry: not expiry
    )

    @classmethod
    def of(cls, link: Link) -> NewLink:
        """A link, for the wire."""
        return cls(
            kind=link.kind,
            provider=link.provider,
            value=link.value,
            label=link.label,
            expiry=link.expiry,
        )


class LinkView(Reply):
    """A thing tied to a palm.

    Attributes:
        value: what a door must be shown (tickets, badges); always empty for payment
            tokens, loyalty numbers and age proofs, which stay in the service.
        expiry: of a card, ``"YYYY-MM"``; may be empty.
        preferred: the payment link that is charged where none is named.
    """

    link: Identifier
    kind: LinkKind
    provider: Word
    label: str = ""
    value: str = Field(default="", repr=False)
    expiry: str = ""
    preferred: bool = False


class Consent(Request):
    """What the person agreed to, and to which words.

    Attributes:
        text: name and version of the text that was shown, e.g. ``"terms 2026-03 en"``.
        purposes: what the palm may be used for; it is found for nothing else, except to
            link and to forget, which need no consent.
    """

    text: Word
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1)]


class Enrolment(Request):
    """``POST /v1/enrolments``, with an ``Idempotency-Key``.

    Attributes:
        envelope: sealed captures of one or both palms; each capture names its hand.
        palms: the hands that the envelope holds, checked against it.
        links: what to tie to the palms.
        consent: what the person agreed to.
        contact: e-mail address or phone number for the portal's one-time codes; may be empty.
    """

    envelope: Sealed = Field(repr=False)
    palms: Annotated[tuple[Literal[Hand.LEFT, Hand.RIGHT], ...], Field(min_length=1, max_length=2)]
    links: Annotated[tuple[NewLink, ...], Field(max_length=20)] = ()
    consent: Consent
    contact: Annotated[str, StringConstraints(max_length=200)] = Field(default="", repr=False)


class Enrolled(Reply):
    """The person is enrolled."""

    subject: Subject
    palms: tuple[Hand, ...]
    links: tuple[LinkView, ...] = ()
    algorithm: str
    request_id: str


class Identifying(Request):
    """``POST /v1/identifications``: whose palm is this, among those it may be?

    Attributes:
        envelope: sealed captures of one palm.
        purpose: only people who consented to it, and have a link for it, are searched.
        provider: only people with a link of this provider are searched; empty: any provider.
    """

    envelope: Sealed = Field(repr=False)
    purpose: Purpose
    provider: Annotated[str, StringConstraints(max_length=200)] = ""


class Identified(Reply):
    """The answer; ``subject`` and ``assertion`` are None when nobody was recognised.

    Attributes:
        fmr: false-match rate of the best candidate, 0..1; 1 where there was none.
        margin: decades between the best person and the second; None where there is no second.
        reasons: why nobody was recognised.
        algorithm: name and version of the signature, e.g. ``"blocks 1"``.
        links: the recognised person's links for the purpose.
        message: what the tenant's own program wants shown to somebody it did not permit.
        permit: whether the site has a policy that a door must ask (``POST /v1/permits``).
    """

    subject: Subject | None = None
    assertion: str | None = Field(default=None, repr=False)
    fmr: float = 1.0
    margin: float | None = None
    reasons: tuple[str, ...] = ()
    algorithm: str
    links: tuple[LinkView, ...] = ()
    message: str = ""
    permit: bool = False
    request_id: str


class Linking(Request):
    """``POST /v1/links``, with an ``Idempotency-Key`` and an assertion for ``link``."""

    assertion: Assertion = Field(repr=False)
    link: NewLink


class Forgotten(Reply):
    """The answer to ``DELETE /v1/people/{subject}``.

    Attributes:
        state: ``forgotten``: templates, links and keys are gone. ``closing``: the palm is
            found no more, and the rest follows when the open payments are settled.
        open_payments: how many payments still wait to be settled.
    """

    state: Literal["forgotten", "closing"]
    open_payments: int = 0
    request_id: str
