"""``thenar cloud`` as a program: serve, make a device, verify the log, stop."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from thenar.client import DeviceClient, activate

THENAR = str(Path(sys.executable).with_name("thenar"))
SETTINGS = """
[drivers]
signature = "blocks"
matcher = "numpy"

[cloud]
folder = "{folder}"
port = {port}
admin_key = "the administrator's key"
"""


def thenar(settings, *arguments):
    command = [THENAR, "--settings", str(settings), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def serving(tmp_path):
    """The program on a free port, and settings that name the port."""
    settings = tmp_path / "thenar.toml"
    folder = tmp_path / "cloud"
    settings.write_text(SETTINGS.format(folder=folder, port=0))
    command = [THENAR, "--settings", str(settings), "cloud", "serve"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        url = process.stdout.readline().split()[-1]
        settings.write_text(SETTINGS.format(folder=folder, port=url.rsplit(":", 1)[1]))
        yield process, url, settings
        if process.poll() is None:
            process.kill()


def test_from_an_empty_folder_to_an_activated_device(serving):
    process, url, settings = serving
    tenant = wait_until_ready(settings)
    site = thenar(settings, "cloud", "site", tenant, "first site").stdout.strip()
    code = thenar(settings, "cloud", "device", site, "till 1").stdout.strip()
    with DeviceClient(url, activate(url, code)) as device:
        assert device.ready().status == "ready"
    told = thenar(settings, "cloud", "verify-audit")
    assert told.stdout.startswith("4 lines"), told.stderr

    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors


def wait_until_ready(settings):
    for _ in range(50):
        made = thenar(settings, "cloud", "tenant", "retailer")
        if made.returncode == 0:
            return made.stdout.strip()
    raise AssertionError(made.stderr)


def test_an_altered_audit_log_is_pointed_at(serving):
    process, _, settings = serving
    tenant = wait_until_ready(settings)
    for name in ("north", "south", "west"):
        thenar(settings, "cloud", "site", tenant, name)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    file = settings.parent / "cloud" / "thenar.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE number = 3")
        connection.commit()
    told = thenar(settings, "cloud", "verify-audit")
    assert told.returncode == 1
    assert "Line 3 does not follow from the 2 before it" in told.stderr
    assert "site.created by nobody" in told.stderr


def test_staff_and_closing_by_command(serving):
    _, _, settings = serving
    tenant = wait_until_ready(settings)
    made = thenar(settings, "cloud", "staff", tenant, "eve@example.org", "--role", "viewer")
    assert f"/admin/{tenant}/" in made.stdout, made.stderr
    closed = thenar(settings, "cloud", "close-tenant", tenant, "--yes")
    assert closed.stdout.startswith("Closed."), closed.stderr
