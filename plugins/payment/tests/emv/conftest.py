"""pcscd with a virtual reader, cards as processes, and pyscard built once."""

import importlib
import json
import os
import shutil
import subprocess
import sys
import time
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from .. import peers

PYSCARD = "pyscard==2.3.1"
DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
SOCKET = Path("/run/pcscd/pcscd.comm")
NAME = "Thenar Test Reader"
CARD = Path(__file__).with_name("virtual_card.py")


@pytest.fixture(scope="session", autouse=True)
def pyscard():
    """Where it is not installed, built once below the peers, and importable while tests run."""
    folder = peers.CACHE / PYSCARD.replace("==", "-")
    try:
        importlib.import_module("smartcard")
    except ImportError:
        peers.CACHE.mkdir(parents=True, exist_ok=True)
        with folder.with_suffix(".lock").open("w") as lock:
            flock(lock, LOCK_EX)
            if not (folder / "ready").exists():
                shutil.rmtree(folder, ignore_errors=True)
                python = ["--python", sys.executable, "--target", str(folder)]
                peers.install(peers.find_uv(), "pip", "install", "--quiet", *python, PYSCARD)
                (folder / "ready").touch()
        sys.path.append(str(folder))
        importlib.invalidate_caches()


@pytest.fixture(scope="session")
def slot(tmp_path_factory, pyscard):
    """The port at which a virtual card is put in; pcscd knows the reader by its name."""
    binary = shutil.which("pcscd", path=f"{os.environ['PATH']}:/usr/sbin")
    assert binary, "pcscd is needed: on Debian, apt-get install pcscd vsmartcard-vpcd."
    assert Path(DRIVER).exists(), "vpcd is needed: apt-get install vsmartcard-vpcd."
    assert not SOCKET.exists() or not alive(), "another pcscd runs: stop it for these tests."
    port = peers.free_port()
    config = tmp_path_factory.mktemp("pcscd") / "reader.conf"
    config.write_text(
        f'FRIENDLYNAME "{NAME}"\nDEVICENAME /dev/null:{port:#x}\n'
        f"LIBPATH {DRIVER}\nCHANNELID {port:#x}\n"
    )
    with subprocess.Popen(
        [binary, "--foreground", "--config", config],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as daemon:
        try:
            wait_until(lambda: any(NAME in name for name in readers()), daemon)
            yield port
        finally:
            daemon.terminate()


def alive():
    from smartcard import scard

    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if code == scard.SCARD_S_SUCCESS:
        scard.SCardReleaseContext(context)
    return code == scard.SCARD_S_SUCCESS


def readers():
    from smartcard import scard

    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if code != scard.SCARD_S_SUCCESS:
        return []
    names = scard.SCardListReaders(context, [])[1]
    scard.SCardReleaseContext(context)
    return names


def is_in():
    """Whether pcscd sees a card."""
    from smartcard import scard

    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    name = next(name for name in scard.SCardListReaders(context, [])[1] if NAME in name)
    _, states = scard.SCardGetStatusChange(context, 0, [(name, scard.SCARD_STATE_UNAWARE)])
    scard.SCardReleaseContext(context)
    return bool(states[0][1] & scard.SCARD_STATE_PRESENT)


def wait_until(holds, daemon=None):
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        assert daemon is None or daemon.poll() is None, "pcscd ended"
        time.sleep(0.05)


def holds_within(seconds, holds):
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


class Slot:
    """Puts virtual cards in and takes them out."""

    def __init__(self, port):
        self._port = port
        self._card = None

    def insert(self, card):
        """Put a card in, whatever was in before.

        vpcd does not see the first card after one that was taken out within a command.
        """
        for _ in range(3):
            self.remove()
            self._card = subprocess.Popen(
                [sys.executable, CARD, str(self._port)], stdin=subprocess.PIPE, text=True
            )
            self._card.stdin.write(json.dumps(card) + "\n")
            self._card.stdin.flush()
            if holds_within(2.0, is_in):
                return
        raise AssertionError("pcscd sees no card")

    def remove(self):
        if self._card is not None:
            self._card.kill()
            self._card.wait()
            self._card.stdin.close()
            self._card = None
            wait_until(lambda: not is_in())


@pytest.fixture
def cards(slot):
    one = Slot(slot)
    yield one
    one.remove()
