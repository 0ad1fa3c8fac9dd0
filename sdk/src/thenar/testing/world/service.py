"""The secure service in a thread of this process, spoken to over real HTTP on loopback."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import uvicorn

from thenar.cloud import CloudSettings, Services, create_app
from thenar.errors import CloudUnreachable
from thenar.testing.simulated import Clock

ADMIN_KEY = "administrator of the simulated world"


class RunningService:
    """A fresh service on a free port.

    Args:
        folder: of its databases and keys.
        services: the plugins that it calls.
        clock: what it takes its time from.

    Attributes:
        url: where it listens.
    """

    def __init__(self, folder: Path, services: Services, clock: Clock) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        settings = CloudSettings(folder=folder, issuer=self.url, admin_key=ADMIN_KEY)
        app = create_app(settings, services, clock=clock.time)
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, ws="none", lifespan="on")
        )
        self._thread = threading.Thread(target=self._serve, name="simulated-service", daemon=True)

    def start(self, within: float = 30.0) -> None:
        """Start, and wait until it answers. Raises CloudUnreachable: it does not."""
        self._thread.start()
        until = time.monotonic() + within
        while not self._server.started:
            if time.monotonic() > until or not self._thread.is_alive():
                raise CloudUnreachable(f"The service did not start within {within:g} s.")
            time.sleep(0.01)

    def stop(self) -> None:
        """End it."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._listening])
