"""Payment for Thenar: Stripe, acquirers that speak ISO 8583, card readers, loyalty on pretix."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import CardReader, LoyaltyProgram, PaymentProcessor
from thenar.records import Provider
from thenar_payment.emv import EmvCardReader, EmvSettings
from thenar_payment.iso8583 import Iso8583Processor, Iso8583Settings
from thenar_payment.pretix import PretixLoyalty, PretixLoyaltySettings
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


@thenar.hookimpl
def thenar_card_readers() -> Sequence[Provider[CardReader]]:
    """The card readers of this package."""
    return [
        Provider(
            "emv",
            make=EmvCardReader,
            settings=EmvSettings,
            summary="chip cards over PC/SC, to make tokens of",
        )
    ]


@thenar.hookimpl
def thenar_loyalty() -> Sequence[Provider[LoyaltyProgram]]:
    """The loyalty programmes of this package."""
    return [
        Provider(
            "pretix",
            make=PretixLoyalty,
            settings=PretixLoyaltySettings,
            summary="pretix: customers, memberships as tiers, gift cards as points",
        )
    ]
