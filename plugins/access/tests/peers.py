"""Peers that are installed, each in an environment of its own, once on a machine."""

import fcntl
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]


@contextmanager
def environment(name, *packages):
    """The folder of an environment with these packages; locked while it is set up."""
    cache = Path(os.environ.get("THENAR_PEERS") or "~/.cache/thenar-peers").expanduser()
    home = cache / f"{name}-access-{sys.version_info.major}.{sys.version_info.minor}"
    cache.mkdir(parents=True, exist_ok=True)
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "complete").exists():
            _install(home, packages)
        yield home


def _install(home, packages):
    uv = REPOSITORY / ".tools" / "bin" / "uv"
    if uv.exists():
        _run(uv, "venv", "--clear", "--python", sys.executable, home)
        _run(uv, "pip", "install", "--python", home / "bin" / "python", *packages)
    else:
        _run(sys.executable, "-m", "venv", "--clear", home)
        _run(home / "bin" / "pip", "install", *packages)
    (home / "complete").touch()


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
