"""Cameras that others wrote, each a process that a test starts, pauses and pulls out."""

import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
import pytest

from thenar.errors import CameraTimeout, CameraUnavailable

PEERS = Path(__file__).parent / "peers"
PYTHONS = ("/usr/bin/python3", "/opt/homebrew/bin/python3", "/usr/local/bin/python3")
FAKE = "arv-fake-gv-camera-0.8"


PATIENCE = 60.0
"""Seconds that a test waits for what has to come, however busy the machine is."""


def wait_until(what, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def next_frame(source, seconds=PATIENCE):
    """The next frame, however often reading says that it is late."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(CameraTimeout, CameraUnavailable):
            return source.read(0.5)
    pytest.fail(f"no frame within {seconds} s: {source.health()}")


def trouble(source, is_wanted, seconds=PATIENCE):
    """What reading raises, once it is the error that is waited for."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            source.read(0.2)
        except (CameraTimeout, CameraUnavailable) as error:
            if is_wanted(error):
                return error
    pytest.fail(f"not noticed: {source.health()}")


@contextlib.contextmanager
def dried_up(source, context):
    """The context, and what was still on its way has come."""
    with context:
        with contextlib.suppress(CameraTimeout):
            while True:
                source.read(0.3)
        yield


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@functools.cache
def system_python():
    """The interpreter that has the bindings of Aravis and GStreamer."""
    for python in PYTHONS:
        if Path(python).exists():
            done = subprocess.run([python, "-c", "import gi"], capture_output=True, check=False)
            if done.returncode == 0:
                return python
    pytest.fail("no Python with PyGObject: run make system-packages")


class Peer:
    """A program that can be pulled out, put back, and paused."""

    def __init__(self, *command, ready, environment=None):
        self.command, self.ready = [str(word) for word in command], ready
        self.environment = {**os.environ, **(environment or {})}
        self.process = None

    def start(self):
        assert shutil.which(self.command[0]), f"no {self.command[0]}: run make system-packages"
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(self.ready)
        return self

    def stop(self):
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    @contextlib.contextmanager
    def unplugged(self):
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def paused(self):
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def running(peer):
    try:
        yield peer.start()
    finally:
        peer.stop()


@contextlib.contextmanager
def rtsp_server(transport="tcp", lost=0.0, user="", password="", film=()):
    """GStreamer's RTSP server; ``url`` is the address of its picture, or of a film in H.264."""
    port = free_port()
    script = PEERS / "rtsp_server.py"
    command = (system_python(), script, port, transport, lost, user, password, *film)
    with running(Peer(*command, ready=lambda: answers(port))) as peer:
        peer.url = f"rtsp://127.0.0.1:{port}/palm"
        yield peer


@contextlib.contextmanager
def mjpeg_server(picture="testsrc=size=320x240:rate=30"):
    """FFmpeg's MJPEG, one program a client, behind socat."""
    port = free_port()
    environment = {
        "FFMPEG": imageio_ffmpeg.get_ffmpeg_exe(),
        "PICTURE": picture,
        "SCRIPT": str(PEERS / "mjpeg.sh"),
    }
    where = f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork"
    command = ("socat", where, 'SYSTEM:sh "$SCRIPT"')
    peer = Peer(*command, ready=lambda: answers(port), environment=environment)
    with running(peer):
        peer.port, peer.url = port, f"http://127.0.0.1:{port}/"
        yield peer


@contextlib.contextmanager
def gige_camera(lost=0, serial="T1"):
    """Aravis' fake camera; ``lost`` of a thousand packets never leave."""
    with running(Peer(FAKE, "-i", "127.0.0.1", "-s", serial, "-r", lost, ready=has_gvcp)) as peer:
        yield peer


def has_gvcp():
    """Whether a GigE Vision camera answers on its port (GVCP discovery)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        probe.sendto(bytes.fromhex("4211000200000001"), ("127.0.0.1", 3956))
        with contextlib.suppress(OSError):
            return bool(probe.recv(1024))
    return False


def drivers():
    """Process ids of the camera drivers that this process started."""
    mine = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = folder.joinpath("stat").read_text().rpartition(")")[2].split()[1]
            command = folder.joinpath("cmdline").read_bytes()
            if int(parent) == os.getpid() and b"thenar_camera/drivers" in command:
                mine.append(int(folder.name))
    return mine


@contextlib.contextmanager
def behind_tls(port, certificate):
    """A port at which the server of another port is reached by TLS, by socat."""
    pem, key = certificate
    own = free_port()
    listen = f"OPENSSL-LISTEN:{own},bind=127.0.0.1,reuseaddr,fork,verify=0,cert={pem},key={key}"
    peer = Peer("socat", listen, f"TCP:127.0.0.1:{port}", ready=lambda: answers(own))
    with running(peer):
        yield own
