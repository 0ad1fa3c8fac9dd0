"""The plugins that the service calls, as plain objects."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from thenar.protocols import (
    LoyaltyProgram,
    Matcher,
    Notifier,
    Observer,
    PaymentProcessor,
    SignatureMaker,
)
from thenar.registry import Registry


@attrs.frozen
class Services:
    """What the settings chose; the host guards each with its deadline before it comes here.

    Attributes:
        signature: makes signatures of palm crops.
        matcher: compares and searches them.
        payment: moves money; None where the service takes no payments.
        payment_name: name of the payment driver, that links must carry.
        loyalty: name → loyalty programme.
        notifier: sends one-time codes; None where there is no portal.
        observer: is told of events; raises nothing.
    """

    signature: SignatureMaker
    matcher: Matcher
    payment: PaymentProcessor | None = None
    payment_name: str = ""
    loyalty: Mapping[str, LoyaltyProgram] = attrs.field(factory=dict)
    notifier: Notifier | None = None
    observer: Observer | None = None

    @classmethod
    def chosen(cls, registry: Registry) -> Services:
        """What the settings of a registry chose. Raises PluginError, SettingsError."""
        drivers = registry.settings.drivers
        return cls(
            signature=registry.driver("signature"),
            matcher=registry.driver("matcher"),
            payment=registry.driver("payment") if drivers.payment else None,
            payment_name=drivers.payment or "",
            loyalty=registry.offers("loyalty"),
            notifier=registry.driver("notifier") if drivers.notifier else None,
            observer=registry.notify,
        )
