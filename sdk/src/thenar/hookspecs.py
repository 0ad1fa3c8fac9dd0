"""The hooks that a plugin implements.

pluggy calls them once, at start-up. A hook takes no arguments and returns a
list of :class:`~thenar.records.Provider`; the host makes what the settings
name and from then on calls plain objects (:mod:`thenar.protocols`).

A plugin is a module or object under the entry point group ``thenar``::

    # acme_camera.py
    import thenar
    from thenar.records import Provider

    THENAR_API = 1


    @thenar.hookimpl
    def thenar_cameras():
        return [Provider("acme", make=AcmeCamera, settings=AcmeSettings)]

``THENAR_API`` names the API version it was written for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from thenar.protocols import (
        Camera,
        CardReader,
        Directory,
        Door,
        LivenessCheck,
        LoyaltyProgram,
        Matcher,
        Notifier,
        Observer,
        PaymentProcessor,
        SignatureMaker,
    )
    from thenar.records import Provider

API_VERSION = 1
"""The API version that this release offers."""

OLDEST_API_VERSION = 1
"""The oldest API version whose plugins still load."""

hookspec = pluggy.HookspecMarker("thenar")
hookimpl = pluggy.HookimplMarker("thenar")


@hookspec
def thenar_cameras() -> Sequence[Provider[Camera]]:  # type: ignore[empty-body]
    """Cameras. Driver: the one named in the settings is used, no other is tried."""


@hookspec
def thenar_signatures() -> Sequence[Provider[SignatureMaker]]:  # type: ignore[empty-body]
    """Signature makers. Driver."""


@hookspec
def thenar_matchers() -> Sequence[Provider[Matcher]]:  # type: ignore[empty-body]
    """Matchers, 1:1 and 1:N. Driver."""


@hookspec
def thenar_liveness() -> Sequence[Provider[LivenessCheck]]:  # type: ignore[empty-body]
    """Attack checks. All enabled ones must pass; one that fails or raises refuses."""


@hookspec
def thenar_card_readers() -> Sequence[Provider[CardReader]]:  # type: ignore[empty-body]
    """Readers for payment cards. Driver."""


@hookspec
def thenar_payments() -> Sequence[Provider[PaymentProcessor]]:  # type: ignore[empty-body]
    """Payment processors. Driver; a failure leaves the payment unknown until settled."""


@hookspec
def thenar_loyalty() -> Sequence[Provider[LoyaltyProgram]]:  # type: ignore[empty-body]
    """Loyalty programmes. Offer: every enabled one, by name; a failing one is dropped."""


@hookspec
def thenar_doors() -> Sequence[Provider[Door]]:  # type: ignore[empty-body]
    """Gates and badge doors. Driver; one that fails denies."""


@hookspec
def thenar_directories() -> Sequence[Provider[Directory]]:  # type: ignore[empty-body]
    """Who may be enrolled. Offer."""


@hookspec
def thenar_notifiers() -> Sequence[Provider[Notifier]]:  # type: ignore[empty-body]
    """One-time codes and receipts. Driver."""


@hookspec
def thenar_observers() -> Sequence[Provider[Observer]]:  # type: ignore[empty-body]
    """Event listeners. Observer: what it raises is logged and changes nothing."""
