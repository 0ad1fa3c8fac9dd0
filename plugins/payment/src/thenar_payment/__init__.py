"""Payment for Thenar: Stripe."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import PaymentProcessor
from thenar.records import Provider
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
    ]
