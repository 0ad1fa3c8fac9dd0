"""Other people's servers, each in a process of its own on 127.0.0.1.

They are installed once, each into its own folder below ``$THENAR_PEERS`` (by default
``~/.cache/thenar-peers``), and are no dependencies of the project.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

CACHE = Path(os.environ.get("THENAR_PEERS") or Path.home() / ".cache" / "thenar-peers")
REPOSITORY = Path(__file__).resolve().parents[3]

LOCALSTRIPE = "localstripe==1.15.10"
ISO8583SIM = "iso8583sim==1.6.0"
STRIPE_MOCK = "stripe-stateful-mock@0.0.16"

# It would listen on every interface and keep its state, card numbers included, in a file.
RUN_LOCALSTRIPE = """
import sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda store: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""
RUN_STRIPE_MOCK = """
require("stripe-stateful-mock").createExpressApp().listen(Number(process.argv[1]), "127.0.0.1")
"""


# An acquirer with a token service, of the simulator's own classes: the reply to a verification
# has a token in field 102, and only such tokens are charged; those of one range are declined.
RUN_TOKEN_HOST = """
import asyncio, hashlib, sys
from iso8583sim.net import MockHost, Rule

class TokenHost(MockHost):
    tokens = {}

    def rule_for(self, request):
        token = request.fields.get(102)
        if token is not None and request.fields.get(3) == "000000":
            if token not in self.tokens:
                return Rule(respond="14")
            if self.tokens[token].startswith("400000"):
                return Rule(respond="05")
        return Rule()

    def build_response(self, request, code):
        response = super().build_response(request, code)
        number = request.fields.get(2)
        if number:
            token = "T" + hashlib.sha256(number.encode()).hexdigest()[:16]
            self.tokens[token] = number
            response.fields[102] = token
        return response

async def serve():
    await TokenHost().start("127.0.0.1", int(sys.argv[1]))
    await asyncio.Event().wait()

asyncio.run(serve())
"""


def python_of(requirement):
    """The interpreter of a virtual environment that holds one package."""
    folder = CACHE / requirement.replace("==", "-")
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        uv = find_uv()
        install(uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        install(uv, "pip", "install", "--quiet", "--python", str(python), requirement)
        (folder / "ready").touch()
    return python


def find_uv():
    uv = shutil.which("uv", path=f"{REPOSITORY / '.tools' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        raise RuntimeError("uv is needed to install the peers: run `make .venv/ready` first.")
    return uv


def node_folder(package):
    """A folder whose node_modules hold one package."""
    folder = CACHE / package.replace("@", "-")
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if shutil.which("npm") is None:
            raise RuntimeError(
                "npm is needed to install the peers: on Debian, apt-get install npm."
            )
        install("npm", "install", "--silent", "--no-fund", "--no-audit", package, cwd=folder)
        (folder / "ready").touch()
    return folder


def install(*command, cwd=None):
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=240, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:2])} failed:\n{done.stdout}{done.stderr}")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextlib.contextmanager
def running(command, port, **options):
    """A server process, there while the block runs."""
    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **options,
    )
    try:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{command[0]} does not listen on {port}.") from None
                time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def localstripe():
    """Its port."""
    port = free_port()
    with running([python_of(LOCALSTRIPE), "-c", RUN_LOCALSTRIPE, port], port):
        yield port


@contextlib.contextmanager
def stripe_mock():
    """Its port."""
    port, folder = free_port(), node_folder(STRIPE_MOCK)
    with running(["node", "-e", RUN_STRIPE_MOCK, port], port, cwd=folder):
        yield port


@contextlib.contextmanager
def iso8583sim(rules):
    """Its port; ``rules`` is the path of its rules file."""
    port = free_port()
    serve = [python_of(ISO8583SIM).with_name("iso8583sim"), "serve", "--port", port]
    with running([*serve, "--rules", rules, "--format", "ascii-binary", "--header", "2b"], port):
        yield port


@contextlib.contextmanager
def token_host():
    """Its port: iso8583sim with a token service."""
    port = free_port()
    with running([python_of(ISO8583SIM), "-c", RUN_TOKEN_HOST, port], port):
        yield port
