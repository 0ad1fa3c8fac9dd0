"""Acme Plug: a payment processor that keeps house accounts."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import PaymentProcessor
from thenar.records import Provider

from acme_plug.payment import AcmePlugProcessor, AcmePlugSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_payments() -> Sequence[Provider[PaymentProcessor]]:
    """The processors of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugProcessor,
            settings=AcmePlugSettings,
            summary="house accounts in a SQLite file",
        )
    ]
