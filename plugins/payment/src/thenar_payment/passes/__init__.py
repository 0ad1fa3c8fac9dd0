"""Membership passes for phone wallets: for members whose palm is not at hand.

The pass shows a code with the member's number, which any till can scan, and their points, which
:class:`PassUpdates` keeps up to date in Apple's wallet.
"""

from thenar_payment.passes.apple import AppleSettings, apple_pass
from thenar_payment.passes.book import PassBook
from thenar_payment.passes.google import GoogleSettings, google_link
from thenar_payment.passes.updates import PassUpdates, Push

__all__ = [
    "AppleSettings",
    "GoogleSettings",
    "PassBook",
    "PassUpdates",
    "Push",
    "apple_pass",
    "google_link",
]
