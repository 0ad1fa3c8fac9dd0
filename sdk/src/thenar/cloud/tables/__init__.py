"""The service's database, as SQLAlchemy classes."""

from thenar.cloud.tables._base import Tables, identifier
from thenar.cloud.tables.organisation import Device, DeviceState, Site, Tenant
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
    "AuditLine",
    "Device",
    "DeviceState",
    "LinkRow",
    "LoyaltyRow",
    "NonceRow",
    "Palm",
    "PassageRow",
    "PaymentRow",
    "PaymentStep",
    "Person",
    "PersonState",
    "PortalSession",
    "SignInCode",
    "Site",
    "StepKind",
    "StepState",
    "Tables",
    "Tenant",
    "identifier",
]
