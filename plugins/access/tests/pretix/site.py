"""A real pretix: in an environment of its own, as a process of its own, over HTTP alone."""

import itertools
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx

VERSION = "2026.8.0"
SQLITE = "backend=sqlite3\n"
PACKAGES = (f"pretix=={VERSION}", "gunicorn==27.0.1")

# The tables are made from pretix's models, as in its own test suite: its 300 migrations
# would take minutes, and an empty database does not need them.
SETTINGS = """
from pretix.settings import *

class NoMigrations:
    def __contains__(self, app):
        return True

    def __getitem__(self, app):
        return None

MIGRATION_MODULES = NoMigrations()
"""

ORGANIZER = """
from django_scopes import scopes_disabled
from pretix.base.models import Organizer, Team
with scopes_disabled():
    organizer = Organizer.objects.create(
        name="Club", slug="club", plugins="pretix.plugins.banktransfer"
    )
    team = Team.objects.create(
        organizer=organizer, name="setup", all_events=True,
        all_event_permissions=True, all_organizer_permissions=True,
    )
    team.tokens.create(name="setup", token="setup")
"""


class Site:
    """A running pretix with tonight's match."""

    def __init__(self, home, environment, empty=None, *, database=SQLITE, workers=1):
        self._workers = workers
        self.home, self._bin = home, environment / "bin"
        self.numbers = itertools.count()
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (home / "data").mkdir()
        if empty is not None:
            shutil.copy(empty, home / "data" / "db.sqlite3")
        self._env = _environment(home, database)
        self._process = None
        self._api = httpx.Client(
            base_url=f"{self.url}/api/v1/organizers/club/",
            headers={"Authorization": "Token setup"},
            timeout=30,
        )

    def start(self):
        command = [self._bin / "gunicorn", "pretix.wsgi", "-b", f"127.0.0.1:{self.port}"]
        command.append(f"-w{self._workers}")
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--no-control-socket"],
                env=self._env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
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
        self._process.terminate()
        self._process.wait(120)

    def pause(self):
        """pretix takes requests, and does not answer."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def resume(self):
        os.killpg(self._process.pid, signal.SIGCONT)

    def kill(self):
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(120)

    def shell(self, code):
        """Run code inside pretix, beside the server; what it printed."""
        env = self._env | {"DJANGO_SETTINGS_MODULE": "pretix.settings"}
        return _run([self._bin / "django-admin", "shell", "-c", code], env=env)

    def query(self, sql):
        """Rows of its books, read beside the server."""
        with closing(sqlite3.connect(self.home / "data" / "db.sqlite3", timeout=30)) as books:
            return books.execute(sql).fetchall()

    def processor_seconds(self):
        """Of the server and its workers, so far."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        ticks = 0
        for process in [self._process.pid, *children.split()]:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def call(self, method, path, **body):
        answer = self._api.request(method, path, json=body)
        assert answer.is_success, (path, answer.text)
        return answer.json()

    def open_match(self):
        """Tonight's match, with a list for its gates."""
        self._make_event("match")
        self.seat = self.item("Seat")
        self.lounge = self.item("Lounge")
        self.list = self.gate_list("Gates", limit_products=[self.seat])

    def another_match(self, slug):
        """An event of its own, with its seats and its list."""
        self._make_event(slug)
        seat = self.item("Seat", event=slug)
        return SimpleNamespace(slug=slug, seat=seat, list=self.gate_list("Gates", event=slug))

    def _make_event(self, slug):
        tonight = datetime.now(UTC) + timedelta(hours=2)
        self.call(
            "POST",
            "events/",
            name={"en": "Match"},
            slug=slug,
            live=False,
            testmode=False,
            currency="EUR",
            date_from=tonight.isoformat(),
            plugins=["pretix.plugins.banktransfer"],
        )

    def item(self, name, event="match"):
        made = self.call("POST", f"events/{event}/items/", name={"en": name}, default_price="10.00")
        return made["id"]

    def gate_list(self, name, event="match", **what):
        body = {
            "name": name,
            "all_products": not what.get("limit_products"),
            "allow_entry_after_exit": True,
            **what,
        }
        return self.call("POST", f"events/{event}/checkinlists/", **body)["id"]

    def sell(self, *, status="p", item=None, event="match", **position):
        """A ticket; its position with id and secret."""
        order = self.call(
            "POST",
            f"events/{event}/orders/",
            email="guest@example.org",
            locale="en",
            status=status,
            payment_provider="banktransfer",
            positions=[{"item": item or self.seat, "price": "10.00", "answers": [], **position}],
            force=True,
        )
        (sold,) = order["positions"]
        return {**sold, "order": order["code"]}

    def gate(self, name):
        """API token of a new device for a gate."""
        device = self.call("POST", "devices/", name=name, all_events=True, limit_events=[])
        answer = httpx.post(
            f"{self.url}/api/v1/device/initialize",
            json={
                "token": device["initialization_token"],
                "hardware_brand": "Thenar",
                "hardware_model": "gate",
                "software_brand": "thenar-access",
                "software_version": "1",
            },
            timeout=30,
        )
        return answer.json()["api_token"]

    def entries(self, position):
        """Types of the successful check-ins of a ticket."""
        found = self.call("GET", f"events/match/orderpositions/{position['id']}/")
        return [one["type"] for one in found["checkins"] if one["list"] == self.list]


def empty_database(environment):
    """Made once on a machine, and kept beside the environment."""
    empty = environment / "empty.sqlite3"
    if not empty.exists():
        _make_database(environment, environment, empty)
    return empty


def _make_database(environment, home, empty):
    shutil.rmtree(home / "data", ignore_errors=True)
    (home / "data").mkdir()
    make_tables(environment, home)
    (home / "data" / "db.sqlite3").rename(empty)


def make_tables(environment, home, database=SQLITE):
    """An organizer in an otherwise empty database."""
    (home / "no_migrations.py").write_text(SETTINGS)
    env = _environment(home, database) | {
        "DJANGO_SETTINGS_MODULE": "no_migrations",
        "PYTHONPATH": str(home),
    }
    admin = environment / "bin" / "django-admin"
    _run([admin, "migrate", "--run-syncdb", "--no-input", "-v0"], env=env)
    _run([admin, "shell", "-c", ORGANIZER], env=env)


def _environment(home, database=SQLITE):
    (home / "pretix.cfg").write_text(
        f"[pretix]\ninstance_name=test\nurl=http://127.0.0.1\ndatadir={home / 'data'}\n"
        f"[database]\n{database}[django]\nsecret=test\n[locale]\ntimezone=UTC\n"
    )
    return os.environ | {"PRETIX_CONFIG_FILE": str(home / "pretix.cfg")}


def _run(command, **how):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **how)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
