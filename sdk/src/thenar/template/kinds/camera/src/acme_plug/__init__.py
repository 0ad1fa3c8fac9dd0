"""Acme Plug: a camera that plays a recording."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import Camera
from thenar.records import Provider

from acme_plug.camera import AcmePlugCamera, AcmePlugSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_cameras() -> Sequence[Provider[Camera]]:
    """The cameras of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugCamera,
            settings=AcmePlugSettings,
            summary="plays a NumPy file of frames",
        )
    ]
