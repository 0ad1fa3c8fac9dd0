"""Stripe, through its HTTP interface: PaymentIntents off session, SetupIntents at sign-up."""

from thenar_payment.stripe.processor import StripeProcessor
from thenar_payment.stripe.receiver import Receiver
from thenar_payment.stripe.settings import API_VERSION, StripeSettings
from thenar_payment.stripe.webhooks import StripeEvent, Webhooks

__all__ = [
    "API_VERSION",
    "Receiver",
    "StripeEvent",
    "StripeProcessor",
    "StripeSettings",
    "Webhooks",
]
