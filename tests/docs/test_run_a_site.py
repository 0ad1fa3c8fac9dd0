"""The how-to for running a site, followed line by line."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from thenar.client import DeviceIdentity


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture
def shell(tmp_path):
    """A shell in an empty folder that finds the command thenar."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    surroundings = {**os.environ, "PATH": path}

    def run(script):
        return subprocess.run(
            ["/bin/sh", "-eu", "-c", script],
            cwd=tmp_path,
            env=surroundings,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout

    @contextlib.contextmanager
    def background(script):
        log = (tmp_path / "log").open("w+")
        process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {script}"],
            cwd=tmp_path,
            env=surroundings,
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)
            log.close()

    run.background = background
    return run


def wait_until_ready(url, service):
    for _ in range(600):
        assert service.poll() is None, "the service ended"
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{url}/v1/ready").raise_for_status().json()
        time.sleep(0.1)
    raise AssertionError(f"{url} did not become ready")


def test_service_device_and_activation(root, blocks, shell, tmp_path):
    page = root / "docs" / "how-to" / "run-a-site.md"
    (settings,) = blocks(page, "toml")
    _, serve, organise, activate, run, doctor, audit = (
        code.strip() for code in blocks(page, "shell")
    )
    assert (serve, run) == ("thenar cloud serve", "thenar device run")
    port = free_port()
    (tmp_path / "thenar.toml").write_text(settings.replace("8750", str(port)))

    assert "active" in shell("COLUMNS=200 thenar plugins")
    with shell.background(serve) as service:
        ready = wait_until_ready(f"http://127.0.0.1:{port}", service)
        assert ready["palms"] == 0
        code = shell(organise).strip()
        shell(f"{activate} --code {code}")
        lines = shell(audit)
        examined = json.loads(shell(f"{doctor} --json || true"))
    states = {one["check"]: one["state"] for one in examined}
    for check in ("plugins", "key", "disk", "service", "clock"):
        assert states[check] == "well", examined
    assert "camera" in states
    assert re.match(r"\d+ lines, each following", lines)
    assert DeviceIdentity.load(tmp_path / "thenar-device" / "device.json").name == "Till 1"
    assert (tmp_path / "thenar-data" / "keys.json").stat().st_mode & 0o077 == 0


def test_audit_before_the_service_ran_is_told_without_a_trace(shell, tmp_path):
    (tmp_path / "thenar.toml").write_text("")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        shell("thenar cloud verify-audit")
    assert failed.value.stderr.startswith("Error: The database ")
    assert "Traceback" not in failed.value.stderr
