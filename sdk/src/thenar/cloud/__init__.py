"""The secure service: the only program that sees a palm's picture outside of a device.

::

    app = create_app(CloudSettings(folder=Path("data")), Services(signature, matcher))
    uvicorn.run(app)

One process a database in this version: the references are in its memory.
"""

from thenar.cloud.app import create_app
from thenar.cloud.services import Services
from thenar.cloud.settings import CloudSettings

__all__ = ["CloudSettings", "Services", "create_app"]
