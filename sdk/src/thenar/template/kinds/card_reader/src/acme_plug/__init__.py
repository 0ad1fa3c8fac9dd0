"""Acme Plug: a reader of magnetic stripes."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import CardReader
from thenar.records import Provider

from acme_plug.card_reader import AcmePlugReader, AcmePlugSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_card_readers() -> Sequence[Provider[CardReader]]:
    """The readers of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugReader,
            settings=AcmePlugSettings,
            summary="magnetic stripes from a serial line",
        )
    ]
