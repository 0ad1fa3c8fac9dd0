"""The service as a process that can be killed and started again on the same port."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from thenar.cloud.wiping import _SETTINGS as WIPING

ADMIN_KEY = "administrator's key of the load test"


class Program:
    """The secure service with simulated payments whose books outlive it.

    Args:
        folder: its settings, databases and the processor's books.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.settings = folder / "thenar.toml"
        self.settings.write_text(_toml(folder, self.url))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; seconds until it could identify."""
        began = time.perf_counter()
        descriptor = self.listening.fileno()
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "thenar.demo.cloud_process", self.settings, str(descriptor)],
                pass_fds=[descriptor],
                stdin=subprocess.PIPE,
                stderr=log,
                env=os.environ | WIPING,
            )
        while True:
            try:
                if httpx.get(f"{self.url}/v1/ready", timeout=1).is_success:
                    return time.perf_counter() - began
            except httpx.TransportError:
                if self._process.poll() is not None:
                    raise SystemExit((self.folder / "log").read_text()) from None

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()

    def stop(self) -> None:
        """In an orderly manner."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def close(self) -> None:
        """Give the port back."""
        self.listening.close()

    @property
    def books(self) -> Path:
        """The simulated processor's."""
        return self.folder / "processor.sqlite"

    @property
    def busy(self) -> float:
        """Seconds of processor time that it used."""
        assert self._process is not None
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """MB that it holds."""
        assert self._process is not None
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1000
        return 0.0


def _toml(folder: Path, url: str) -> str:
    tables: dict[str, dict[str, object]] = {
        "drivers": {"payment": "simulated", "notifier": "simulated"},
        "payment.simulated": {"books": str(folder / "processor.sqlite")},
        "cloud": {
            "folder": str(folder / "cloud"),
            "issuer": url,
            "admin_key": ADMIN_KEY,
            "requests_per_device": 1000.0,
        },
    }
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
        for name, table in tables.items()
    )
