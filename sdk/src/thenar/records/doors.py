"""Gates and badge doors: what is asked and what is answered."""

from __future__ import annotations

from enum import StrEnum

import attrs

from thenar.records._checks import text


class OfflinePolicy(StrEnum):
    """What a door does when nobody can be asked."""

    FAIL_CLOSED = "fail closed"
    """Nobody passes: the default."""
    FAIL_OPEN = "fail open"
    """Everybody passes, where the site's fire policy says so; every passage is recorded."""


class LinkKind(StrEnum):
    """What a palm can be tied to."""

    PAYMENT = "payment"
    LOYALTY = "loyalty"
    TICKET = "ticket"
    BADGE = "badge"
    AGE = "age"


@attrs.frozen
class Link:
    """One thing tied to a person's palms.

    Attributes:
        kind: what it is.
        provider: name of the driver or offer that understands ``value``.
        value: opaque to Thenar: a token, a ticket secret, a badge number.
        label: what the customer may be shown, e.g. ``"visa •••• 4242"``.
        expiry: of a card, ``"YYYY-MM"``; empty: it has none, or none is known.
    """

    kind: LinkKind = attrs.field(converter=LinkKind)
    provider: str = attrs.field(validator=text)
    value: str = attrs.field(validator=text, repr=False)
    label: str = ""
    expiry: str = attrs.field(
        default="", validator=attrs.validators.matches_re(r"([0-9]{4}-(0[1-9]|1[0-2]))?")
    )


@attrs.frozen
class Passage:
    """Somebody asks to pass a door.

    Attributes:
        door: name of the door in the settings.
        subject: the person's identifier for this tenant.
        credential: the linked ticket secret or badge number that the door understands.
        time: seconds since the epoch, UTC.
        request_id: the request; repeating a passage with the same id must not
            redeem twice.
    """

    door: str = attrs.field(validator=text)
    subject: str = attrs.field(validator=text)
    credential: str = attrs.field(validator=text, repr=False)
    time: float
    request_id: str = attrs.field(validator=text)


@attrs.frozen
class Decision:
    """The answer at a door.

    Attributes:
        allow: True to open.
        reason: why, in the door's own words; never empty, so that nothing opens
            without a recorded reason.
        offline: the policy that decided when nobody could be asked, else None.
        request_id: the request that asked.
    """

    allow: bool
    reason: str = attrs.field(validator=text)
    offline: OfflinePolicy | None = None
    request_id: str = ""
