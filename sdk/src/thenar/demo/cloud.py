"""Starting and stopping the secure service as a child process."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from thenar.demo.settings import Places
from thenar.errors import CloudUnreachable
from thenar.messages import Health


class CloudProcess:
    """The secure service on a free port of the loopback interface."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, within: float = 60.0) -> Health:
        """Start it and wait until it can identify.

        Raises:
            CloudUnreachable: it ended, or was not ready within so many seconds.
        """
        descriptor = self._listening.fileno()
        with self._places.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
                [
                    *(sys.executable, "-m", "thenar.demo.cloud_process"),
                    *(str(self._places.settings), str(descriptor)),
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[descriptor],
            )
        self._listening.close()
        until = time.monotonic() + within
        while time.monotonic() < until and self._process.poll() is None:
            try:
                return self.ready()
            except httpx.HTTPError:
                time.sleep(0.05)
        raise CloudUnreachable(
            f"The secure service did not become ready within {within:g} s.",
            remedy=f"read what it printed: {_tail(self._places.log)}",
        )

    def ready(self) -> Health:
        """What it says of itself."""
        reply = httpx.get(f"{self.url}/v1/ready", timeout=5)
        reply.raise_for_status()
        return Health.model_validate_json(reply.content)

    def stop(self) -> None:
        """End it: its standard input ends, and it with it."""
        self._listening.close()
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def _tail(log: Path) -> str:
    return " | ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
