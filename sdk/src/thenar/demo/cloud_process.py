"""The secure service as a process of its own: ``python -m thenar.demo.cloud_process FILE FD``.

FILE is the settings file, FD a listening socket that the parent passes on. The
process ends when its standard input does, so that it never outlives its parent.
"""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path

import uvicorn

from thenar.cloud import CloudSettings, Services, create_app
from thenar.registry import Installed, Registry
from thenar.settings import load_settings
from thenar.testing import simulated


def main(settings_file: str, descriptor: str) -> None:
    """Serve until standard input ends."""
    settings = load_settings(Path(settings_file))
    with (
        Registry.load(
            settings, also=[Installed.of(simulated, name="thenar-simulated")]
        ) as registry,
        socket.socket(fileno=int(descriptor)) as listening,
    ):
        services = Services(
            signature=registry.driver("signature"),
            matcher=registry.driver("matcher"),
            payment=registry.driver("payment"),
            payment_name=settings.drivers.payment or "",
            loyalty=registry.offers("loyalty"),
            notifier=registry.driver("notifier"),
            observer=registry.notify,
        )
        app = create_app(settings.section("cloud", CloudSettings), services)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
        server.run(sockets=[listening])


def _stop_with_parent(server: uvicorn.Server) -> None:
    while sys.stdin.read(1):
        pass
    server.should_exit = True


if __name__ == "__main__":
    main(*sys.argv[1:])
