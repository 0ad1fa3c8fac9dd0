"""The HTTP messages of the secure service, shared by it and its clients.

JSON over HTTPS, version 1. Errors are problem documents (RFC 9457). Every
reply repeats ``X-Request-Id``; writes carry an ``Idempotency-Key``; a device
signs its requests (:mod:`thenar.messages.signing`, RFC 9421).
"""

from thenar.messages.devices import Activated, Activation, SealKey
from thenar.messages.people import (
    Consent,
    Enrolled,
    Enrolment,
    Forgotten,
    Identified,
    Identifying,
    Linking,
    LinkView,
    NewLink,
    Purpose,
)
from thenar.messages.service import (
    DeviceCode,
    Health,
    KeySet,
    NewDevice,
    NewSite,
    NewTenant,
    Problem,
    Site,
    Tenant,
)
from thenar.messages.transactions import (
    Amount,
    Capture,
    Charge,
    Loyalty,
    LoyaltyAction,
    LoyaltyStanding,
    PassageRecord,
    PassageRecorded,
    Payment,
    Refund,
)

__all__ = [
    "Activated",
    "Activation",
    "Amount",
    "Capture",
    "Charge",
    "Consent",
    "DeviceCode",
    "Enrolled",
    "Enrolment",
    "Forgotten",
    "Health",
    "Identified",
    "Identifying",
    "KeySet",
    "LinkView",
    "Linking",
    "Loyalty",
    "LoyaltyAction",
    "LoyaltyStanding",
    "NewDevice",
    "NewLink",
    "NewSite",
    "NewTenant",
    "PassageRecord",
    "PassageRecorded",
    "Payment",
    "Problem",
    "Purpose",
    "Refund",
    "SealKey",
    "Site",
    "Tenant",
]
