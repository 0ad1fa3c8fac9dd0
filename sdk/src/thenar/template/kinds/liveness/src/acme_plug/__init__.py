"""Acme Plug: a liveness check that refuses glare."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import LivenessCheck
from thenar.records import Provider

from acme_plug.liveness import AcmePlugCheck, AcmePlugSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_liveness() -> Sequence[Provider[LivenessCheck]]:
    """The checks of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugCheck,
            settings=AcmePlugSettings,
            summary="refuses glare",
        )
    ]
