"""The secure service: the only program that sees a palm's picture outside of a device.

::

    app = create_app(CloudSettings(folder=Path("data")), Services(signature, matcher))
    uvicorn.run(app)

One process a database in this version: the references are in its memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from thenar.cloud.services import Services
from thenar.cloud.settings import CloudSettings

if TYPE_CHECKING:
    from thenar.cloud.app import create_app

__all__ = ["CloudSettings", "Services", "create_app"]


def __getattr__(name: str) -> object:
    """Import the application when it is asked for; the command line seldom needs it."""
    if name != "create_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from thenar.cloud.app import create_app

    return create_app
