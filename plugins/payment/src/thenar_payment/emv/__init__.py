"""A chip card's number, brand and expiry, read over PC/SC as EMV describes it.

It reads what is needed to make a token of a card. It is no payment terminal: no
transaction, no PIN, no certified kernel; see the how-to "Payments".
"""

from thenar_payment.emv.reader import EmvCardReader
from thenar_payment.emv.settings import EmvSettings

__all__ = ["EmvCardReader", "EmvSettings"]
