"""The service's database, as SQLAlchemy classes."""

from thenar.cloud.tables._base import Tables, identifier
from thenar.cloud.tables.access import DirectoryRow, GrantRow, LinkName, PlaceRow, WaitRow
from thenar.cloud.tables.checkout import CheckoutRow, CheckoutStage, PreferredCard, SpendingLimit
from thenar.cloud.tables.integration import (
    ApiKeyRow,
    DeliveryRow,
    DeliveryState,
    KeptReply,
    WebhookRow,
)
from thenar.cloud.tables.organisation import Device, DeviceState, Site, Tenant
from thenar.cloud.tables.oversight import Closing, DeviceHour, Role, Staff, Standing, Visit
from thenar.cloud.tables.people import LinkRow, Palm, Person, PersonState
from thenar.cloud.tables.records import AuditLine, NonceRow, PortalSession, SignInCode
from thenar.cloud.tables.transactions import (
    LoyaltyRow,
    PassageRow,
    PaymentRow,
    PaymentStep,
    StepKind,
    StepState,
)

__all__ = [
    "ApiKeyRow",
    "AuditLine",
    "CheckoutRow",
    "CheckoutStage",
    "Closing",
    "DeliveryRow",
    "DeliveryState",
    "Device",
    "DeviceHour",
    "DeviceState",
    "DirectoryRow",
    "GrantRow",
    "KeptReply",
    "LinkName",
    "LinkRow",
    "LoyaltyRow",
    "NonceRow",
    "Palm",
    "PassageRow",
    "PaymentRow",
    "PaymentStep",
    "Person",
    "PersonState",
    "PlaceRow",
    "PortalSession",
    "PreferredCard",
    "Role",
    "SignInCode",
    "Site",
    "SpendingLimit",
    "Staff",
    "Standing",
    "StepKind",
    "StepState",
    "Tables",
    "Tenant",
    "Visit",
    "WaitRow",
    "WebhookRow",
    "identifier",
]
