"""A real pretix: in an environment of its own, as a process of its own, over HTTP alone."""

import itertools
import os
import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest

VERSION = "2026.8.0"

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

    def __init__(self, home, environment, empty):
        self.home, self._bin = home, environment / "bin"
        self.numbers = itertools.count()
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (home / "data").mkdir()
        shutil.copy(empty, home / "data" / "db.sqlite3")
        self._env = _environment(home)
        self._process = None
        self._api = httpx.Client(
            base_url=f"{self.url}/api/v1/organizers/club/",
            headers={"Authorization": "Token setup"},
            timeout=30,
        )

    def start(self):
        command = [self._bin / "gunicorn", "pretix.wsgi", "-b", f"127.0.0.1:{self.port}", "-w1"]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--no-control-socket"], env=self._env, stdout=log, stderr=log
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
        self._process.wait(30)

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


@pytest.fixture(scope="session")
def site(tmp_path_factory, peer):
    home = tmp_path_factory.mktemp("pretix")
    with peer(f"pretix-{VERSION}", f"pretix=={VERSION}", "gunicorn==27.0.1") as environment:
        empty = _empty_database(environment)
    running = Site(home, environment, empty)
    running.start()
    running.open_match()
    yield running
    running.stop()


@pytest.fixture
def settings(site, turnstile):
    """The settings of a new gate."""

    def write(**more):
        keys = {"url": site.url, "organizer": "club", **more}
        lists = keys.pop("lists", [site.list])
        keys.setdefault("token", site.gate("gate"))
        return "\n".join(
            [
                "[doors.north]",
                'provider = "pretix"',
                f"lists = {lists}",
                *(f'{key} = "{value}"' for key, value in keys.items()),
                turnstile.settings(),
            ]
        )

    return write


@pytest.fixture
def given_back(site):
    """Wait until a ticket's redemption is annulled."""

    def wait(ticket):
        until = time.monotonic() + 30
        while site.entries(ticket):
            assert time.monotonic() < until, "the redemption still stands"
            time.sleep(0.2)

    return wait


def _empty_database(environment):
    """Made once on a machine, and kept beside the environment."""
    empty = environment / "empty.sqlite3"
    if not empty.exists():
        _make_database(environment, environment, empty)
    return empty


def _make_database(environment, home, empty):
    shutil.rmtree(home / "data", ignore_errors=True)
    (home / "data").mkdir()
    (home / "no_migrations.py").write_text(SETTINGS)
    env = _environment(home) | {
        "DJANGO_SETTINGS_MODULE": "no_migrations",
        "PYTHONPATH": str(home),
    }
    admin = environment / "bin" / "django-admin"
    _run([admin, "migrate", "--run-syncdb", "--no-input", "-v0"], env=env)
    _run([admin, "shell", "-c", ORGANIZER], env=env)
    (home / "data" / "db.sqlite3").rename(empty)


def _environment(home):
    (home / "pretix.cfg").write_text(
        f"[pretix]\ninstance_name=test\nurl=http://127.0.0.1\ndatadir={home / 'data'}\n"
        "[database]\nbackend=sqlite3\n[django]\nsecret=test\n[locale]\ntimezone=UTC\n"
    )
    return os.environ | {"PRETIX_CONFIG_FILE": str(home / "pretix.cfg")}


def _run(command, **how):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **how)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
