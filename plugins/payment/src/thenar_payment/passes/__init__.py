"""Membership passes for phone wallets: for members whose palm is not at hand.

The pass shows a code with the member's number, which any till can scan, and their points.
"""

from thenar_payment.passes.apple import AppleSettings, apple_pass
from thenar_payment.passes.google import GoogleSettings, google_link

__all__ = ["AppleSettings", "GoogleSettings", "apple_pass", "google_link"]
