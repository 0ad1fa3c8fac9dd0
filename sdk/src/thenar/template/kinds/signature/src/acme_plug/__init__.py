"""Acme Plug: a signature of dark and light cells."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import SignatureMaker
from thenar.records import Provider

from acme_plug.signature import AcmePlugMaker, AcmePlugSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_signatures() -> Sequence[Provider[SignatureMaker]]:
    """The makers of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugMaker,
            settings=AcmePlugSettings,
            summary="a bit for each of 32 × 32 cells",
        )
    ]
