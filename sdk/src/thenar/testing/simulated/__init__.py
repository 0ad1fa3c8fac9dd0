"""Simulated devices and services, with scripted faults and time under control.

They keep the promises of :mod:`thenar.protocols` with real state, so that a flow
can be tested, and shown, without hardware. The module is itself a plugin: enabled
in the settings, each is there under the name ``"simulated"``.
"""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import (
    CardReader,
    Directory,
    Door,
    LoyaltyProgram,
    Notifier,
    PaymentProcessor,
)
from thenar.records import NoSettings, Provider
from thenar.testing.simulated.badge_door import SimulatedBadgeDoor
from thenar.testing.simulated.books import BooksSettings
from thenar.testing.simulated.camera import SimulatedCamera
from thenar.testing.simulated.card_reader import (
    DECLINED,
    EXPIRED,
    MASTERCARD,
    NO_FUNDS,
    VISA,
    SimulatedCardReader,
    TestCard,
)
from thenar.testing.simulated.clock import (
    Clock,
    RunningClock,
    SimulatedClock,
    SystemClock,
)
from thenar.testing.simulated.directory import SimulatedDirectory
from thenar.testing.simulated.faults import Fault, Faults
from thenar.testing.simulated.gate import GateSettings, SimulatedGate
from thenar.testing.simulated.loyalty import SimulatedLoyalty
from thenar.testing.simulated.notifier import SimulatedNotifier
from thenar.testing.simulated.observer import SimulatedObserver
from thenar.testing.simulated.processor import SimulatedProcessor

THENAR_API = 1


@thenar.hookimpl
def thenar_card_readers() -> Sequence[Provider[CardReader]]:
    """A reader with an empty slot."""

    def make(_: NoSettings) -> SimulatedCardReader:
        return SimulatedCardReader()

    return [Provider("simulated", make=make, summary="a reader into which tests put cards")]


@thenar.hookimpl
def thenar_payments() -> Sequence[Provider[PaymentProcessor]]:
    """A processor of test cards."""
    return [
        Provider(
            "simulated",
            make=SimulatedProcessor,
            settings=BooksSettings,
            summary="moves money that does not exist",
        )
    ]


@thenar.hookimpl
def thenar_loyalty() -> Sequence[Provider[LoyaltyProgram]]:
    """A loyalty programme."""
    return [
        Provider(
            "simulated",
            make=SimulatedLoyalty,
            settings=BooksSettings,
            summary="points in a SQLite file",
        )
    ]


@thenar.hookimpl
def thenar_doors() -> Sequence[Provider[Door]]:
    """A stadium gate and an office door."""
    return [
        Provider(
            "simulated-gate",
            make=SimulatedGate,
            settings=GateSettings,
            summary="redeems tickets of a list",
        ),
        Provider(
            "simulated-badge",
            make=SimulatedBadgeDoor,
            settings=GateSettings,
            summary="knows active badges",
        ),
    ]


@thenar.hookimpl
def thenar_directories() -> Sequence[Provider[Directory]]:
    """A directory."""
    return [
        Provider(
            "simulated",
            make=SimulatedDirectory,
            settings=BooksSettings,
            summary="knows whom tests enter",
        )
    ]


@thenar.hookimpl
def thenar_notifiers() -> Sequence[Provider[Notifier]]:
    """A notifier that keeps what it was given."""
    return [
        Provider(
            "simulated",
            make=SimulatedNotifier,
            settings=BooksSettings,
            summary="keeps the messages it is given",
        )
    ]


__all__ = [
    "DECLINED",
    "EXPIRED",
    "MASTERCARD",
    "NO_FUNDS",
    "VISA",
    "BooksSettings",
    "Clock",
    "Fault",
    "Faults",
    "GateSettings",
    "RunningClock",
    "SimulatedBadgeDoor",
    "SimulatedCamera",
    "SimulatedCardReader",
    "SimulatedClock",
    "SimulatedDirectory",
    "SimulatedGate",
    "SimulatedLoyalty",
    "SimulatedNotifier",
    "SimulatedObserver",
    "SimulatedProcessor",
    "SystemClock",
    "TestCard",
]
