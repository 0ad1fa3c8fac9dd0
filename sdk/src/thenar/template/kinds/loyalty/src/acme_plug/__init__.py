"""Acme Plug: a loyalty programme in a file."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import LoyaltyProgram
from thenar.records import Provider

from acme_plug.loyalty import AcmePlugProgramme, AcmePlugSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_loyalty() -> Sequence[Provider[LoyaltyProgram]]:
    """The programmes of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugProgramme,
            settings=AcmePlugSettings,
            summary="points in a SQLite file",
        )
    ]
