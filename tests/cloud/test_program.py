"""``thenar cloud`` as a program: serve, make a device, verify the log, stop."""

import signal
import subprocess
import sys
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
    told = thenar(settings, "cloud", "audit")
    assert told.stdout.startswith("4 lines"), told.stderr

    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode in (0, -signal.SIGTERM), errors


def wait_until_ready(settings):
    for _ in range(50):
        made = thenar(settings, "cloud", "tenant", "retailer")
        if made.returncode == 0:
            return made.stdout.strip()
    raise AssertionError(made.stderr)
