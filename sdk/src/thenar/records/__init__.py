"""The records that cross Thenar's boundaries: frozen, checked at birth.

An invalid value raises :class:`thenar.errors.InvalidRecord`, which says what
was expected and what came.
"""

from thenar.records.cameras import CameraHealth, CameraState
from thenar.records.doors import Decision, Link, LinkKind, OfflinePolicy, Passage
from thenar.records.images import CROP_SIDE, Band, Frame, FrameSet, Hand, PalmCrop, Pose
from thenar.records.money import (
    Card,
    LoyaltyAccount,
    Money,
    PaymentState,
    PaymentToken,
    Receipt,
)
from thenar.records.people import DirectoryEntry, Message
from thenar.records.plugins import (
    Event,
    NoSettings,
    PluginState,
    PluginStatus,
    Provider,
)
from thenar.records.recognition import (
    AttackCheck,
    Candidate,
    Identification,
    Probe,
    Prompt,
    Signature,
)

__all__ = [
    "CROP_SIDE",
    "AttackCheck",
    "Band",
    "CameraHealth",
    "CameraState",
    "Candidate",
    "Card",
    "Decision",
    "DirectoryEntry",
    "Event",
    "Frame",
    "FrameSet",
    "Hand",
    "Identification",
    "Link",
    "LinkKind",
    "LoyaltyAccount",
    "Message",
    "Money",
    "NoSettings",
    "OfflinePolicy",
    "PalmCrop",
    "Passage",
    "PaymentState",
    "PaymentToken",
    "PluginState",
    "PluginStatus",
    "Pose",
    "Probe",
    "Prompt",
    "Provider",
    "Receipt",
    "Signature",
]
