"""The table ``[loyalty.pretix]``."""

from __future__ import annotations

from urllib.parse import urlsplit

import attrs

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@attrs.frozen
class PretixLoyaltySettings:
    """Settings of the loyalty programme ``pretix``.

    Attributes:
        url: of the server, e.g. ``"https://pretix.example"``; plain http only to this machine.
        organizer: its slug.
        token: API token of a team that may read customers and change gift cards.
        currency: of the gift cards that hold the points, an ISO 4217 code.
        cents_per_point: hundredths of that currency that one point is, > 0.
        card: what the secret of a member's gift card begins with; the member's number follows.
        language: of the names of tiers, where pretix has several.
        seconds: how long an answer may take, > 0; stays below the 5 s that the host waits.
    """

    url: str = attrs.field()
    organizer: str
    token: str = attrs.field(repr=False)
    currency: str = attrs.field(default="EUR", validator=attrs.validators.matches_re("[A-Z]{3}"))
    cents_per_point: int = attrs.field(default=1, validator=attrs.validators.gt(0))
    card: str = attrs.field(default="POINTS-", validator=attrs.validators.matches_re("[A-Z0-9-]+"))
    language: str = "en"
    seconds: float = attrs.field(default=2.0, validator=attrs.validators.gt(0))

    @url.validator
    def _encrypted(self, _: object, value: str) -> None:
        url = urlsplit(value)
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOOPBACK):
            raise ValueError("url: expected https, or http to this machine.")
