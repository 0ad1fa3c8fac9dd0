"""Serving the page beside the flows."""

from __future__ import annotations

import socket
import threading

import uvicorn

from thenar.device.attendant import Attendant
from thenar.device.kiosk.app import make_app
from thenar.device.kiosk.ending import EndingServer


class Kiosk:
    """Serves the page from a thread of its own.

    Args:
        attendant: starts what the page and the till ask for.
        host: address to listen on.
        port: port; 0 takes a free one.
        language: that the page begins with.
    """

    def __init__(
        self,
        attendant: Attendant,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        language: str = "en",
    ) -> None:
        self._socket = socket.create_server((host, port))
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            make_app(attendant, host=host, language=language),
            loop="asyncio",
            ws="websockets-sansio",
            lifespan="off",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = EndingServer(config)
        self._thread = threading.Thread(target=self._serve, name="kiosk", daemon=True)

    def __enter__(self) -> Kiosk:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])
