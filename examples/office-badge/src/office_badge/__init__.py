"""Lighthouse Works: the company's doors, its staff list, and who is in the building."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from office_badge.access_server import ServerSettings
from office_badge.door import DoorSettings, LighthouseDoor
from office_badge.staff import Staff
from office_badge.traffic import Traffic, TrafficSettings
from thenar.protocols import Directory, Door, Observer
from thenar.records import Provider

THENAR_API = 1


@thenar.hookimpl
def thenar_doors() -> Sequence[Provider[Door]]:
    """Doors of the building."""
    return [
        Provider(
            "lighthouse",
            make=LighthouseDoor,
            settings=DoorSettings,
            summary="a door on the access server of Lighthouse Works",
        )
    ]


@thenar.hookimpl
def thenar_directories() -> Sequence[Provider[Directory]]:
    """The staff list."""
    return [
        Provider(
            "lighthouse",
            make=Staff,
            settings=ServerSettings,
            summary="staff of Lighthouse Works",
        )
    ]


@thenar.hookimpl
def thenar_observers() -> Sequence[Provider[Observer]]:
    """Numbers for the facility team."""
    return [
        Provider(
            "lighthouse",
            make=Traffic,
            settings=TrafficSettings,
            summary="counts events for a dashboard",
        )
    ]
