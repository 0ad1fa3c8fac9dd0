"""Checkouts: a basket, a palm, a payment, points and a receipt.

What was asked is written down with its payment; from then on the service brings it to an
end by itself, whatever happens to it, the terminal, the processor or the programme:
:func:`~thenar.cloud.checkout.steps.go_on` takes it as far as it goes, and may be called at
any time, also by the housekeeping and after a restart.
"""
