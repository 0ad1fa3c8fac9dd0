"""The plugins that the service calls, as plain objects."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from thenar.errors import SettingsError
from thenar.matching.versions import SeveralMakers, SeveralMatchers
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
        signature, matcher = _recognition(registry)
        return cls(
            signature=signature,
            matcher=matcher,
            payment=registry.driver("payment") if drivers.payment else None,
            payment_name=drivers.payment or "",
            loyalty=registry.offers("loyalty"),
            notifier=registry.driver("notifier") if drivers.notifier else None,
            observer=registry.notify,
        )

    @property
    def kinds(self) -> frozenset[tuple[str, int]]:
        """Algorithm and version of the references that are searched."""
        if isinstance(self.matcher, SeveralMatchers):
            return frozenset(self.matcher.kinds)
        return frozenset({(self.signature.algorithm, self.signature.version)})


def _recognition(registry: Registry) -> tuple[SignatureMaker, Matcher]:
    """Maker and matcher; with those of earlier palms beside them, if there are any."""
    newest = registry.driver("signature"), registry.driver("matcher")
    pairs = [newest]
    for names in registry.settings.drivers.earlier:
        signature, _, matcher = names.partition(":")
        pairs.append((registry.driver("signature", signature), registry.driver("matcher", matcher)))
    if len(pairs) == 1:
        return newest
    matchers = {(maker.algorithm, maker.version): matcher for maker, matcher in pairs}
    if len(matchers) < len(pairs):
        raise SettingsError(
            "[drivers] earlier: two makers have the same algorithm and version.",
            remedy="name each algorithm once.",
        )
    return SeveralMakers([maker for maker, _ in pairs]), SeveralMatchers(matchers)
