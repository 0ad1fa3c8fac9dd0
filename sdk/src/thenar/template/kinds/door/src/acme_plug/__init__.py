"""Acme Plug: a door that opens for a list of badges."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import Door
from thenar.records import Provider

from acme_plug.door import AcmePlugDoor, AcmePlugSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_doors() -> Sequence[Provider[Door]]:
    """The doors of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugDoor,
            settings=AcmePlugSettings,
            summary="opens for a list of badges, by a USB relay",
        )
    ]
