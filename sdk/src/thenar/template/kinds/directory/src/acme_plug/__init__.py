"""Acme Plug: who may be enrolled, from a CSV file."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import Directory
from thenar.records import Provider

from acme_plug.directory import AcmePlugDirectory, AcmePlugSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_directories() -> Sequence[Provider[Directory]]:
    """The directories of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugDirectory,
            settings=AcmePlugSettings,
            summary="people in a CSV file",
        )
    ]
