"""Serving the application over HTTP."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

import attrs
import uvicorn

from thenar.cloud.app import create_app
from thenar.cloud.services import Services
from thenar.cloud.settings import CloudSettings

_GRACE_SECONDS = 15


def serve(
    settings: CloudSettings, services: Services, *, announce: Callable[[str], object]
) -> None:
    """Serve until SIGTERM or Ctrl-C; requests that have begun are finished.

    After SIGTERM the program ends as if it had reached its end: what plugins opened is
    closed, too.

    Args:
        settings: the table ``[cloud]``.
        services: the plugins that it calls.
        announce: told the address once it is bound.
    """
    signal.signal(signal.SIGTERM, _end)
    with socket.create_server((settings.host, settings.port)) as listening:
        port = listening.getsockname()[1]
        settings = attrs.evolve(settings, port=port)
        app = create_app(settings, services)
        announce(f"Secure service at {settings.base_url}")
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        uvicorn.Server(config).run(sockets=[listening])


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
