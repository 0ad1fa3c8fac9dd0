"""Harbour Grocers: the chain's own payment switch, and its loyalty programme."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from retailer_payment.loyalty import HarbourClub
from retailer_payment.processor import HarbourProcessor
from retailer_payment.switch import SwitchSettings
from thenar.protocols import LoyaltyProgram, PaymentProcessor
from thenar.records import Provider

THENAR_API = 1


@thenar.hookimpl
def thenar_payments() -> Sequence[Provider[PaymentProcessor]]:
    """The switch that all tills of the chain pay through."""
    return [
        Provider(
            "harbour",
            make=HarbourProcessor,
            settings=SwitchSettings,
            summary="the payment switch of Harbour Grocers",
        )
    ]


@thenar.hookimpl
def thenar_loyalty() -> Sequence[Provider[LoyaltyProgram]]:
    """The Harbour Club."""
    return [
        Provider(
            "harbour-club",
            make=HarbourClub,
            settings=SwitchSettings,
            summary="points of the Harbour Club",
        )
    ]
