"""A control panel on the other end of a serial line."""

import json
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
KEY = "00112233445566778899aabbccddeeff"


class Panel:
    """A control panel in another process."""

    def __init__(self, python, script, port, key, badges):
        self._process = subprocess.Popen(
            [python, FOLDER / script, port, key, *badges],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def next(self, seconds=60):
        return self._lines.get(timeout=seconds)

    def tell(self, *command):
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def until(self, **what):
        """Wait for a line that says this."""
        while not what.items() <= (line := self.next()).items():
            pass
        return line

    def pause(self):
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def stop(self):
        if self._process.stdout.closed:
            return
        self._process.kill()
        self._process.wait(10)
        self._reader.join(10)
        self._process.stdout.close()
        self._process.stdin.close()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(json.loads(line))


class SerialLine:
    """Two ends of an RS-485 line."""

    def __init__(self, folder):
        program = shutil.which("socat")
        assert program, "the tests need socat; on Debian: sudo apt-get install socat"
        self.reader, self.panel = folder / "reader", folder / "panel"
        self._process = subprocess.Popen(
            [program, *(f"pty,raw,echo=0,link={end}" for end in (self.reader, self.panel))]
        )
        until = time.monotonic() + 60
        while not (self.reader.exists() and self.panel.exists()):
            assert time.monotonic() < until
            time.sleep(0.02)

    def cut(self):
        self._process.kill()
        self._process.wait(10)


@pytest.fixture
def line(tmp_path):
    wire = SerialLine(tmp_path)
    yield wire
    wire.cut()


@pytest.fixture
def panel(line):
    """Start a control panel that knows these badges."""
    started = []

    def start(*badges, key=KEY, python=sys.executable, script="panel.py"):
        started.append(Panel(python, script, line.panel, key, badges))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def settings(line):
    def write(**more):
        keys = {"port": f'"{line.reader}"', "key": f'"{KEY}"', "address": 1, **more}
        keys = {name: value for name, value in keys.items() if value is not None}
        opens = keys.pop("opens", "")
        lines = "\n".join(f"{key} = {value}" for key, value in keys.items())
        return f'[doors.north]\nprovider = "osdp"\n{lines}\n{opens}\n'

    return write


@pytest.fixture
def secured(panel, host, settings):
    """A host and its panel, with a secure channel between them."""

    def start(*badges, **more):
        at, other = host(settings(**more)), panel(*badges)
        assert other.next() == {"secure": True}
        return at, other

    return start
