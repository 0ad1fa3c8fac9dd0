"""Payment for Thenar: Stripe, and acquirers that speak ISO 8583."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import PaymentProcessor
from thenar.records import Provider
from thenar_payment.iso8583 import Iso8583Processor, Iso8583Settings
from thenar_payment.stripe import StripeProcessor, StripeSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_payments() -> Sequence[Provider[PaymentProcessor]]:
    """The payment processors of this package."""
    return [
        Provider(
            "stripe",
            make=StripeProcessor,
            settings=StripeSettings,
            summary="Stripe: saved cards, off session",
        ),
        Provider(
            "iso8583",
            make=Iso8583Processor,
            settings=Iso8583Settings,
            summary="an acquirer over ISO 8583, with store and forward",
        ),
    ]
