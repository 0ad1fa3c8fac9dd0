"""Loyalty on pretix: customers, their memberships as tiers, a gift card for the points."""

from thenar_payment.pretix.programme import PretixLoyalty
from thenar_payment.pretix.settings import PretixLoyaltySettings

__all__ = ["PretixLoyalty", "PretixLoyaltySettings"]
