"""A real pretix: in an environment of its own, as a process of its own, over HTTP alone."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, flock
from uuid import uuid4

import httpx
import pytest

from ....access.tests.pretix.site import ORGANIZER, SETTINGS
from .. import peers
from ..http_tap import HttpTap

PRETIX = "pretix==2026.8.0"
SERVER = "gunicorn==27.0.1"


class Club:
    """A running pretix with an organizer whose customers collect points."""

    token = "setup"

    def __init__(self, home, environment, empty):
        self.home, self._bin = home, environment / "bin"
        self.port = peers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (home / "data").mkdir()
        shutil.copy(empty, home / "data" / "db.sqlite3")
        self._api = httpx.Client(
            base_url=f"{self.url}/api/v1/organizers/club/",
            headers={"Authorization": f"Token {self.token}"},
            timeout=30,
        )
        command = [self._bin / "gunicorn", "pretix.wsgi", "-b", f"127.0.0.1:{self.port}", "-w2"]
        with (home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--no-control-socket"], env=environ(home), stdout=log, stderr=log
            )

    def wait(self):
        until = time.monotonic() + 120
        while True:
            try:
                return self._api.get("").raise_for_status()
            except httpx.HTTPError:
                log = (self.home / "log").read_text()
                assert self._process.poll() is None, log
                assert time.monotonic() < until, log
                time.sleep(0.2)

    def stop(self):
        self._api.close()
        self._process.terminate()
        self._process.wait(30)

    def call(self, method, path, **body):
        answer = self._api.request(method, path, json=body or None)
        assert answer.is_success, (path, answer.text)
        return answer.json()

    def join(self):
        """A new customer; their number."""
        email = f"{uuid4().hex}@example.org"
        made = self.call("POST", "customers/", email=email, is_active=True, is_verified=True)
        return made["identifier"]

    def give(self, member, points):
        """A gift card with points, as the club's staff make it."""
        secret = f"POINTS-{member}"
        value = f"{points / 100:.2f}"
        return self.call("POST", "giftcards/", secret=secret, currency="EUR", value=value)

    def card(self, member):
        """The member's gift card at pretix."""
        (found,) = self.call("GET", f"giftcards/?secret=POINTS-{member}")["results"]
        return found

    def transactions(self, member):
        card = self.card(member)
        return self.call("GET", f"giftcards/{card['id']}/transactions/")["results"]

    def membership(self, member, name, *, days):
        """A membership that begins and ends so many days from now."""
        kind = self.call(
            "POST",
            "membershiptypes/",
            name={"en": name, "de": f"{name} (de)"},
            transferable=False,
            allow_parallel_usage=False,
            max_usages=None,
        )
        begin, end = (datetime.now(UTC) + timedelta(days=one) for one in days)
        self.call(
            "POST",
            "memberships/",
            customer=member,
            membership_type=kind["id"],
            date_start=begin.isoformat(),
            date_end=end.isoformat(),
            attendee_name_parts={},
            testmode=False,
        )


@pytest.fixture(scope="session")
def club(tmp_path_factory):
    home = tmp_path_factory.mktemp("pretix")
    with installed() as (environment, empty):
        running = Club(home, environment, empty)
    running.wait()
    yield running
    running.stop()


@pytest.fixture
def tap(club):
    """The line to pretix."""
    one = HttpTap(club.port)
    yield one
    one.close()


@contextlib.contextmanager
def installed():
    """pretix's environment and its empty database, which the tests of doors make and use too;
    locked while they are set up."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    home = peers.CACHE / f"{PRETIX.replace('==', '-')}-access-{version}"
    peers.CACHE.mkdir(parents=True, exist_ok=True)
    with home.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (home / "complete").exists():
            uv = peers.find_uv()
            peers.install(uv, "venv", "--clear", "--python", sys.executable, str(home))
            python = str(home / "bin" / "python")
            peers.install(uv, "pip", "install", "--python", python, PRETIX, SERVER)
            (home / "complete").touch()
        empty = home / "empty.sqlite3"
        if not empty.exists():
            make_database(home / "club", home / "bin" / "django-admin", empty)
        yield home, empty


def make_database(home, admin, empty):
    shutil.rmtree(home, ignore_errors=True)
    (home / "data").mkdir(parents=True)
    (home / "no_migrations.py").write_text(SETTINGS)
    env = environ(home) | {"DJANGO_SETTINGS_MODULE": "no_migrations", "PYTHONPATH": str(home)}
    for command in (["migrate", "--run-syncdb", "--no-input", "-v0"], ["shell", "-c", ORGANIZER]):
        done = subprocess.run(
            [admin, *command], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    (home / "data" / "db.sqlite3").rename(empty)


def environ(home):
    (home / "pretix.cfg").write_text(
        f"[pretix]\ninstance_name=test\nurl=http://127.0.0.1\ndatadir={home / 'data'}\n"
        "[database]\nbackend=sqlite3\n[django]\nsecret=test\n[locale]\ntimezone=UTC\n"
    )
    return os.environ | {"PRETIX_CONFIG_FILE": str(home / "pretix.cfg")}
