"""What the settings file says of Stripe."""

from __future__ import annotations

from urllib.parse import urlsplit

import attrs

API_VERSION = "2026-07-29.dahlia"
"""Every request names it, so that a change at Stripe changes nothing here."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@attrs.frozen
class StripeSettings:
    """Settings of the provider ``stripe``.

    Attributes:
        api_key: secret key, ``sk_live_…`` or ``sk_test_…``; a restricted key must be
            allowed to write customers, payment methods, setup intents, payment
            intents and refunds.
        base_url: where Stripe is; plain http only to this machine.
        connect_seconds: how long a connection may take, > 0.
        read_seconds: how long an answer may take, > 0. With ``connect_seconds`` it
            stays below the 30 s that the host waits for a payment.
        attempts: how often a request is sent that surely was not carried out, ≥ 1.
        requests_per_second: pace that is never exceeded, > 0; Stripe allows 100 live
            and 25 in test mode, for the whole account.
        pages: how many pages of 100 newest payments are looked through for a key
            before Stripe's search index is asked, which lags up to a minute.
    """

    api_key: str = attrs.field(repr=False)
    base_url: str = attrs.field(default="https://api.stripe.com")
    connect_seconds: float = attrs.field(default=4.0, validator=attrs.validators.gt(0))
    read_seconds: float = attrs.field(default=20.0, validator=attrs.validators.gt(0))
    attempts: int = attrs.field(default=4, validator=attrs.validators.ge(1))
    requests_per_second: float = attrs.field(default=20.0, validator=attrs.validators.gt(0))
    pages: int = attrs.field(default=5, validator=attrs.validators.ge(1))

    @api_key.validator
    def _secret_key(self, _: object, value: str) -> None:
        if not value.startswith(("sk_", "rk_")):
            raise ValueError("api_key: expected a secret key, sk_… or rk_….")

    @base_url.validator
    def _encrypted(self, _: object, value: str) -> None:
        url = urlsplit(value)
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOOPBACK):
            raise ValueError("base_url: expected https, or http to this machine.")
