"""A hardware security module for the tests: SoftHSM2, with a token of its own for each test."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
PIN = "648219"


class Token:
    """A token of SoftHSM2."""

    def __init__(self, label, tokens):
        self.module = Path(next(module for module in MODULES if Path(module).exists()))
        self.label = label
        self.pin = PIN
        self.tokens = tokens


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory):
    """The module reads its settings once, when it is loaded: one folder for the session."""
    assert shutil.which("softhsm2-util"), "softhsm2 is missing; see tests/system-packages.sh"
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    yield folder / "tokens"
    del os.environ["SOFTHSM2_CONF"]


@pytest.fixture
def token(softhsm, request):
    label = f"t{abs(hash(request.node.nodeid))}"[:30]
    command = ["softhsm2-util", "--init-token", "--free", "--label", label]
    command += ["--pin", PIN, "--so-pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    import pkcs11

    made = Token(label, softhsm)
    pkcs11.lib(str(made.module)).reinitialize()
    return made
