"""Simulated devices and services as fixtures for pytest, all on one clock::

    def test_a_lost_reply(thenar_gate, thenar_clock):
        thenar_gate.sell("T-1")
        with thenar_gate.faults.every(Fault.LOST_REPLY), pytest.raises(DoorError):
            ...

``thenar_world`` opens them all, with a terminal and a running service.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from thenar.testing import simulated
    from thenar.testing.world import World


@pytest.fixture
def thenar_clock() -> simulated.SimulatedClock:
    """A clock that moves only when it is slept on or advanced."""
    from thenar.testing.simulated import SimulatedClock

    return SimulatedClock()


@pytest.fixture
def thenar_camera(thenar_clock: simulated.SimulatedClock) -> simulated.SimulatedCamera:
    """A camera that shows what it is given."""
    from thenar.testing.simulated import SimulatedCamera

    return SimulatedCamera(clock=thenar_clock)


@pytest.fixture
def thenar_card_reader(thenar_clock: simulated.SimulatedClock) -> simulated.SimulatedCardReader:
    """A card reader into which cards can be put."""
    from thenar.testing.simulated import SimulatedCardReader

    return SimulatedCardReader(thenar_clock)


@pytest.fixture
def thenar_processor(thenar_clock: simulated.SimulatedClock) -> simulated.SimulatedProcessor:
    """A payment processor."""
    from thenar.testing.simulated import Faults, SimulatedProcessor

    return SimulatedProcessor(faults=Faults(thenar_clock))


@pytest.fixture
def thenar_loyalty(thenar_clock: simulated.SimulatedClock) -> simulated.SimulatedLoyalty:
    """A loyalty programme."""
    from thenar.testing.simulated import Faults, SimulatedLoyalty

    return SimulatedLoyalty(faults=Faults(thenar_clock))


@pytest.fixture
def thenar_gate(thenar_clock: simulated.SimulatedClock) -> simulated.SimulatedGate:
    """A stadium gate."""
    from thenar.testing.simulated import Faults, SimulatedGate

    return SimulatedGate(faults=Faults(thenar_clock))


@pytest.fixture
def thenar_badge_door(thenar_clock: simulated.SimulatedClock) -> simulated.SimulatedBadgeDoor:
    """An office door on a panel."""
    from thenar.testing.simulated import Faults, SimulatedBadgeDoor

    return SimulatedBadgeDoor(faults=Faults(thenar_clock))


@pytest.fixture
def thenar_directory(thenar_clock: simulated.SimulatedClock) -> simulated.SimulatedDirectory:
    """A directory into which people can be entered."""
    from thenar.testing.simulated import Faults, SimulatedDirectory

    return SimulatedDirectory(faults=Faults(thenar_clock))


@pytest.fixture
def thenar_notifier(thenar_clock: simulated.SimulatedClock) -> simulated.SimulatedNotifier:
    """A notifier that keeps what it is given."""
    from thenar.testing.simulated import Faults, SimulatedNotifier

    return SimulatedNotifier(faults=Faults(thenar_clock))


@pytest.fixture
def thenar_observer() -> simulated.SimulatedObserver:
    """An observer that remembers events."""
    from thenar.testing.simulated import SimulatedObserver

    return SimulatedObserver()


@pytest.fixture
def thenar_world(tmp_path: Path) -> Iterator[World]:
    """The simulated world, open: people, a terminal, a running service, and time.

    Needs ``thenar[device,cloud]``.
    """
    from thenar.testing.world import World

    with World(tmp_path / "world") as world:
        yield world
