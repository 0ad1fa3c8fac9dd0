"""Acme Plug: events, one line of JSON each."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import Observer
from thenar.records import Provider

from acme_plug.observer import AcmePlugObserver, AcmePlugSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_observers() -> Sequence[Provider[Observer]]:
    """The observers of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugObserver,
            settings=AcmePlugSettings,
            summary="appends events to a file",
        )
    ]
